import { describe, expect, it } from 'vitest';
import { signInThroughProvider } from '../../tools/local/sign-in.ts';
import {
  type Answer,
  anSsoPerson,
  aPerson,
  aServiceToken,
  aStranger,
  call,
  get,
  patch,
  ports,
  recordOf,
  stack,
  unique,
} from '../support/deployed-service.ts';
import { nextSecond } from '../support/next-second.ts';

const FIELDS = [
  'avatar_url',
  'company',
  'email',
  'id',
  'is_active',
  'is_onboarded',
  'is_service_account',
  'is_superuser',
  'job_title',
  'metadata',
  'name',
  'oauth_id',
  'oauth_provider',
  'organization_id',
  'password',
  'password_expired',
  'username',
];

describe('GET /users/me', () => {
  it('returns exactly the 17 fields to a user who signed in with code and PKCE', async () => {
    const person = await aPerson();

    const { status, body, headers } = await get(person.token);

    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(FIELDS);
    expect(body).toMatchObject({
      id: person.subject,
      username: person.username,
      email: person.email,
      password: null,
      is_active: true,
    });
    expect(headers.get('etag')).toBe(`"${person.subject}.1"`);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('vary')).toContain('Authorization');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/./);
  });

  it('returns a service account that used client credentials', async () => {
    const { status, body } = await get(await aServiceToken());

    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(FIELDS);
    expect(body).toMatchObject({
      username: stack.serviceAccounts[0]?.username,
      organization_id: stack.serviceAccounts[0]?.organizationId,
      is_service_account: true,
      email: null,
      password_expired: null,
    });
  });

  it('returns an SSO account with the names of its identity provider', async () => {
    const person = await anSsoPerson();

    const { status, body } = await get(person.token);

    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(FIELDS);
    expect(body).toMatchObject({
      username: person.email,
      email: person.email,
      oauth_provider: stack.identityProvider.name,
      oauth_id: person.subject,
      password_expired: null,
    });
  });

  it('returns the demonstration SSO account with the name and picture that its provider gives', async () => {
    const { name: provider, identity } = stack.identityProvider;
    const { accessToken } = await signInThroughProvider(stack, { provider, identity });

    expect((await get(accessToken)).body).toMatchObject({
      name: identity.name,
      avatar_url: identity.picture,
    });
  });

  it('adopts a new e-mail of an SSO account at its next sign-in', async () => {
    const first = await anSsoPerson();
    const { body } = await get(first.token);
    // Tokens of the same second count as one sign-in.
    await nextSecond();
    const second = await anSsoPerson(first.subject, `${unique('new')}@partner.example`);

    const refreshed = await get(second.token);

    expect(refreshed.body).toMatchObject({
      id: body.id,
      email: second.email,
      username: second.email,
    });
    expect((await anSsoPersonCalls(first.subject, first.email)).body.email).toBe(first.email);
  });

  it('creates the account of a new user', async () => {
    const person = await aStranger();

    const { status, body, headers } = await get(person.token);

    expect(status).toBe(200);
    expect(body).toMatchObject({ username: person.username, email: person.email, name: null });
    expect(headers.get('etag')).toBe(`"${person.subject}.1"`);
  });

  it('creates one account for 100 concurrent first calls', async () => {
    const person = await aStranger();

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => untilAnswered(() => get(person.token))),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await recordOf(person.subject)).revision).toBe(1);
    const holders = await ports.index.holdersOf([person.username, person.email]);
    expect([...new Set(holders.values())]).toEqual([person.subject]);
  });

  it('ignores query parameters, which UserInfo clients send', async () => {
    const person = await aPerson();

    const { status, body } = await call({ token: person.token, query: '?hydrate=true&page=2' });

    expect(status).toBe(200);
    expect(body.id).toBe(person.subject);
  });

  it('reads from the store, not from the token', async () => {
    const person = await aPerson();
    await patch(person.token, { name: 'Ada' });

    expect((await get(person.token)).body.name).toBe('Ada');
  });

  it('responds 304 to a client with the current account', async () => {
    const person = await aPerson();
    const etag = (await get(person.token)).headers.get('etag') ?? '';

    const same = await get(person.token, { 'if-none-match': `"other", W/${etag}` });
    await patch(person.token, { name: 'Ada' });
    const changed = await get(person.token, { 'if-none-match': etag });

    expect(same).toMatchObject({ status: 304, body: '' });
    expect(same.headers.get('etag')).toBe(etag);
    expect(changed.status).toBe(200);
  });
});

/** Retries as a client would, because 100 starting workers can overload the machine. */
async function untilAnswered(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    if (answer.status < 500 || attempt === 5) return answer;
  }
}

async function anSsoPersonCalls(subject: string, email: string) {
  await nextSecond();
  return get((await anSsoPerson(subject, email)).token);
}
