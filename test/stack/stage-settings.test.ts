import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSettings } from '../../infra/settings/stage-config.ts';
import { readStage } from '../../infra/settings/stage-settings.ts';
import { FLAGS, PROJECT_ROOT } from './synthesised.ts';

const PRODUCTION = {
  callbackUrls: ['https://app.example.com/callback'],
  alarmEmail: 'ops@example.com',
  domainPrefix: 'sign-in-of-ours',
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'settings-'));
  mkdirSync(join(root, 'settings'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, content: unknown) =>
  writeFileSync(
    join(root, name),
    typeof content === 'string' ? content : JSON.stringify(content, null, 2),
  );
const read = (context: Record<string, unknown> = {}) => readStage({ ...FLAGS, ...context }, root);
const problems = (context: Record<string, unknown> = {}) => read(context).problems;

describe('the settings of a stage', () => {
  it('are those of its file, and of no other stage', () => {
    write('settings/production.json', { $schema: './settings.schema.json', ...PRODUCTION });
    write('settings/dev.json', {});

    expect(read({ stage: 'production' }).config).toMatchObject({
      stage: 'production',
      purpose: 'production',
      ...PRODUCTION,
    });
    expect(read({ stage: 'dev' })).toEqual(checkSettings({ stage: 'dev' }));
    expect(read()).toEqual(checkSettings({ stage: 'dev' }));
  });

  it.each(['staging', 'zoe-2', 'local'])('may be those of a stage called %s', (stage) => {
    write(`settings/${stage}.json`, { ...PRODUCTION, purpose: 'development', retainData: false });

    expect(read({ stage }).config).toMatchObject({ stage, retainData: false });
  });

  it('are overridden one by one with -c', () => {
    write('settings/production.json', PRODUCTION);

    expect(
      read({ stage: 'production', alarmEmail: 'me@example.com', memoryMegabytes: '1024' }).config,
    ).toMatchObject({ ...PRODUCTION, alarmEmail: 'me@example.com', memoryMegabytes: 1024 });
  });

  it('need no file in stage dev, nor with a purpose', () => {
    expect(read().config).toMatchObject({ stage: 'dev', purpose: 'development' });
    expect(read({ stage: 'zoe', purpose: 'development' }).config).toMatchObject({ stage: 'zoe' });
  });

  it('may begin with a byte order mark', () => {
    write('settings/dev.json', `\uFEFF${JSON.stringify({ domainPrefix: 'ours' })}`);

    expect(read().config).toMatchObject({ domainPrefix: 'ours' });
  });
});

describe('a deployment is refused', () => {
  it('where the stage has no file, so that a mistyped name makes no other stage', () => {
    write('settings/production.json', PRODUCTION);

    expect(problems({ stage: 'prodution' })).toEqual([
      'stage prodution has no file settings/prodution.json: write it, or say -c purpose=development to try the stage without. settings has files for production.',
    ]);
  });

  it('where there are stages, and nobody says which', () => {
    write('settings/production.json', PRODUCTION);
    write('settings/staging.json', PRODUCTION);

    expect(problems()).toEqual([
      'stage must be given, as in -c stage=production: settings has files for production, staging.',
    ]);
  });

  it('where cdk.json still holds settings, which would go to every stage', () => {
    write('cdk.json', { context: { ...FLAGS, stage: 'production', ...PRODUCTION } });

    expect(problems({ stage: 'dev' })).toEqual([
      'cdk.json holds settings (stage, callbackUrls, alarmEmail, domainPrefix), which now have a file for each stage: run npm run settings -- move <stage>.',
    ]);
  });

  it("not for what cdk.json holds of CDK's own", () => {
    write('cdk.json', { app: 'node infra/app.ts', context: FLAGS });

    expect(problems()).toEqual([]);
  });

  it.each([
    [
      'a key that is no setting',
      { alarmMail: 'a@example.com' },
      ['alarmMail is not a setting: do you mean alarmEmail?'],
    ],
    [
      "a flag of CDK's",
      { '@aws-cdk/core:x': true },
      ['@aws-cdk/core:x is not a setting: flags of CDK belong into cdk.json.'],
    ],
    [
      'another stage',
      { stage: 'production' },
      ['stage must not be in the file: the name of the file says it.'],
    ],
    ['a list', [], ['settings/dev.json must hold a JSON object: it is no object.']],
  ])('where the file holds %s', (_what, content, sentences) => {
    write('settings/dev.json', content);

    expect(problems()).toEqual(sentences);
  });

  it('where the file is no JSON, and says where it breaks off', () => {
    write('settings/dev.json', '{\n  "region": "eu-west-1",\n}');

    expect(problems()).toEqual([
      expect.stringMatching(
        /^settings\/dev\.json must hold a JSON object: .*line 3 column 1.*[^.]\.$/,
      ),
    ]);
  });

  it('with everything that is wrong in the file and after -c at once', () => {
    write('settings/dev.json', { region: 'mars-north-7', '@aws-cdk/core:x': true });

    expect(problems({ stgae: 'dev', memoryMegabytes: '1' })).toEqual([
      '@aws-cdk/core:x is not a setting: flags of CDK belong into cdk.json.',
      'stgae is not a setting: do you mean stage?',
      'region must be a region of AWS, for example eu-west-1.',
      'memoryMegabytes must be a whole number from 128 to 10240.',
    ]);
  });

  it('where the name of the stage would lead out of the folder', () => {
    write('cdk.json', { context: FLAGS });

    expect(problems({ stage: '../cdk' })).toEqual([expect.stringMatching(/^stage must be a name/)]);
  });
});

describe('a deployment for real users', () => {
  const warnings = (settings: object) =>
    checkSettings({ stage: 'production', ...PRODUCTION, ...settings }).warnings;
  const WELL = {
    emailChange: 'verified',
    noticesFrom: 'no-reply@example.com',
    mailFrom: 'accounts@example.com',
  };

  it('is warned of nothing with all that it should have', () => {
    expect(warnings(WELL)).toEqual([]);
  });

  it.each([
    ['alarmEmail', undefined],
    ['emailChange', 'immediate'],
    ['noticesFrom', undefined],
    ['mailFrom', undefined],
  ])('is warned of %s = %s', (name, value) => {
    expect(warnings({ ...WELL, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is [^.]+\\.$`)),
    ]);
  });

  it('is not warned of the mail of a pool that has its own sender', () => {
    const pool = { userPoolId: 'eu-west-1_Ab1', signInUrl: 'https://login.example.com' };

    expect(warnings({ ...WELL, ...pool, mailFrom: undefined, domainPrefix: undefined })).toEqual(
      [],
    );
  });

  it('is warned; a stage for development is not', () => {
    expect(checkSettings({ stage: 'dev' }).warnings).toEqual([]);
  });
});

describe('the name of a stage', () => {
  it('decides nothing in the stack and the tools: its purpose does', () => {
    const paths = globSync('{infra,tools}/**/*.ts', { cwd: PROJECT_ROOT });
    const asking = paths.filter((path) =>
      /\bstage [!=]== '/.test(readFileSync(join(PROJECT_ROOT, path), 'utf8')),
    );

    expect(paths.length).toBeGreaterThan(100);
    expect(asking).toEqual([]);
  });
});
