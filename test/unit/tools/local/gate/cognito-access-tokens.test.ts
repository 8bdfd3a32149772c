import { describe, expect, it } from 'vitest';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import { createAccessTokenChecks } from '../../../../../tools/local/gate/cognito-access-tokens.ts';
import { createSessionStore } from '../../../../../tools/local/gate/cognito-session-store.ts';
import { aFakeCognito, POOL } from '../../../../support/fake-cognito.ts';
import { aPoolWithKeys } from '../../../../support/pool-keys.ts';

const { keys, accessToken, idToken } = aPoolWithKeys();
const REVOKED = 'Access Token has been revoked';

function aPool() {
  const clock = createClock(() => 0);
  const store = createSessionStore(clock);
  const behaviour = createAccessTokenChecks({ store, keys, clock });
  const cognito = aFakeCognito({ ada: {}, bob: {} });
  return {
    ...cognito,
    clock,
    getUser: (AccessToken: string) => cognito.call(behaviour, 'GetUser', { AccessToken }),
    signOut: (AccessToken: string) => cognito.call(behaviour, 'GlobalSignOut', { AccessToken }),
    admin: (operation: string) =>
      cognito.call(behaviour, operation, { UserPoolId: POOL, Username: 'ada' }),
  };
}

it('accepts a good access token, wherever the gate’s clock is', async () => {
  const { clock, getUser } = aPool();
  clock.advance(5e9);

  expect((await getUser(accessToken())).error).toBe(null);
});

it.each([
  ['an ID token', () => idToken({ username: 'ada' }), 'Invalid Access Token'],
  ['text', () => 'token', 'Invalid Access Token'],
  ['a changed signature', () => `${accessToken().slice(0, -8)}AAAAAAAA`, 'Could not verify'],
  ['another pool', () => accessToken({ iss: 'https://x/other' }), 'Could not verify'],
  ['an expired token', () => accessToken({ exp: 0 }), 'Access Token has expired'],
  ['a token without the scope', () => accessToken({ scope: 'openid' }), 'required scopes'],
])('refuses %s', async (_name, make, message) => {
  const answer = await aPool().getUser(make());

  expect(answer.error).toBe('NotAuthorizedException');
  expect(answer.message).toContain(message);
});

it('refuses the token of a disabled user', async () => {
  const { users, getUser } = aPool();
  for (const user of users) user.enabled = false;

  expect((await getUser(accessToken())).message).toBe('User is disabled.');
});

describe('a sign-out', () => {
  it.each(['AdminUserGlobalSignOut', 'AdminDisableUser'])(
    'by %s revokes the tokens of that user',
    async (operation) => {
      const { getUser, admin } = aPool();
      const other = accessToken({ username: 'bob', origin_jti: 'other' });
      for (const token of [accessToken(), other]) await getUser(token);

      await admin(operation);

      expect((await getUser(accessToken())).message).toBe(REVOKED);
      expect((await getUser(other)).error).toBe(null);
    },
  );

  it('by the user revokes all tokens, but none of a later sign-in', async () => {
    const { getUser, signOut } = aPool();
    const elsewhere = accessToken({ origin_jti: 'elsewhere' });
    for (const token of [accessToken(), elsewhere]) await getUser(token);

    await signOut(accessToken());

    for (const token of [accessToken(), elsewhere]) {
      expect((await getUser(token)).message).toBe(REVOKED);
    }
    expect((await getUser(accessToken({ origin_jti: 'later' }))).error).toBe(null);
  });
});
