import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../infra/settings/settings-schema.ts';
import { FLAGS, NO_BUNDLING, PROJECT_ROOT } from './synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as the CDK command does; cdk-nag findings make it fail. */
function runApp(settings: Record<string, string>) {
  const context = { ...FLAGS, ...NO_BUNDLING, ...settings };
  return spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}

describe('the CDK app', { timeout: 120_000 }, () => {
  it.each(STAGES)('synthesises stage %s without a finding of cdk-nag', (stage) => {
    const { status, stderr } = runApp({ stage });

    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(folder)).toContain(`current-user-${stage}.template.json`);
  });

  it('fails with nothing but a sentence about a misspelt setting', () => {
    const { status, stderr } = runApp({ stgae: 'production' });

    expect(status).toBe(1);
    expect(stderr).toBe('Invalid settings: stgae is not a setting: do you mean stage?\n');
  });

  it('fails with nothing but a sentence about a wrong setting', () => {
    const { status, stderr } = runApp({ recentSignInMinutes: 'never' });

    expect(status).toBe(1);
    expect(stderr).toBe(
      'Invalid settings: recentSignInMinutes must be a whole number from 0 to 43200.\n',
    );
  });
});
