import { describe, expect, it } from 'vitest';
import { DEFAULT_TEXTS } from '../../infra/settings/notice-settings.ts';
import { ENV } from '../../lib/config.ts';
import { parseNoticeSettings } from '../../lib/notices/notice-settings.ts';
import { functionOf, resourcesOf, synthesised, templateOf } from './synthesised.ts';

const FROM = 'Accounts <no-reply@mail.example.com>';
const SETTINGS = { stage: 'production', noticesFrom: FROM, noticesRegion: 'eu-central-1' };

const on = synthesised({ ...SETTINGS, noticesHelp: 'call 1234' });
const off = templateOf('production');
const FUNCTIONS = ['GetMe', 'PatchMe'] as const;

type Template = ReturnType<typeof synthesised>;

const statementsOf = (template: Template, construct: string) =>
  resourcesOf(template, 'AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith(construct))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const variablesOf = (template: Template, construct: (typeof FUNCTIONS)[number]) =>
  functionOf(template, construct).Properties.Environment.Variables;
/** A value as the deployment fills it in. */
const filledIn = (value: unknown) =>
  typeof value === 'string'
    ? value
    : Object(value)
        ['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'x'))
        .join('');

describe.each(FUNCTIONS)('notices, for %s', (construct) => {
  it('may be sent from the address of the setting only', () => {
    const mailing = statementsOf(on, construct).filter(({ Action }) =>
      /^ses:/.test(String(Action)),
    );

    const identity = (name: string) =>
      expect.objectContaining({
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':ses:eu-central-1:',
            { Ref: 'AWS::AccountId' },
            `:identity/${name}`,
          ],
        ],
      });
    expect(mailing).toEqual([
      {
        Action: 'ses:SendEmail',
        Effect: 'Allow',
        Resource: [identity('mail.example.com'), identity('no-reply@mail.example.com')],
        Condition: { StringEquals: { 'ses:FromAddress': 'no-reply@mail.example.com' } },
      },
    ]);
  });

  it('have the settings of the deployment', () => {
    const settings = parseNoticeSettings(filledIn(variablesOf(on, construct)[ENV.notices]));

    expect(settings).toEqual({
      from: FROM,
      help: 'call 1234',
      region: 'eu-central-1',
      texts: DEFAULT_TEXTS,
    });
  });

  it('are off without a sender, and then may not be sent', () => {
    expect(variablesOf(off, construct)[ENV.notices]).toBe('');
    expect(JSON.stringify(statementsOf(off, construct))).not.toContain('ses:');
  });
});

describe('the setting noticesTexts', () => {
  it.each([
    ['an object', { subject: 'Ihr Konto wurde geändert' }],
    ['JSON text', '{"subject":"Ihr Konto wurde geändert"}'],
  ])('replaces single texts, given as %s', (_, noticesTexts) => {
    const template = synthesised({ ...SETTINGS, noticesTexts });
    const { texts } = parseNoticeSettings(variablesOf(template, 'PatchMe')[ENV.notices]);

    expect(texts).toEqual({ ...DEFAULT_TEXTS, subject: 'Ihr Konto wurde geändert' });
  });
});

it('notices are sent in the region of the deployment where no other is given', () => {
  const template = synthesised({ stage: 'production', noticesFrom: FROM });
  const variable = variablesOf(template, 'PatchMe')[ENV.notices];

  expect(JSON.stringify(variable)).toContain('{"Ref":"AWS::Region"}');
  expect(JSON.stringify(statementsOf(template, 'PatchMe'))).toContain(
    ':ses:",{"Ref":"AWS::Region"},":',
  );
});

it('the account tool finds the settings of the notices in the outputs', () => {
  const output = on.findOutputs('Notices')['Notices']?.['Value'];

  expect(parseNoticeSettings(filledIn(output)).from).toBe(FROM);
  expect(off.findOutputs('Notices')).toEqual({});
});
