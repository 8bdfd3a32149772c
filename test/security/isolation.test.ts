/** Responses do not depend on other accounts, except for taken names. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { CAPABILITIES_TYPE } from '../../lib/contract.ts';
import type { DirectoryPerson } from '../../lib/self-service/ports.ts';
import { aPerson, aRecord, NOW, SERVICE, SSO } from '../support/builders.ts';
import { claimsOf } from '../support/claims.ts';
import { recordFigures, size } from '../support/figures.ts';
import { maliciousRequest } from '../support/malicious-input.ts';
import { uncounted } from '../support/uncounted.ts';
import { anApi } from '../unit/http/api-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const figures = {
  'requests asked in two worlds': 0,
  'answered alike': 0,
  'differing by a taken name': 0,
};
afterAll(() => recordFigures('isolation', figures));

/** Other accounts of every kind, with names and other data. */
const OTHERS = [
  aRecord({ username: 'grace', email: 'grace@example.com', name: 'Grace', is_superuser: true }),
  aRecord({ username: 'ada', email: 'ada@example.org', metadata: '{"a":1}' }),
  aRecord({ username: 'a'.repeat(50), email: 'ada@example.com', is_active: false }),
  aRecord({ username: '..', email: null }, { internal: true }),
  aRecord({ username: 'corp@example.com', email: 'corp@example.com', ...SSO }),
  aRecord({ username: 'reporting', ...SERVICE }),
];

const callers = fc.constantFrom<Parameters<typeof aRecord>[0]>(
  { username: 'mallory', email: 'mallory@example.com' },
  { username: 'mallory', email: null, is_superuser: true },
  { username: 'mallory@example.com', email: 'mallory@example.com', ...SSO },
);

type Api = ReturnType<typeof anApi>;
type Ask = (api: Api, own: AccountRecord) => ReturnType<Api['get']>;

const patches = maliciousRequest.map(({ body, headers }): Ask => {
  const sent = Object.fromEntries(headers.filter(([name]) => name !== 'content-encoding'));
  return (api) => api.patch(null, { headers: sent, body: body.toString() });
});
const named = fc
  .record(
    {
      username: fc.constantFrom(...OTHERS.map(({ account }) => account.username), 'free', 'ADA.'),
      email: fc.constantFrom(...OTHERS.map(({ account }) => account.email), 'free@example.com'),
      name: fc.constant('Mallory'),
      is_superuser: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map(
    (fields): Ask =>
      (api) =>
        api.patch(fields),
  );
const reads = fc
  .record({
    accept: fc.constantFrom('*/*', CAPABILITIES_TYPE),
    'if-none-match': fc.constantFrom('*', '"a"', '"b.1", W/"c"'),
  })
  .map(
    (headers): Ask =>
      (api) =>
        api.get({ headers }),
  );

/** The complete response. */
async function said(ask: Ask, own: AccountRecord, others: AccountRecord[]) {
  // Whether another superuser is left is the one thing that an answer may tell besides.
  const api = anApi(own, aRecord({ username: 'another', is_superuser: true }), ...others);
  const { status, headers, text } = await ask(api, own);
  return { status, headers: [...headers], text, after: api.store.records.get(own.subject) };
}

describe('an answer', () => {
  it('is the same with and without other accounts, unless a name is taken', {
    timeout: 600_000,
  }, async () => {
    const ask = fc.oneof(patches, { weight: 2, arbitrary: named }, reads);
    await fc.assert(
      fc.asyncProperty(callers, ask, async (account, one) => {
        const own = aRecord(account);
        const alone = await said(one, own, []);
        const among = await said(one, own, OTHERS);
        figures['requests asked in two worlds'] += 1;
        if (among.status === 409) {
          expect(['username_taken', 'email_taken']).toContain(JSON.parse(among.text).code);
          expect(alone.status).toBe(200);
          expect(among.after && uncounted(among.after)).toEqual(uncounted(own));
          figures['differing by a taken name'] += 1;
        } else {
          expect(among).toEqual(alone);
          figures['answered alike'] += 1;
        }
      }),
      { numRuns: size({ bounded: 4000, full: 40_000 }) },
    );
    expect(figures['differing by a taken name']).toBeGreaterThan(100);
    expect(figures['answered alike']).toBeGreaterThan(100);
  });

  it('at a first call omits a name of another account, and reveals nothing else', async () => {
    const person = aPerson({ preferredUsername: 'ada', email: 'grace@example.com' });
    const firstCall = async (others: AccountRecord[]) => {
      const api = anApi(...others);
      api.directory.people.set(person.directoryName, person);
      return (await api.get({ claims: claimsOf(recordOf(person)) })).account();
    };

    const [alone, among] = [await firstCall([]), await firstCall(OTHERS)];

    expect(alone).toMatchObject({ username: 'ada', email: 'grace@example.com' });
    expect(among).toEqual({ ...alone, username: person.directoryName, email: null });
  });
});

/** Claims of a user's token. */
const recordOf = ({ subject, directoryName }: DirectoryPerson): AccountRecord =>
  aRecord({ id: subject }, { directoryName });
