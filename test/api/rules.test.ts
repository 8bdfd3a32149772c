/** Permissions: who may change what, and the problems for all others. */
import { describe, expect, it } from 'vitest';
import { setFlags } from '../../lib/operations/account-administration.ts';
import { listSuperusers } from '../../lib/operations/superusers.ts';
import { comparedWithExamples } from '../../tools/acceptance/documented-problems.ts';
import { signIn, signInAsService } from '../../tools/local/sign-in.ts';
import {
  type Answer,
  anSsoPerson,
  aPerson,
  aServiceToken,
  aStranger,
  get,
  patch,
  ports,
  recordOf,
  rewrite,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { uncounted } from '../support/uncounted.ts';

const GOOD_PASSWORD = 'Another-Horse-42!';

function expectProblem(answer: Answer, status: number, code: string, pointers: string[] = []) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.body).toMatchObject({
    type: `urn:current-user-service:problem:${code}`,
    status,
    request_id: answer.headers.get('x-request-id'),
  });
  expect(answer.body.detail).toMatch(/\.$/);
  expect(comparedWithExamples(answer.body)).not.toBe('not as documented');
  expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
}

async function unchanged(person: TestPerson, work: () => Promise<Answer>): Promise<Answer> {
  const before = await recordOf(person.subject);
  const answer = await work();
  const after = await recordOf(person.subject);
  expect(uncounted(after)).toEqual(uncounted(before));
  return answer;
}

describe('who may change what', () => {
  it('row "service account"', async () => {
    const answer = await patch(await aServiceToken(), { name: 'x' });

    expectProblem(answer, 400, 'service_account_not_editable');
  });

  it('row "internal account"', async () => {
    const person = await aPerson({}, { internal: true });

    const answer = await unchanged(person, () => patch(person.token, { name: 'x' }));

    expectProblem(answer, 400, 'internal_account_not_editable');
    expect((await get(person.token)).status).toBe(200);
  });

  it('row "the reserved admin name"', async () => {
    const { password, username } = stack.people.find((one) => one.username === 'admin') ?? {};
    const { accessToken } = await signIn(stack, {
      username: username ?? '',
      password: password ?? '',
    });

    expectProblem(await patch(accessToken, { name: 'x' }), 400, 'admin_account_not_editable');
    expect((await get(accessToken)).body.username).toBe('admin');
  });

  it.each(['admin', 'Admin'])('row "taking the reserved admin name": %s', async (username) => {
    const person = await aPerson();

    const answer = await unchanged(person, () => patch(person.token, { username }));

    expectProblem(answer, 400, 'username_reserved', ['/username']);
  });

  it.each([
    ['username', unique('new')],
    ['email', `${unique('new')}@users.example`],
    ['password', GOOD_PASSWORD],
  ])('row "SSO account": %s', async (field, value) => {
    const person = await anSsoPerson();
    await get(person.token);

    const answer = await patch(person.token, { [field]: value });

    expectProblem(answer, 400, 'managed_by_identity_provider', [`/${field}`]);
  });

  it('row "privileged fields", each named', async () => {
    const person = await aPerson();

    const answer = await unchanged(person, () =>
      patch(person.token, { is_superuser: true, is_active: false, password_expired: true }),
    );

    expectProblem(answer, 403, 'privileged_field', [
      '/password_expired',
      '/is_active',
      '/is_superuser',
    ]);
  });

  it.each([
    [
      'username',
      (other: TestPerson) => ({ username: other.username.toUpperCase() }),
      'username_taken',
    ],
    ['an e-mail as username', (other: TestPerson) => ({ username: other.email }), 'username_taken'],
    ['e-mail', (other: TestPerson) => ({ email: other.email.toUpperCase() }), 'email_taken'],
  ] as const)('row "taken": %s', async (_name, body, code) => {
    const [person, other] = [await aPerson(), await aPerson()];
    const field = code === 'email_taken' ? '/email' : '/username';

    const answer = await unchanged(person, () => patch(person.token, body(other)));

    expectProblem(answer, 409, code, [field]);
  });

  it.each([
    ['username', (other: TestPerson) => ({ username: other.username }), 'username_taken'],
    ['verified e-mail', (other: TestPerson) => ({ email: other.email }), 'email_taken'],
  ] as const)('row "taken" by a user who has never called: %s', async (_name, body, code) => {
    const [person, other] = [await aPerson(), await aStranger()];
    const field = code === 'email_taken' ? '/email' : '/username';

    const answer = await unchanged(person, () => patch(person.token, body(other)));

    expectProblem(answer, 409, code, [field]);
    expect((await get(other.token)).body).toMatchObject({
      username: other.username,
      email: other.email,
    });
  });

  it('row "after ten names were refused", for an hour', async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    const since = Math.floor(Date.now() / 1000);
    await rewrite(person.subject, { nameRefusals: { count: 9, since } });
    const before = (await get(person.token)).headers.get('etag');

    const tenth = await patch(person.token, { username: other.username });
    const eleventh = await patch(person.token, { email: `${unique('free')}@users.example` });

    expectProblem(tenth, 409, 'username_taken', ['/username']);
    expectProblem(eleventh, 429, 'too_many_attempts', []);
    expect(Number(eleventh.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect((await get(person.token)).headers.get('etag')).toBe(before);
    expect((await patch(person.token, { name: 'Ada' })).status).toBe(200);
  });

  it.each([
    ['username', (name: string) => ({ username: name }), 'username_taken'],
    ['e-mail', (name: string) => ({ email: `${name}@users.example` }), 'email_taken'],
  ] as const)('row "at rest": %s, as one that is taken', async (_name, body, code) => {
    const [person, other] = [await aPerson(), await aPerson()];
    const name = unique('given-up');
    await patch(other.token, body(name));
    await patch(other.token, body(unique('next')));

    const answer = await unchanged(person, () => patch(person.token, body(name)));

    expectProblem(answer, 409, code, [code === 'email_taken' ? '/email' : '/username']);
    expect((await patch(other.token, body(name))).status).toBe(200);
  });

  it.each(['is_active', 'is_superuser'])('row "the last superuser": %s', async (field) => {
    await listSuperusers(ports);
    const { subjects } = await ports.index.superusers();
    const person = await aPerson({ is_superuser: true });
    for (const subject of subjects) await setFlags(ports, subject, { is_superuser: false });

    const answer = await unchanged(person, () => patch(person.token, { [field]: false }));

    for (const subject of subjects) await setFlags(ports, subject, { is_superuser: true });
    expectProblem(answer, 409, 'last_superuser', [`/${field}`]);
    expect((await patch(person.token, { [field]: false })).status).toBe(200);
  });

  it('row "account not active", for GET too', async () => {
    const person = await aPerson();
    const { account } = await recordOf(person.subject);
    await rewrite(person.subject, { account: { ...account, is_active: false } });

    expectProblem(await get(person.token), 403, 'account_inactive');
    expectProblem(await patch(person.token, { name: 'x' }), 403, 'account_inactive');
  });

  it('row "an account that no longer exists"', async () => {
    const person = await aStranger();
    await ports.admin.removePerson(person.directoryName);

    const answer = await get(person.token);

    expectProblem(answer, 401, 'account_not_found');
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe(
      'Bearer error="invalid_token"',
    );
  });

  it('row "a client that is not registered"; a registered one works without a deployment', async () => {
    const client = await ports.admin.createClient(unique('client'));
    const { accessToken } = await signInAsService(stack, client);

    expectProblem(await get(accessToken), 403, 'service_account_not_registered');
  });

  it('row "a password that others would guess"', async () => {
    const person = await aPerson();
    const password = `Password123!-${person.username}`;

    for (const [sent, code] of [
      [password, 'password_holds_username'],
      ['1Qaz2Wsx3Edc4Rfv!', 'password_common'],
    ] as const) {
      const answer = await unchanged(person, () => patch(person.token, { password: sent }));

      expectProblem(answer, 422, 'invalid_fields', ['/password']);
      expect(answer.body.errors).toMatchObject([{ code }]);
    }
  });

  it('row "password refused by the policy", with every rule it breaks', async () => {
    const person = await aPerson();

    const answer = await unchanged(person, () => patch(person.token, { password: 'abc' }));

    expectProblem(answer, 422, 'invalid_fields', Array(4).fill('/password'));
    expect(answer.body.errors.map(({ code }: { code: string }) => code)).toEqual([
      'password_too_short',
      'password_needs_uppercase',
      'password_needs_digit',
      'password_needs_symbol',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('"abc"');
  });

  it('setting a password clears password_expired', async () => {
    const person = await aPerson({ password_expired: true });

    const { status, body } = await patch(person.token, { password: GOOD_PASSWORD });

    expect(status).toBe(200);
    expect(body).toMatchObject({ password: null, password_expired: false });
  });

  it('a read-only scope cannot write, and the response names the required scope', async () => {
    const person = await aPerson();
    const { accessToken } = await signIn(stack, person, ['openid', 'users/me.read']);

    const answer = await patch(accessToken, { name: 'x' });

    expectProblem(answer, 403, 'insufficient_scope');
    expect(answer.body.scope).toBe('users/me.write');
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="users/me.write"',
    );
    expect((await get(accessToken)).status).toBe(200);
  });

  it('a write scope can read, and so can Cognito’s own scope', async () => {
    const person = await aPerson();
    for (const scope of ['users/me.write', 'aws.cognito.signin.user.admin']) {
      const { accessToken } = await signIn(stack, person, ['openid', scope]);

      expect((await get(accessToken)).status, scope).toBe(200);
      expect((await patch(accessToken, { name: scope })).status, scope).toBe(200);
    }
  });

  it('an ID token is rejected', async () => {
    const person = await aPerson();
    const { idToken } = await signIn(stack, person);

    expect((await get(idToken ?? '')).status).toBe(401);
  });
});
