import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkStages } from '../../tools/operators/settings-check.ts';
import { moveSettings } from '../../tools/operators/settings-move.ts';
import { jsonText } from '../../tools/support/json-text.ts';
import { PROJECT_ROOT } from './synthesised.ts';

const RELEASED = readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8');
const SETTINGS = { callbackUrls: ['https://app.example.com/callback'], tags: { team: 'accounts' } };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'settings-'));
  mkdirSync(join(root, 'settings'));
  copyFileSync(join(PROJECT_ROOT, 'cdk.json'), join(root, 'cdk.json'));
});
afterEach(() => rmSync(root, { recursive: true }));

const text = (name: string) => readFileSync(join(root, name), 'utf8');
const write = (name: string, content: object) => writeFileSync(join(root, name), jsonText(content));
const checked = (stage?: string) => {
  const lines: string[] = [];
  return { fine: checkStages(root, stage, (line) => lines.push(line)), lines };
};

describe('npm run settings -- check', () => {
  it('says everything that is wrong with a stage, a sentence a line', () => {
    write('settings/production.json', { alarmMail: 'a@example.com', region: 'mars-north-7' });

    expect(checked('production')).toEqual({
      fine: false,
      lines: [
        'wrong    alarmMail is not a setting: do you mean alarmEmail?',
        'wrong    region must be a region of AWS, for example eu-west-1.',
        'wrong    callbackUrls must be given with purpose production: without it people return to a page on their own machine.',
        'Stage production cannot be deployed. To correct: 3.',
      ],
    });
  });

  it('says once what three functions say at synthesis', () => {
    const corsOrigins = Array.from(
      { length: 90 },
      (_, at) => `https://${'x'.repeat(50)}${at}.example`,
    );
    write('settings/dev.json', { corsOrigins });

    expect(checked('dev').lines).toEqual([
      expect.stringMatching(/^wrong {4}corsOrigins, patchClients and noticesTexts must .*[^.]\.$/),
      'Stage dev cannot be deployed. To correct: 1.',
    ]);
  });

  it('says what only the rules for templates know', () => {
    write('settings/dev.json', { region: 'ap-east-2', eventBus: 'accounts' });

    expect(checked('dev').lines).toEqual([
      expect.stringMatching(/^wrong {4}The template is refused: .*AWS::Pipes::Pipe.*[^.]\.$/),
      'Stage dev cannot be deployed. To correct: 1.',
    ]);
  });

  it('warns of what real users will miss, and checks all stages where none is named', () => {
    write('settings/production.json', { ...SETTINGS, emailChange: 'verified' });
    write('settings/dev.json', {});

    const { fine, lines } = checked();

    expect(fine).toBe(true);
    expect(lines).toEqual([
      'Stage dev can be deployed. Warnings: 0.',
      expect.stringContaining('warning  alarmEmail'),
      expect.stringContaining('warning  noticesFrom'),
      expect.stringContaining('warning  mailFrom'),
      'Stage production can be deployed. Warnings: 3.',
    ]);
  });

  it('needs no file, unless cdk.json has settings', () => {
    expect(checked().fine).toBe(true);
    write('cdk.json', { context: SETTINGS });
    expect(checked()).toMatchObject({
      fine: false,
      lines: [expect.stringContaining('npm run settings -- move')],
    });
  });
});

describe('npm run settings -- move', () => {
  const withSettings = (settings: object) => {
    const { context, ...rest } = JSON.parse(RELEASED);
    write('cdk.json', { ...rest, context: { ...settings, ...context } });
  };

  it('writes the file of the stage, and leaves cdk.json byte for byte as releases have it', () => {
    withSettings({ stage: 'production', ...SETTINGS });

    expect(moveSettings(root, [])).toEqual(['production']);
    expect(JSON.parse(text('settings/production.json'))).toEqual({
      $schema: './settings.schema.json',
      ...SETTINGS,
    });
    expect(text('cdk.json')).toBe(RELEASED);
    expect(checked('production').fine).toBe(true);
  });

  it('gives the settings to each stage that is named', () => {
    withSettings(SETTINGS);

    expect(moveSettings(root, ['dev', 'production'])).toEqual(['dev', 'production']);
    expect(text('settings/dev.json')).toBe(text('settings/production.json'));
  });

  it.each([
    ['there are no settings', {}, ['dev'], /holds no settings/],
    ['no stage is known', SETTINGS, [], /^Name each stage/],
    ['a stage cannot have that name', SETTINGS, ['dev', '../x'], /^stage must be a name/],
    ['a file exists', SETTINGS, ['dev', 'kept'], /^settings\/kept\.json exists/],
  ])('changes nothing where %s', (_what, settings, stages, sentence) => {
    withSettings(settings);
    write('settings/kept.json', {});
    const before = text('cdk.json');

    expect(() => moveSettings(root, stages)).toThrow(sentence);
    expect(text('cdk.json')).toBe(before);
    expect(() => text('settings/dev.json')).toThrow('ENOENT');
  });
});
