/**
 * Changes that require a recent sign-in (RFC 9470), and incomplete claims. No test waits until a
 * sign-in is old: these invoke the deployed functions with events whose claims are older.
 */
import { describe, expect, it } from 'vitest';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { anApiEvent, aPatchEvent } from '../support/api-event.ts';
import { awsClaims, awsDate, type Claims, localClaims, without } from '../support/claims.ts';
import {
  type Answer,
  aPerson,
  get,
  recordOf,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { expectProblem } from '../support/problems.ts';

const MINUTE = 60;
const POOL_ISSUER = `https://cognito-idp.${stack.userPoolId.split('_')[0]}.amazonaws.com/${stack.userPoolId}`;

const now = () => Math.floor(Date.now() / 1000);

/** Invokes a deployed function, bypassing the gateway (Lambda's Invoke API). */
async function invoke(functionName: string, event: unknown): Promise<Answer> {
  const url = `${stack.endpointUrl}/2015-03-31/functions/${functionName}/invocations`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
  expect(answer.headers.get('x-amz-function-error')).toBeNull();
  const { statusCode, headers, body } = (await answer.json()) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return { status: statusCode, headers: new Headers(headers), body: JSON.parse(body) };
}

const patchWith = (claims: Claims | null, fields: unknown) =>
  invoke(stack.patchMeFunctionName, aPatchEvent(fields, { claims }));

/** Claims of a user who signed in that many seconds ago, in AWS's format. */
function signedIn({ subject, directoryName }: TestPerson, secondsAgo: number): Claims {
  return awsClaims({
    sub: subject,
    username: directoryName,
    iss: POOL_ISSUER,
    client_id: stack.spaClientId,
    auth_time: String(now() - secondsAgo),
    iat: awsDate(now() - 1),
    exp: awsDate(now() + 3600),
  });
}

function expectStepUp(answer: Answer, fields: string[]): void {
  const faults = fields.map((field) => `/${field} insufficient_user_authentication`);
  const expected = { status: 401, code: 'insufficient_user_authentication', faults };
  expectProblem(answer, { ...expected, hints: { max_age: 900 } });
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_user_authentication", max_age=900',
  );
}

const SENSITIVE: [string, () => Record<string, unknown>][] = [
  ['password', () => ({ password: newPassword() })],
  ['username', () => ({ username: unique('renamed') })],
  ['email', () => ({ email: `${unique('moved')}@users.example` })],
];

describe('a sign-in of 16 minutes ago', () => {
  it.each(SENSITIVE)('does not change the %s', async (field, fields) => {
    const person = await aPerson();
    const before = await recordOf(person.subject);

    const answer = await patchWith(signedIn(person, 16 * MINUTE), fields());

    expectStepUp(answer, [field]);
    expect(await recordOf(person.subject)).toEqual(before);
  });

  it.each(['is_active', 'is_superuser'])('lets a superuser not give up %s', async (field) => {
    const person = await aPerson({ is_superuser: true });
    const before = await recordOf(person.subject);

    expectStepUp(await patchWith(signedIn(person, 16 * MINUTE), { [field]: false }), [field]);

    expect(await recordOf(person.subject)).toEqual(before);
  });

  it('changes none of several fields, and names each that requires a recent sign-in', async () => {
    const person = await aPerson();
    const fields = { ...Object.assign({}, ...SENSITIVE.map(([, make]) => make())), name: 'Ada' };

    const answer = await patchWith(signedIn(person, 16 * MINUTE), fields);

    expectStepUp(answer, ['username', 'email', 'password']);
    expect((await get(person.token)).body.name).toBeNull();
  });

  it('changes the profile, and accepts a complete account', async () => {
    const person = await aPerson();
    const claims = signedIn(person, 16 * MINUTE);
    const { body } = await get(person.token);

    const fields = { name: 'Ada', metadata: { a: 1 }, avatar_url: 'https://users.example/a.png' };
    const profile = await patchWith(claims, { ...fields, is_onboarded: true });
    const whole = await patchWith(claims, { ...body, company: 'Engines' });

    expect(profile).toMatchObject({ status: 200, body: { ...fields, is_onboarded: true } });
    expect(whole).toMatchObject({ status: 200, body: { ...body, company: 'Engines' } });
  });

  it.each([
    ['unchanged username', ({ username }: TestPerson) => ({ username })],
    ['unchanged e-mail', ({ email }: TestPerson) => ({ email })],
    ['null that keeps', () => ({ password: null, username: null })],
  ])('is enough for %s', async (_name, fields) => {
    const person = await aPerson();

    const answer = await patchWith(signedIn(person, 16 * MINUTE), fields(person));

    expect(answer).toMatchObject({ status: 200, body: { username: person.username } });
  });

  it('is checked after field errors and permissions, and before taken names', async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    const claims = signedIn(person, 16 * MINUTE);
    const { username } = other;

    expect((await patchWith(claims, { username, name: '' })).status).toBe(422);
    expect((await patchWith(claims, { username, is_superuser: true })).status).toBe(403);
    expectStepUp(await patchWith(claims, { username }), ['username']);
  });
});

describe('the age of a sign-in', () => {
  it.each([
    ['just now', 0],
    ['14 minutes ago', 14 * MINUTE],
  ])('%s is enough for every field', async (_name, secondsAgo) => {
    for (const [, fields] of SENSITIVE) {
      const person = await aPerson();
      const { password, ...readable } = fields();

      const claims = signedIn(person, secondsAgo);
      const answer = await patchWith(claims, { ...readable, ...(password ? { password } : {}) });

      expect(answer).toMatchObject({ status: 200, body: { ...readable, password: null } });
    }
  });

  it('is that of auth_time, not of the token', async () => {
    const person = await aPerson();
    const claims = { ...signedIn(person, 16 * MINUTE), iat: awsDate(now()) };

    expectStepUp(await patchWith(claims, { username: unique('renamed') }), ['username']);
  });

  it('is too old without auth_time', async () => {
    const person = await aPerson();
    const claims = without(signedIn(person, 0), 'auth_time');

    expectStepUp(await patchWith(claims, { username: unique('renamed') }), ['username']);
    expect((await patchWith(claims, { name: 'Ada' })).status).toBe(200);
  });

  it('is read from the local cloud’s format as well', async () => {
    const person = await aPerson();
    const epochs = { exp: String(now() + 3600), iat: String(now() - 1) };
    const claims = localClaims({ ...signedIn(person, 16 * MINUTE), ...epochs });

    expectStepUp(await patchWith(claims, { username: unique('new') }), ['username']);
  });
});

describe('an invocation', () => {
  const invocations: [string, (claims: Claims | null) => Promise<Answer>][] = [
    ['getMe', (claims) => invoke(stack.getMeFunctionName, anApiEvent({ claims }))],
    ['patchMe', (claims) => patchWith(claims, { name: 'intruder' })],
  ];

  it.each(invocations)('of %s with all claims is accepted', async (_name, send) => {
    const person = await aPerson();

    expect(await send(signedIn(person, 0))).toMatchObject({
      status: 200,
      body: { id: person.subject },
    });
  });

  it.each(invocations)('of %s without claims is rejected', async (_name, send) => {
    for (const claims of [null, {}]) {
      const answer = await send(claims);

      expectProblem(answer, { status: 401, code: 'invalid_token' });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
  });

  it.each(invocations)('of %s with incomplete claims is rejected', async (_name, send) => {
    const person = await aPerson();
    const claims = signedIn(person, 0);
    const wrong: Record<string, Claims> = {
      ...Object.fromEntries(
        ['sub', 'iss', 'client_id', 'token_use', 'scope', 'exp', 'username'].map((name) => [
          `no ${name}`,
          without(claims, name),
        ]),
      ),
      'an ID token': { ...claims, token_use: 'id' },
      'another pool': { ...claims, iss: `${POOL_ISSUER}x` },
      'ended on AWS': { ...claims, exp: awsDate(now() - 1) },
      'ended on the local cloud': { ...claims, exp: String(now() - 1) },
      'an end that is no instant': { ...claims, exp: 'never' },
      'an empty subject': { ...claims, sub: '' },
      'no text': { ...claims, sub: 42 },
    };

    for (const [name, given] of Object.entries(wrong)) {
      const answer = await send(given);
      expect({ name, status: answer.status }).toEqual({ name, status: 401 });
      expectProblem(answer, { status: 401, code: 'invalid_token' });
    }
    expect((await get(person.token)).body.name).toBeNull();
  });

  it('with the subject of one user and the directory name of another creates no account', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];
    const claims = { ...signedIn(ada, 0), sub: crypto.randomUUID(), username: bob.directoryName };

    const answer = await invoke(stack.getMeFunctionName, anApiEvent({ claims }));

    expectProblem(answer, { status: 401, code: 'account_not_found' });
  });
});
