import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deployedBundles } from '../bench/deployed-bundles.ts';
import { eagerFiles } from '../bench/eager-files.ts';
import { EAGER_BYTES_MAX } from '../bench/targets.ts';

const FUNCTIONS = ['GetMe', 'PatchMe'] as const;
const COGNITO_CLIENT = /CognitoIdentityProviderServiceException/;
const MAIL_CLIENT = /SESv2ServiceException/;
const BODY_PARSER = /malformed JSON/;
const COMMON_PASSWORDS = /A123456ApasswordA12345678/;

const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const bundles = deployedBundles(outdir);

const eagerCode = (construct: (typeof FUNCTIONS)[number]) =>
  [...eagerFiles(bundles[construct].entry)].map((file) => readFileSync(file, 'utf8')).join('\n');
const allCode = (construct: (typeof FUNCTIONS)[number]) => {
  const folder = dirname(bundles[construct].entry);
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
};

describe('the bundles', () => {
  it.each(FUNCTIONS)('%s loads on its own and exports a handler', (construct) => {
    const env = { ...bundles[construct].variables, AWS_REGION: 'eu-west-1' };
    const script = `import(${JSON.stringify(bundles[construct].entry)}).then((m) => console.log(typeof m.handler))`;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });

    expect(stdout).toBe('function\n');
  });

  it.each(FUNCTIONS)('%s carries no chain of credentials', (construct) => {
    expect(allCode(construct).join('\n')).not.toMatch(
      /AWS_WEB_IDENTITY_TOKEN_FILE|AWS_CONTAINER_CREDENTIALS/,
    );
  });

  it.each(FUNCTIONS)('%s loads the client of Cognito only when it is needed', (construct) => {
    expect(allCode(construct).some((code) => COGNITO_CLIENT.test(code))).toBe(true);
    expect(eagerCode(construct)).not.toMatch(COGNITO_CLIENT);
  });

  it.each(FUNCTIONS)(
    '%s loads the client of SES on its own, when there is mail to send',
    (construct) => {
      const { entry, variables } = bundles[construct];
      const files = readdirSync(dirname(entry)).filter((name) =>
        MAIL_CLIENT.test(readFileSync(join(dirname(entry), name), 'utf8')),
      );
      const script = `import(${JSON.stringify(join(dirname(entry), 'notices.mjs'))}).then((m) => console.log(typeof m.openNotices))`;
      const { stdout } = spawnSync(process.execPath, ['-e', script], {
        env: variables,
        encoding: 'utf8',
      });

      expect(files).toEqual(['notices.mjs']);
      expect(eagerCode(construct)).toContain('import("./notices.mjs")');
      expect(stdout).toBe('function\n');
    },
  );

  it('GetMe does not carry what only PatchMe needs', () => {
    expect(eagerCode('PatchMe')).toMatch(BODY_PARSER);
    expect(allCode('GetMe').join('\n')).not.toMatch(BODY_PARSER);
    expect(allCode('GetMe').join('\n')).not.toMatch(COMMON_PASSWORDS);
  });

  it('PatchMe loads the list of common passwords only when a password is sent', () => {
    expect(allCode('PatchMe').some((code) => COMMON_PASSWORDS.test(code))).toBe(true);
    expect(eagerCode('PatchMe')).not.toMatch(COMMON_PASSWORDS);
  });

  it('GetMe reads at most 216 KB of code in a cold start', () => {
    const sizes = [...eagerFiles(bundles.GetMe.entry)].map((file) => statSync(file).size);

    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(EAGER_BYTES_MAX);
  });
});
