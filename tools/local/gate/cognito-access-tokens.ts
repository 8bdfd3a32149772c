/**
 * Operations that an access token authorises check the token: signature, expiry, scope, and that its
 * session was not ended by a sign-out. The emulator accepts any token that names a user.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
 */
import type { Clock } from './clock.ts';
import { type Json, onCognitoCall, refused, textOf } from './cognito-api.ts';
import { claimsOf, numberOf, poolOfToken, type TokenKeys } from './cognito-jwt.ts';
import type { SessionStore } from './cognito-session-store.ts';
import { findUser } from './cognito-users.ts';
import type { Behaviour, Forward } from './gate.ts';

const API_SCOPE = 'aws.cognito.signin.user.admin';

interface Context {
  store: SessionStore;
  keys: TokenKeys;
  clock: Clock;
}

/** Refuses access tokens that AWS would refuse. */
export function createAccessTokenChecks({ store, keys, clock }: Context): Behaviour {
  const fault = (token: string, claims: Json): string | null => {
    if (textOf(claims, 'token_use') !== 'access') return 'Invalid Access Token';
    if (!keys.isSigned(token, 'access')) return 'Could not verify signature for Access Token';
    if (numberOf(claims, 'exp') * 1000 <= clock.tokenTime()) return 'Access Token has expired';
    if (store.ofToken(claims)?.isEnded) return 'Access Token has been revoked';
    const hasScope = textOf(claims, 'scope').split(' ').includes(API_SCOPE);
    return hasScope ? null : 'Access Token does not have required scopes';
  };

  return onCognitoCall(async ({ operation, input, request, forward }) => {
    const token = textOf(input, 'AccessToken');
    if (token !== '') {
      const claims = claimsOf(token);
      const message = fault(token, claims);
      if (message !== null) return refused('NotAuthorizedException', message);
      const user = await findUser(forward, poolOfToken(claims), textOf(claims, 'username'));
      if (user && !user.enabled) return refused('NotAuthorizedException', 'User is disabled.');
    }
    const response = await forward(request);
    if (response.status === 200) await endSessions({ operation, input, forward, store });
    return response;
  });
}

interface SignOut {
  operation: string;
  input: Json;
  forward: Forward;
  store: SessionStore;
}

async function endSessions({ operation, input, forward, store }: SignOut): Promise<void> {
  if (operation === 'GlobalSignOut') {
    const claims = claimsOf(textOf(input, 'AccessToken'));
    store.endTokens(poolOfToken(claims), textOf(claims, 'username'));
  }
  if (operation === 'AdminUserGlobalSignOut' || operation === 'AdminDisableUser') {
    const poolId = textOf(input, 'UserPoolId');
    const user = await findUser(forward, poolId, textOf(input, 'Username'));
    if (user) store.endTokens(poolId, user.username);
  }
}
