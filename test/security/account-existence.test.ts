/** Account enumeration: whether bodies, headers or timing reveal which accounts exist. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApiEvent } from '../support/api-event.ts';
import {
  type Answer,
  aPerson,
  aStranger,
  call,
  patch,
  ports,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { claimsIn, invoke } from '../support/direct-invocation.ts';
import { recordFigures, size } from '../support/figures.ts';
import { foreignKey, partsOf, poolKey, signed } from '../support/token-forge.ts';

/** Number of timed requests of each kind. */
const SAMPLES = size({ bounded: 60, full: 300 });

/** Subjects by kind of account, which a rejection must not distinguish. */
const subjects: Record<string, string> = { unknown: randomUUID() };
let person: TestPerson;
beforeAll(async () => {
  person = await aPerson();
  subjects['active'] = person.subject;
  subjects['inactive'] = (await aPerson({ is_active: false })).subject;
  subjects['superuser'] = (await aPerson({ is_superuser: true })).subject;
  subjects['internal'] = (await aPerson({}, { internal: true })).subject;
  subjects['never seen'] = (await aStranger()).subject;
  subjects['service'] = stack.serviceAccounts[0]?.clientId ?? '';
});

const figures: Record<string, number | string> = { 'answers compared': 0 };
afterAll(() => recordFigures('telling accounts apart', figures));

/** A response without the parts that always differ. */
function said({ status, headers, body }: Answer): unknown {
  const stable = [...headers].filter(([name]) => !/request-?id|date|amz/i.test(name));
  return { status, headers: stable.sort(), body: { ...body, request_id: 'any' } };
}

/** Expects that all responses are identical. */
async function expectAlike(ask: Record<string, () => Promise<Answer>>): Promise<void> {
  const answers: [string, unknown][] = [];
  for (const [kind, one] of Object.entries(ask)) answers.push([kind, said(await one())]);
  const [first] = answers;
  for (const [kind, answer] of answers) expect(answer, kind).toEqual(first?.[1]);
  figures['answers compared'] = Number(figures['answers compared']) + answers.length;
}

const percentile = (times: number[], part: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? Number.NaN;

/** Times two kinds of requests alternately, and records the ratios of their quartiles and medians. */
async function compareTimes(
  what: string,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (const ask of [one, other]) for (let n = 0; n < 5; n += 1) await ask();
  for (let n = 0; n < SAMPLES * 2; n += 1) {
    const start = performance.now();
    await (n % 2 === 0 ? one() : other());
    times[n % 2 === 0 ? 0 : 1].push(performance.now() - start);
  }
  const ratios = [0.25, 0.5, 0.75].map(
    (part) => percentile(times[0], part) / percentile(times[1], part),
  );
  const shown = ratios.map((ratio) => ratio.toFixed(2)).join(' / ');
  figures[`time ratio, ${what}`] = shown;
  return ratios[1] ?? Number.NaN;
}

/** Wide because of noise: it must detect an additional call to the table or Cognito. */
const expectClose = (ratio: number) => {
  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.67);
};

describe('a rejected token', () => {
  const known = () => partsOf(person.token);
  const key = foreignKey();
  const FORGERIES: [string, (sub: string) => string][] = [
    ['by another key', (sub) => signed(known().header, { ...known().claims, sub }, key)],
    [
      'expired',
      (sub) => signed(known().header, { ...known().claims, sub, exp: 1 }, poolKey('access')),
    ],
    [
      'without end',
      (sub) =>
        signed(known().header, { ...known().claims, sub, exp: undefined }, poolKey('access')),
    ],
    [
      'without scope',
      (sub) =>
        signed(known().header, { ...known().claims, sub, scope: 'openid' }, poolKey('access')),
    ],
    [
      'an ID token',
      (sub) =>
        signed(known().header, { ...known().claims, sub, token_use: 'id' }, poolKey('access')),
    ],
  ];

  it.each(FORGERIES)(
    '%s gets the same response for every account and for none',
    async (_name, forge) => {
      for (const method of ['GET', 'PATCH']) {
        const asks = Object.entries(subjects).map(([kind, sub]) => {
          const token = forge(sub);
          const body = method === 'PATCH' ? { name: 'Mallory' } : undefined;
          return [kind, () => call({ token, method, body })] as const;
        });
        await expectAlike(Object.fromEntries(asks));
      }
    },
  );

  it('takes the gateway the same time for existing and missing accounts', async () => {
    const token = (sub: string) => signed(known().header, { ...known().claims, sub }, key);
    const [existing, unknown] = [token(person.subject), token(subjects['unknown'] ?? '')];
    const ratio = await compareTimes(
      'gateway, account unknown to existing',
      () => call({ token: unknown }),
      () => call({ token: existing }),
    );
    expectClose(ratio);
  });

  it('takes the function the same time for existing and missing accounts', async () => {
    const ask = (sub: string) => () => {
      const claims = { ...claimsIn(person.token), sub, exp: '1' };
      return invoke(stack.getMeFunctionName, anApiEvent({ claims }));
    };
    const ratio = await compareTimes(
      'function, account unknown to existing',
      ask(subjects['unknown'] ?? ''),
      ask(person.subject),
    );
    expectClose(ratio);
  });
});

describe('a name that is taken', () => {
  it('gets the same response in the same time, whoever holds it', async () => {
    const holders: Record<string, string> = {
      active: (await aPerson()).username,
      inactive: (await aPerson({ is_active: false })).username,
      superuser: (await aPerson({ is_superuser: true })).username,
      internal: (await aPerson({}, { internal: true })).username,
      service: stack.serviceAccounts[0]?.username ?? '',
      'an e-mail': (await aPerson()).email,
    };
    for (const field of ['username', 'email']) {
      // Usernames here are not e-mail addresses.
      const taken = Object.entries(holders).filter(
        ([, name]) => field === 'username' || name.includes('@'),
      );
      const asks = taken.map(
        ([kind, name]) => [kind, () => patch(person.token, { [field]: name })] as const,
      );
      await expectAlike(Object.fromEntries(asks));
    }
    const ratio = await compareTimes(
      'holder inactive to active',
      () => patch(person.token, { username: holders['inactive'] }),
      () => patch(person.token, { username: holders['active'] }),
    );
    expectClose(ratio);
  });

  it('changes nothing of the requesting account', async () => {
    const record = await ports.store.find(person.subject);
    await patch(person.token, { username: (await aPerson()).username, name: unique('Ada') });

    expect(await ports.store.find(person.subject)).toEqual(record);
  });
});
