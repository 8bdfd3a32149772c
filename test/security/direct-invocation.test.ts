/** Functions invoked without the gateway, with claims that no authorizer passes: they fail closed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApiEvent, aPatchEvent } from '../support/api-event.ts';
import { type Claims, without } from '../support/claims.ts';
import {
  aPerson,
  aStranger,
  ports,
  recordOf,
  stack,
  type TestPerson,
} from '../support/deployed-service.ts';
import { claimsIn, invoke, type Returned } from '../support/direct-invocation.ts';
import { recordFigures } from '../support/figures.ts';

let person: TestPerson;
let claims: Claims;
let revision: number;
beforeAll(async () => {
  person = await aPerson({ name: 'Kept to herself', is_superuser: true });
  claims = claimsIn(person.token);
  ({ revision } = await recordOf(person.subject));
});

const figures = { attempted: 0, refused: 0 };
afterAll(() => recordFigures('direct invocation', figures));

const READ = (given: unknown) => anApiEvent({ claims: given as Claims });
const WRITE = (given: unknown) => aPatchEvent({ name: 'Mallory' }, { claims: given as Claims });

async function expectRefused(answers: Returned[], status: number, code: string): Promise<void> {
  for (const answer of answers) {
    figures.attempted += 1;
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    const said = JSON.stringify(answer);
    for (const secret of [person.email, person.username, person.subject, 'Kept to herself']) {
      expect(said).not.toContain(secret);
    }
    figures.refused += 1;
  }
  expect((await recordOf(person.subject)).revision).toBe(revision);
}

const both = async (given: unknown) => [
  await invoke(stack.getMeFunctionName, READ(given)),
  await invoke(stack.patchMeFunctionName, WRITE(given)),
];

describe('claims', () => {
  it('that are valid are accepted, so that the following ones are rejected for their change', async () => {
    const [read] = await both(claims);

    expect(read).toMatchObject({ status: 200, body: { id: person.subject } });
    ({ revision } = await recordOf(person.subject));
  });

  it.each<[string, unknown]>([
    ['none at all', undefined],
    ['null', null],
    ['a text', 'sub=ada'],
    ['a number', 1],
    ['true', true],
    ['a list', []],
    ['an empty object', {}],
  ])('that are %s are refused', async (_name, given) => {
    await expectRefused(await both(given), 401, 'invalid_token');
  });

  it('that are a string or a list of valid ones are rejected', async () => {
    await expectRefused(await both(JSON.stringify(claims)), 401, 'invalid_token');
    await expectRefused(await both([claims]), 401, 'invalid_token');
    await expectRefused(await both({ claims }), 401, 'invalid_token');
    const inherited = JSON.parse(`{"__proto__":${JSON.stringify(claims)}}`);
    await expectRefused(await both(inherited), 401, 'invalid_token');
  });

  const NEEDED = ['sub', 'iss', 'client_id', 'token_use', 'scope', 'exp', 'username'];

  it.each(NEEDED)('without %s are rejected', async (name) => {
    await expectRefused(await both(without(claims, name)), 401, 'invalid_token');
  });

  it.each(NEEDED)('with one of them, %s, are refused', async (name) => {
    await expectRefused(await both({ [name]: claims[name] }), 401, 'invalid_token');
  });

  it.each([...NEEDED, 'iat', 'nbf', 'auth_time', 'origin_jti'])(
    'whose %s is of another type are refused',
    async (name) => {
      const isInstant = ['exp', 'iat', 'nbf', 'auth_time'].includes(name);
      const forged = [null, true, [claims[name]], { toString: claims[name] }, 1.5, ''];
      const values = isInstant ? [...forged, '0x7fffffff', '1e12', 'Infinity', '-1'] : forged;
      // An empty list of scopes is valid, but lacks every scope.
      for (const value of values.filter((one) => !(name === 'scope' && one === ''))) {
        await expectRefused(await both({ ...claims, [name]: value }), 401, 'invalid_token');
      }
    },
  );

  it.each<[string, () => Claims]>([
    ['an ID token’s with scopes', () => ({ ...claims, token_use: 'id' })],
    ['of another pool', () => ({ ...claims, iss: `${claims['iss']}x` })],
    [
      'of a pool that only ends alike',
      () => ({ ...claims, iss: `https://evil.example/${claims['iss']}` }),
    ],
    [
      'expired, with a later date in words',
      () => ({ ...claims, exp: '1', expires: 'Mon Apr 14 12:33:31 UTC 2999' }),
    ],
    ['of a token that is not valid yet', () => ({ ...claims, nbf: '99999999999' })],
    ['of a sign-in after the end', () => ({ ...claims, auth_time: '99999999999' })],
    ['issued after the end', () => ({ ...claims, iat: '99999999999' })],
    ['a person’s without a name', () => without(claims, 'username')],
    [
      'a service’s whose subject is a person',
      () => without({ ...claims, client_id: 'x' }, 'username'),
    ],
  ])('that contradict themselves, %s, are refused', async (_name, make) => {
    await expectRefused(await both(make()), 401, 'invalid_token');
  });

  it('of a user with another’s subject reach no directory user', async () => {
    const other = await aStranger();

    // The victim's name with an unknown subject: the directory knows the owner of the name.
    const answers = await both({ ...claims, sub: other.subject });

    await expectRefused(answers, 401, 'account_not_found');
    expect(await ports.store.find(other.subject)).toBeNull();
  });

  it('of a service with a user’s subject are rejected as for that user', async () => {
    const posing = without({ ...claims, client_id: person.subject }, 'username');
    const [, write] = await both({ ...posing, scope: 'users/me.read' });

    await expectRefused(write ? [write] : [], 403, 'insufficient_scope');
  });
});

describe('an event', () => {
  /** Authorizer contexts of other gateways and authorizers. */
  it.each<[string, () => unknown]>([
    ['of a custom authorizer', () => ({ principalId: person.subject, ...claims })],
    ['of an HTTP API', () => ({ jwt: { claims } })],
    ['of IAM', () => ({ iam: { userId: person.subject } })],
    ['with claims as null', () => ({ claims: null })],
    ['with nothing', () => ({})],
  ])('with the authorizer %s is refused', async (_name, make) => {
    const withAuthorizer = (event: ReturnType<typeof anApiEvent>) => ({
      ...event,
      requestContext: { ...event.requestContext, authorizer: make() },
    });
    const answers = [
      await invoke(stack.getMeFunctionName, withAuthorizer(READ(undefined))),
      await invoke(stack.patchMeFunctionName, withAuthorizer(WRITE(undefined))),
    ];

    await expectRefused(answers, 401, 'invalid_token');
  });

  it('with a token in the header but no claims is rejected', async () => {
    const headers = { Authorization: `Bearer ${person.token}` };
    const answers = [
      await invoke(stack.getMeFunctionName, anApiEvent({ headers })),
      await invoke(stack.patchMeFunctionName, aPatchEvent({ name: 'Mallory' }, { headers })),
    ];

    await expectRefused(answers, 401, 'invalid_token');
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => null],
    ['an empty object', () => ({})],
    ['a list', () => [READ(claims)]],
    ['a text', () => JSON.stringify(READ(claims))],
    ['a number', () => 7],
    ['claims alone', () => claims],
    ['a request without context', () => without(READ(claims), 'requestContext')],
    [
      'headers that are a text',
      () => ({ ...WRITE(claims), headers: 'a', multiValueHeaders: null }),
    ],
    [
      'headers that are numbers',
      () => ({ ...WRITE(claims), multiValueHeaders: { 'content-type': [1] } }),
    ],
    ['a body that is an object', () => ({ ...WRITE(claims), body: { name: 'Mallory' } })],
    ['a flag that is a text', () => ({ ...WRITE(claims), isBase64Encoded: 'true' })],
  ])('that is %s is answered 500, and nothing is done', async (_name, make) => {
    const answers = [
      await invoke(stack.getMeFunctionName, make()),
      await invoke(stack.patchMeFunctionName, make()),
    ];

    await expectRefused(answers, 500, 'internal_error');
  });
});
