import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FLAGS, NO_BUNDLING, PROJECT_ROOT } from './synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe("another team's app", { timeout: 60_000 }, () => {
  it('synthesises the service in a stack of its own, as the example is written', () => {
    const { status, stderr } = spawnSync(process.execPath, ['examples/own-app/app.ts'], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify({ ...FLAGS, ...NO_BUNDLING }),
      },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const template = JSON.parse(readFileSync(join(folder, 'our-accounts.template.json'), 'utf8'));
    const ids = (type: string) =>
      Object.keys(template.Resources).filter((id) => template.Resources[id].Type === type);

    expect(ids('AWS::ApiGateway::RestApi')).toEqual([expect.stringMatching(/^CurrentUserApi/)]);
    expect(ids('AWS::DynamoDB::GlobalTable')).toEqual([expect.stringMatching(/^CurrentUserUsers/)]);
    expect(ids('AWS::Cognito::UserPool')).toHaveLength(1);
    expect(Object.keys(template.Outputs)).toContain('CurrentUserApiUrl');
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(artifacts['our-accounts'].properties.terminationProtection).toBe(true);
  });
});

describe('the package', { timeout: 60_000 }, () => {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  const files: string[] = JSON.parse(text)[0].files.map(({ path }: { path: string }) => path);
  const { exports } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));

  it('holds what it exports, and the functions that are bundled from it', () => {
    const exported = Object.values<string>(exports).map((path) => path.replace('./', ''));

    expect(files).toEqual(expect.arrayContaining(exported));
    expect(files).toEqual(
      expect.arrayContaining(['functions/get-me.ts', 'functions/patch-me.ts', 'lib/config.ts']),
    );
  });

  it('holds nothing else', () => {
    const others = files.filter((path) => !/^(?:functions|infra|lib)\//.test(path));

    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'docs/runbook.md', 'package.json']);
  });
});
