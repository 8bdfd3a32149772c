/**
 * Tokens of a sign-in: a refresh keeps `auth_time`, and fails once the session has ended. Also serves
 * the revocation endpoint. The emulator counts a refresh as a new sign-in.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
 */
import type { Clock } from './clock.ts';
import { callCognito, type Json, jsonOf, onCognitoCall, refused, textOf } from './cognito-api.ts';
import { claimsOf, poolOfToken, type TokenKeys, type TokenUse } from './cognito-jwt.ts';
import { formOf, oauthError, pathOf, withBody } from './cognito-oauth.ts';
import type { SessionStore } from './cognito-session-store.ts';
import type { Behaviour, Forward, GateResponse } from './gate.ts';

const API_RESULT: [name: string, use: TokenUse][] = [
  ['AccessToken', 'access'],
  ['IdToken', 'id'],
];
const OAUTH_RESULT: [name: string, use: TokenUse][] = [
  ['access_token', 'access'],
  ['id_token', 'id'],
];

interface Context {
  store: SessionStore;
  keys: TokenKeys;
  clock: Clock;
}

/** Follows every sign-in through its refreshes. */
export function createTokenLifecycle({ store, keys, clock }: Context): Behaviour {
  const stamp = (tokens: Json, names: typeof API_RESULT): Json => {
    const first = claimsOf(textOf(tokens, names[0]?.[0] ?? ''));
    const session = store.ofToken(first);
    if (session === null) return tokens;
    session.lastActiveAt = clock.now();
    const stamped = names.flatMap(([name, use]) => {
      const claims = claimsOf(textOf(tokens, name));
      if (poolOfToken(claims) === '' || claims['auth_time'] === session.authTime) return [];
      const signed = keys.sign(session.poolId, use, { ...claims, auth_time: session.authTime });
      return [[name, signed]];
    });
    return { ...tokens, ...Object.fromEntries(stamped) };
  };
  const hasEnded = (refreshToken: string) =>
    store.ofToken(claimsOf(refreshToken))?.isEnded ?? false;

  const onApi = onCognitoCall(async ({ input, operation, request, forward }) => {
    if (hasEnded(refreshTokenOf(input))) {
      return refused('NotAuthorizedException', 'Refresh Token has been revoked');
    }
    const response = await forward(request);
    if (operation === 'RevokeToken' && response.status === 200) {
      const session = store.ofToken(claimsOf(textOf(input, 'Token')));
      const linked = input['RevokeAssociatedSessions'] === 'LINKED';
      if (session) store.end(session, linked);
    }
    const output = jsonOf(response.body);
    const result = output['AuthenticationResult'];
    if (typeof result !== 'object' || result === null) return response;
    const tokens = stamp(jsonOf(JSON.stringify(result)), API_RESULT);
    return withBody(response, { ...output, AuthenticationResult: tokens });
  });

  return async (request, forward) => {
    const path = `${request.method} ${pathOf(request)}`;
    if (path === 'POST /oauth2/revoke') {
      return revoke(formOf(request), (again) => onApi(again, forward));
    }
    if (path !== 'POST /oauth2/token') return onApi(request, forward);
    const isRefused = hasEnded(formOf(request).get('refresh_token') ?? '');
    if (isRefused) return oauthError('invalid_grant');
    const response = await forward(request);
    if (response.status !== 200) return response;
    return withBody(response, stamp(jsonOf(response.body), OAUTH_RESULT));
  };
}

async function revoke(form: URLSearchParams, forward: Forward): Promise<GateResponse> {
  const input = { Token: form.get('token') ?? '', ClientId: form.get('client_id') ?? '' };
  const response = await callCognito(forward, 'RevokeToken', input);
  return response.status === 200
    ? { ...response, body: Buffer.alloc(0) }
    : oauthError('invalid_request');
}

function refreshTokenOf(input: Json): string {
  const parameters = jsonOf(JSON.stringify(input['AuthParameters'] ?? {}));
  return textOf(input, 'RefreshToken') || textOf(parameters, 'REFRESH_TOKEN');
}
