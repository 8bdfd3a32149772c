import { describe, expect, it } from 'vitest';
import {
  checkPool,
  isFit,
  type PoolClient,
  type PoolDescription,
  type PoolSettings,
} from '../../../lib/operations/pool-check.ts';
import { settingsFor } from '../../../lib/operations/pool-settings.ts';
import { aPoolDescription } from '../../support/pool-descriptions.ts';

/** What is said of a pool besides that it fits, as `verdict part`. */
const said = (pool: PoolDescription, settings: PoolSettings | null = null) =>
  checkPool(pool, settings)
    .filter(({ verdict }) => verdict !== 'fits')
    .map(({ verdict, about }) => `${verdict} ${about}`);

const aClient = (given: Partial<PoolClient>): PoolClient => ({
  name: 'shop',
  signsPeopleIn: true,
  writableAttributes: ['locale'],
  ...given,
});

describe('a pool that fits', () => {
  it.each([
    ['aliases', aPoolDescription('aliases')],
    ['email', aPoolDescription('email')],
    ['username', aPoolDescription('username')],
    ['username', aPoolDescription('username', { aliases: ['preferred_username'] })],
  ] as const)('of the kind %s is told its settings', (signInNames, pool) => {
    const settings = settingsFor(pool);

    expect(said(pool)).toEqual([]);
    expect(said(pool, settings)).toEqual([]);
    expect(isFit(checkPool(pool, settings))).toBe(true);
    expect(settings).toEqual({
      userPoolId: pool.id,
      signInUrl: 'https://login.example.com',
      signInNames,
      passwordMinLength: 10,
      passwordRequires: ['lowercase', 'digits'],
      emailChange: 'verified',
      identityProviders: [],
    });
  });

  it('has the domain with managed login before another, and its providers by name', () => {
    const domains = [
      { origin: 'https://old.example.com', hasManagedLogin: false },
      { origin: 'https://new.example.com', hasManagedLogin: true },
    ];
    const providers = [{ name: 'Partner', mappedAttributes: ['email', 'name'] }];

    const pool = aPoolDescription('email', { domains, providers });

    expect(said(pool)).toEqual([]);
    expect(settingsFor(pool)).toMatchObject({
      signInUrl: 'https://new.example.com',
      identityProviders: ['Partner'],
    });
  });
});

describe('a pool that cannot be used', () => {
  it.each<[string, string, Partial<PoolDescription>]>([
    ['signs in by phone number alone', 'sign-in-names', { usernameAttributes: ['phone_number'] }],
    ['respects letter case', 'letter-case', { isCaseSensitive: true }],
    ['never lets an e-mail change', 'immutable-attributes', { immutableAttributes: ['email'] }],
    [
      'never lets a username change',
      'immutable-attributes',
      { immutableAttributes: ['preferred_username'] },
    ],
  ])('%s', (_what, about, given) => {
    const pool = aPoolDescription('aliases', given);

    expect(said(pool)).toEqual([`impossible ${about}`]);
    expect(isFit(checkPool(pool, null))).toBe(false);
  });

  it('is another where people sign in by e-mail alone: nothing writes the username then', () => {
    const given = { immutableAttributes: ['preferred_username'] };

    expect(said(aPoolDescription('email', given))).toEqual([]);
  });
});

describe('a pool that does not fit until it is changed', () => {
  it.each<[string, string, Partial<PoolDescription>]>([
    ['mails no codes', 'email-verification', { autoVerified: ['phone_number'] }],
    ['has no sign-in domain', 'sign-in-pages', { domains: [] }],
    [
      'has the classic sign-in pages',
      'sign-in-pages',
      { domains: [{ origin: 'https://login.example.com', hasManagedLogin: false }] },
    ],
    ['has the plan Lite', 'plan', { plan: 'LITE' }],
    ['has a resource server `users`', 'resource-server', { resourceServerScopes: ['read'] }],
  ])('%s', (_what, about, given) => {
    const findings = checkPool(aPoolDescription('email', given), null);
    const fixes = findings.filter(({ verdict }) => verdict !== 'fits');

    expect(fixes).toEqual([expect.objectContaining({ verdict: 'fix', about })]);
    expect(fixes[0]?.fix).toMatch(/\S/);
    expect(isFit(findings)).toBe(false);
  });
});

it('has to have the attributes that profileAttributes names', () => {
  const pool = aPoolDescription('email', { attributes: ['sub', 'email', 'custom:title'] });
  const profileAttributes = { company: 'custom:company', job_title: 'custom:title' };
  const settings = { ...settingsFor(pool), profileAttributes };

  expect(said(pool, settings)).toEqual(['fix profile-attributes']);
});

describe('a pool that works, with advice', () => {
  it.each<[string, string, Partial<PoolDescription>]>([
    ['takes phone numbers too', 'sign-in-names', { usernameAttributes: ['email', 'phone_number'] }],
    ['has the alias email', 'sign-in-names', { aliases: ['email'] }],
    ['requires an e-mail', 'required-attributes', { requiredAttributes: ['sub', 'email'] }],
    ['never lets a name change', 'profile-attributes', { immutableAttributes: ['sub', 'name'] }],
    ['requires a name', 'required-attributes', { requiredAttributes: ['sub', 'family_name'] }],
    ['takes a new e-mail at once', 'email-change', { keptUntilVerified: [] }],
    ['lets administrators alone reset passwords', 'recovery', { recovery: ['admin_only'] }],
    ['does not say how it resets them', 'recovery', { recovery: [] }],
    [
      'resets them by text message',
      'recovery',
      { recovery: ['verified_email', 'verified_phone_number'] },
    ],
    ['lets anybody sign up', 'self-sign-up', { allowsSelfSignUp: true }],
    ['has a trigger', 'triggers', { triggers: ['PostConfirmation', 'PreSignUp'] }],
    ['tracks no sessions', 'sessions', { tracksSessions: false }],
    ['does not say whether it does', 'sessions', { tracksSessions: null }],
    [
      'has the resource server of a stack',
      'resource-server',
      { resourceServerScopes: ['me.read', 'me.write'] },
    ],
    [
      'has a client that writes all',
      'app-clients',
      { clients: [aClient({ writableAttributes: null })] },
    ],
    [
      'has a client that writes names',
      'app-clients',
      { clients: [aClient({ writableAttributes: ['preferred_username'] })] },
    ],
    [
      'has a provider without e-mails',
      'identity-providers',
      { providers: [{ name: 'Partner', mappedAttributes: ['name'] }] },
    ],
    ["has Cognito's sender", 'mail', { hasOwnSender: false }],
    ['is not protected', 'deletion-protection', { isProtected: false }],
  ])('%s', (_what, about, given) => {
    const pool = aPoolDescription('username', given);

    expect(said(pool)).toEqual([`advice ${about}`]);
    expect(isFit(checkPool(pool, null))).toBe(true);
  });

  it('says nothing of clients that sign nobody in, of what the kind itself needs, or of a second factor', () => {
    const clients = [aClient({ signsPeopleIn: false, writableAttributes: null }), aClient({})];
    const requiredAttributes = ['sub', 'email'];

    expect(said(aPoolDescription('email', { clients, requiredAttributes, mfa: 'ON' }))).toEqual([]);
  });

  it('says of each trigger what it does', () => {
    const triggers = ['PreSignUp', 'PreTokenGeneration', 'CustomMessage', 'CustomEmailSender'];

    const findings = checkPool(aPoolDescription('email', { triggers }), null);

    const sentences = findings.filter(({ about }) => about === 'triggers').map(({ says }) => says);
    expect(sentences.map((says) => says.split(':')[0])).toEqual(
      triggers.map((name) => `Trigger ${name}`),
    );
  });
});

describe('settings', () => {
  it.each<[string, string, Partial<PoolSettings>]>([
    ['another kind', 'fix sign-in-names', { signInNames: 'aliases' }],
    ['a further kind', 'fix sign-in-names', { signInNames: 'username' }],
    ['a domain of no pool', 'fix sign-in-pages', { signInUrl: 'https://else.example.com' }],
    ['an unknown provider', 'fix identity-providers', { identityProviders: ['Partner'] }],
    ['another way to change an e-mail', 'fix email-change', { emailChange: 'immediate' }],
    ['longer passwords', 'advice passwords', { passwordMinLength: 16 }],
    ['other characters', 'advice passwords', { passwordRequires: ['digits', 'symbols'] }],
  ])('with %s are refused or remarked on', (_what, expected, given) => {
    const pool = aPoolDescription('email');

    expect(said(pool, { ...settingsFor(pool), ...given })).toEqual([expected]);
  });

  it('with proof of e-mails need a pool that keeps the old one', () => {
    const pool = aPoolDescription('email', { keptUntilVerified: [] });

    expect(settingsFor(pool).emailChange).toBe('immediate');
    expect(said(pool, { ...settingsFor(pool), emailChange: 'verified' })).toEqual([
      'fix email-change',
    ]);
  });

  it('have no kind and no domain where the pool has none', () => {
    const pool = aPoolDescription('email', { usernameAttributes: ['phone_number'], domains: [] });

    expect(settingsFor(pool)).toMatchObject({ signInNames: null, signInUrl: null });
  });

  it('are the same in another order', () => {
    const pool = aPoolDescription('email');
    const settings = { ...settingsFor(pool), passwordRequires: ['digits', 'lowercase'] };

    expect(said(pool, settings)).toEqual([]);
  });
});
