import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXAMPLE_STAGES } from '../../tools/checks/example-stages.ts';
import { FLAGS, NO_BUNDLING, PROJECT_ROOT, STAGES } from './synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(folder, { recursive: true }));
const outdir = join(folder, 'cdk.out');

/** Runs the app as the CDK command does, in a folder of its own; cdk-nag findings make it fail. */
function runApp(settings: Record<string, unknown>) {
  const context = { ...FLAGS, ...NO_BUNDLING, ...settings };
  return spawnSync(process.execPath, [join(PROJECT_ROOT, 'infra', 'app.ts')], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}

describe('the CDK app', { timeout: 120_000 }, () => {
  it.each(STAGES)('synthesises stage %s without a finding of cdk-nag', (stage) => {
    const { status, stderr } = runApp(EXAMPLE_STAGES[stage]);

    expect(stderr.replaceAll(/^Warning: .*\n/gm, '')).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(outdir)).toContain(`current-user-${stage}.template.json`);
  });

  it('takes the settings of the file, and warns of what real users will miss', () => {
    mkdirSync(join(folder, 'settings'));
    const settings = { callbackUrls: ['https://app.example.com/cb'], noticesFrom: 'a@example.com' };
    writeFileSync(join(folder, 'settings', 'staging.json'), JSON.stringify(settings));

    const { status, stderr } = runApp({ stage: 'staging' });

    expect(stderr.match(/^Warning: \w+/gm)).toEqual([
      'Warning: alarmEmail',
      'Warning: emailChange',
      'Warning: mailFrom',
    ]);
    expect(status).toBe(0);
    expect(readdirSync(outdir)).toContain('current-user-staging.template.json');
  });

  const many = Array.from({ length: 90 }, (_, at) => `https://${'x'.repeat(50)}${at}.example`);
  it.each([
    [
      'everything wrong, each once',
      { stgae: 'dev', region: 'mars-north-7', recentSignInMinutes: 'never' },
      'stgae is not a setting: do you mean stage?\nregion must be a region of AWS, for example eu-west-1.\nrecentSignInMinutes must be a whole number from 0 to 43200.',
    ],
    [
      'a key without its region',
      { kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
      'region must be given with kmsKeyArn.',
    ],
    [
      'what three functions refuse',
      { corsOrigins: many },
      'corsOrigins, patchClients and noticesTexts must be shorter together (without corsOrigins, the origins of callbackUrls): a function would have more than the 4096 bytes of environment variables that Lambda takes.',
    ],
  ])('fails with nothing but sentences about %s', (_what, settings, sentence) => {
    const { status, stderr, stdout } = runApp({ stage: 'dev', ...settings });

    expect({ status, stderr, stdout }).toEqual({ status: 1, stderr: `${sentence}\n`, stdout: '' });
  });
});
