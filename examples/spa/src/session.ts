/**
 * Session of this tab: authorization code flow with PKCE (RFC 7636) through the hosted sign-in.
 * Tokens are kept in session storage only.
 */
import {
  type SigninRedirectArgs,
  type User,
  UserManager,
  WebStorageStateStore,
} from 'oidc-client-ts';
import type { AppConfig } from './config.ts';
import { createTokenRenewal } from './token-renewal.ts';

/**
 * No `openid`: the API identifies the user, so an ID token with personal data is not needed. Cognito
 * requires the last scope to verify an e-mail address.
 */
const SCOPE = 'users/me.read users/me.write aws.cognito.signin.user.admin';

/** The session of this tab. Calls that navigate away never resolve. */
export interface Session {
  /** The access token, renewed if expired; null when signed out. Rejects if it cannot be renewed now. */
  accessToken(): Promise<string | null>;
  /** Another access token, for one that the API refuses; as above. */
  renew(): Promise<string | null>;
  /** Completes a sign-in that redirected here, or restores the stored session. */
  resume(): Promise<Arrival>;
  /** Redirects to the hosted sign-in, or to an identity provider. */
  signIn(identityProvider?: string): Promise<void>;
  /**
   * Makes the user sign in again; the new sign-in may be at most that old (RFC 9470). Whoever turns
   * back is still signed in as before.
   */
  reauthenticate(maxAgeSeconds: number): Promise<void>;
  signOut(): Promise<void>;
  /** Removes the tokens of an ended session. */
  forget(): Promise<void>;
}

/** State of the session when the app is opened. */
type Arrival = 'signed-in' | 'signed-out' | 'failed';

export function createSession(config: AppConfig): Session {
  const manager = createManager(config);
  const rootUrl = new URL('/', config.redirectUri).href;
  const signIn = (request: SigninRedirectArgs) => manager.signinRedirect(request);
  const tabs = { locks: navigator.locks, channel: new BroadcastChannel('token-renewal') };
  const renewal = createTokenRenewal(manager, tabs);
  const tokenOf = async (isStale: (user: User) => boolean): Promise<string | null> => {
    const user = await manager.getUser();
    const current = user && isStale(user) ? await renewal(user) : user;
    return current?.access_token ?? null;
  };
  return {
    // On demand, not by timer: tabs in the background need no token.
    accessToken: () => tokenOf((user) => user.expired === true),
    renew: () => tokenOf(() => true),
    resume: async () => {
      const isCallback = location.pathname === new URL(config.redirectUri).pathname;
      if (isCallback && (await arrive(manager))) return 'signed-in';
      if ((await manager.getUser()) !== null) return 'signed-in';
      return isCallback ? 'failed' : 'signed-out';
    },
    signIn: (provider) =>
      signIn(provider === undefined ? {} : { extraQueryParams: { identity_provider: provider } }),
    // prompt=login is for managed login, which knows no max_age; other providers know both.
    reauthenticate: (maxAgeSeconds) => signIn({ prompt: 'login', max_age: maxAgeSeconds }),
    signOut: async () => {
      // Sign-out must succeed even if the refresh token cannot be revoked.
      await manager.revokeTokens(['refresh_token']).catch(() => undefined);
      await manager.removeUser();
      // The hosted sign-in has a session of its own, which would survive.
      const query = new URLSearchParams({ client_id: config.clientId, logout_uri: rootUrl });
      location.assign(`${config.logoutUrl}?${query}`);
    },
    forget: () => manager.removeUser(),
  };
}

function createManager(config: AppConfig): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: new URL(config.authorizeUrl).origin,
    metadata: {
      issuer: new URL(config.authorizeUrl).origin,
      authorization_endpoint: config.authorizeUrl,
      token_endpoint: config.tokenUrl,
      revocation_endpoint: config.revokeUrl,
    },
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    scope: SCOPE,
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
    // Content type of the local cloud's token responses after a federated sign-in.
    revokeTokenAdditionalContentTypes: ['application/x-amz-json-1.0'],
  });
}

/**
 * Completes a sign-in; false if it failed. Replaces the callback URL in both cases, so that a reload
 * does not reuse the code.
 */
async function arrive(manager: UserManager): Promise<boolean> {
  const user = await manager.signinRedirectCallback().catch(() => null);
  history.replaceState(null, '', '/');
  return user !== null;
}
