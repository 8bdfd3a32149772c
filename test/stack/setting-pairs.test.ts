/**
 * Settings given two by two, and all at once. What may be wrong about two settings is said by a rule
 * over values, so all pairs go through these rules. At synthesis every two of them meet in one of a
 * few deployments: constructs that do not bear each other fail there, whatever else is given.
 */
import { describe, expect, it } from 'vitest';
import { SettingsSchema } from '../../infra/settings/settings-schema.ts';
import { checkSettings } from '../../infra/settings/stage-config.ts';
import { ALL_SETTINGS, ALL_SETTINGS_OWN_POOL } from '../../tools/checks/all-settings.ts';
import { pairwise } from './pairwise.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const EVERY: Record<string, unknown> = { ...ALL_SETTINGS_OWN_POOL, ...ALL_SETTINGS };
const NAMES = Object.keys(SettingsSchema.entries);

/** The values of some settings. */
const some = (...names: string[]) => Object.fromEntries(names.map((name) => [name, EVERY[name]]));

/** Settings that need one another, or have several values that make other resources. */
const TOPICS = {
  purpose: [
    {},
    some('stage', 'purpose', 'callbackUrls'),
    { stage: 'staging', ...some('callbackUrls'), retainData: true },
    { stage: 'zoe', purpose: 'development', retainData: false },
    { stage: 'local', purpose: 'local', retainData: false },
    { purpose: 'development', ...some('callbackUrls'), retainData: false },
  ],
  place: [
    {},
    some('region'),
    some('region', 'kmsKeyArn'),
    some('region', 'replicaRegions'),
    some('region', 'kmsKeyArn', 'replicaRegions'),
  ],
  pool: [
    {},
    some('userPoolId', 'signInUrl'),
    some('domainPrefix'),
    some('mailFrom', 'mailRegion'),
    some('mailFrom', 'mailReplyTo'),
    some('domainPrefix', 'mailFrom', 'mailReplyTo', 'mailRegion'),
  ],
  domain: [
    {},
    some('apiDomain', 'apiCertificateArn'),
    some('apiDomain', 'apiCertificateArn', 'apiHostedZoneId'),
  ],
  notices: [
    {},
    some('noticesFrom'),
    some('noticesFrom', 'noticesHelp', 'noticesTexts'),
    some('noticesFrom', 'noticesRegion', 'noticesHelp'),
    some('noticesFrom', 'noticesRegion', 'noticesTexts'),
  ],
  identityProviders: [{}, some('identityProviders'), { identityProviders: ['Existing'] }],
  signInNames: [{}, { signInNames: 'email' }, { signInNames: 'username' }],
  profileSource: [{}, { profileSource: 'first-call' }, { profileSource: 'never' }],
};
const GROUPED = new Set(Object.values(TOPICS).flatMap((choices) => choices.flatMap(Object.keys)));
const ALONE = NAMES.filter((name) => !GROUPED.has(name));
const CHOICES = { ...TOPICS, ...Object.fromEntries(ALONE.map((name) => [name, [{}, some(name)]])) };

const isAllowed = (settings: object) => checkSettings({ ...settings }).problems.length === 0;
const rows = pairwise(CHOICES, isAllowed);

const pairsOf = (names: readonly string[]) =>
  names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));

/** Pairs that a rule refuses whatever else is given. */
const APART = ['userPoolId', 'signInUrl'].flatMap((name) =>
  ['domainPrefix', 'mailFrom', 'mailReplyTo', 'mailRegion'].map((other) =>
    [name, other].sort().join(),
  ),
);
/** Settings that a rule refuses without another. */
const NEEDS = [
  'apiCertificateArn needs apiDomain',
  'apiDomain needs apiCertificateArn',
  'apiHostedZoneId needs apiCertificateArn',
  'apiHostedZoneId needs apiDomain',
  'kmsKeyArn needs region',
  'mailRegion needs mailFrom',
  'mailReplyTo needs mailFrom',
  'noticesHelp needs noticesFrom',
  'noticesRegion needs noticesFrom',
  'noticesTexts needs noticesFrom',
  'replicaRegions needs region',
  'signInUrl needs userPoolId',
  'userPoolId needs signInUrl',
];

describe('two settings', () => {
  it.each(NAMES)('%s and any other: accepted, or refused in sentences', (name) => {
    for (const other of NAMES) {
      const { config, problems } = checkSettings(some(name, other));

      expect(config === null, `${name}, ${other}`).toBe(problems.length > 0);
      expect(new Set(problems).size, `${name}, ${other}`).toBe(problems.length);
      for (const problem of problems) expect(problem).toMatch(/^[a-z]\w+ must [^.].*[^.]\.$/i);
    }
  });

  it('meet in one of the deployments below, except those that exclude each other', () => {
    const together = (name: string, other: string) =>
      rows.some((row) => row[name] !== undefined && row[other] !== undefined);
    const missing = pairsOf(NAMES).filter(([name, other]) => !together(name, other));

    expect(missing.map((pair) => pair.toSorted().join()).sort()).toEqual(APART.sort());
  });

  it('stand without each other in one of the deployments below, except those that need each other', () => {
    const without = (name: string, other: string) =>
      rows.some((row) => row[name] !== undefined && row[other] === undefined);
    const missing = pairsOf(NAMES)
      .flatMap(([one, other]) => [[one, other] as const, [other, one] as const])
      .filter(([name, other]) => !without(name, other));

    expect(missing.map((pair) => pair.join(' needs ')).sort()).toEqual(NEEDS);
  });
});

describe('a deployment with every two choices that may meet', () => {
  it.each(rows.map((row, at) => [at + 1, Object.keys(row).length, row] as const))(
    'number %i, with %i settings, makes a template',
    (_number, _count, row) => {
      expect(resourcesOf(synthesised(row), 'AWS::ApiGateway::RestApi')).toHaveLength(1);
    },
  );

  it.each([
    ['an existing pool', ALL_SETTINGS],
    ['a pool of its own', ALL_SETTINGS_OWN_POOL],
  ])('and all settings at once, with %s, make a template', (_what, settings) => {
    expect(resourcesOf(synthesised(settings), 'AWS::ApiGateway::RestApi')).toHaveLength(1);
  });
});
