import { expect, it } from 'vitest';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import type { Json } from '../../../../../tools/local/gate/cognito-api.ts';
import { claimsOf } from '../../../../../tools/local/gate/cognito-jwt.ts';
import { createSessionStore } from '../../../../../tools/local/gate/cognito-session-store.ts';
import { createTokenLifecycle } from '../../../../../tools/local/gate/cognito-tokens.ts';
import { aFakeCognito, CLIENT, json, parsed } from '../../../../support/fake-cognito.ts';
import { aPoolWithKeys } from '../../../../support/pool-keys.ts';

const { keys, accessToken, idToken, refreshToken } = aPoolWithKeys();

function aPool() {
  const clock = createClock(() => 0);
  const store = createSessionStore(clock);
  const behaviour = createTokenLifecycle({ store, keys, clock });
  const cognito = aFakeCognito();
  let authTime = 1000;
  const tokens = () => ({
    access_token: accessToken({ auth_time: authTime, iat: authTime }),
    id_token: idToken({ auth_time: authTime }),
  });
  cognito.pages.set('POST /oauth2/token', () => json({ ...tokens(), token_type: 'Bearer' }));
  cognito.operations['GetTokensFromRefreshToken'] = () => {
    const { access_token, id_token } = tokens();
    return json({ AuthenticationResult: { AccessToken: access_token, IdToken: id_token } });
  };
  return {
    ...cognito,
    store,
    token: async (form: Record<string, string>) => {
      authTime += 1000;
      return parsed(await cognito.open(behaviour, '/oauth2/token', form));
    },
    call: (operation: string, input: Json) => cognito.call(behaviour, operation, input),
    revoke: (token: string) =>
      cognito.open(behaviour, '/oauth2/revoke', { token, client_id: CLIENT }),
  };
}

const authTimes = (tokens: Record<string, string>) =>
  Object.values(tokens).flatMap((token) => claimsOf(String(token))['auth_time'] ?? []);

it('keeps auth_time through refreshes, in tokens that the pool has signed', async () => {
  const { token, call } = aPool();
  const first = await token({ grant_type: 'authorization_code' });

  const { output } = await token({ grant_type: 'refresh_token', refresh_token: refreshToken() });
  const again = await call('GetTokensFromRefreshToken', { RefreshToken: refreshToken() });

  expect(authTimes(first.output)).toEqual([2000, 2000]);
  expect(authTimes(output)).toEqual([2000, 2000]);
  expect(authTimes(again.output.AuthenticationResult)).toEqual([2000, 2000]);
  expect(claimsOf(output.access_token)['iat']).toBe(3000);
  expect(keys.isSigned(output.access_token, 'access')).toBe(true);
  expect(keys.isSigned(output.id_token, 'id')).toBe(true);
  expect(output.token_type).toBe('Bearer');
});

it('passes tokens of services as they are', async () => {
  const { pages, token } = aPool();
  const access_token = accessToken({ username: '', auth_time: 5 });
  pages.set('POST /oauth2/token', () => json({ access_token }));

  expect((await token({ grant_type: 'client_credentials' })).output).toEqual({ access_token });
});

it('refuses a refresh once the session has ended', async () => {
  const { store, token, call } = aPool();
  await token({ grant_type: 'authorization_code' });
  store.endTokens('us-east-1_pool', 'ada');

  const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken() };
  expect(await token(refresh)).toMatchObject({ status: 400, error: 'invalid_grant' });
  for (const input of [
    { RefreshToken: refreshToken() },
    { AuthParameters: { REFRESH_TOKEN: refreshToken() } },
  ]) {
    const answer = await call('InitiateAuth', input);
    expect(answer).toMatchObject({ error: 'NotAuthorizedException' });
  }
});

it('ends a session at the revocation endpoint', async () => {
  const { token, revoke, calls } = aPool();
  await token({ grant_type: 'authorization_code' });

  expect(await revoke(refreshToken())).toMatchObject({ status: 200, body: Buffer.alloc(0) });

  expect(calls.at(-1)).toEqual(['RevokeToken', { Token: refreshToken(), ClientId: CLIENT }]);
  const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken() };
  expect((await token(refresh)).error).toBe('invalid_grant');
});
