/**
 * The sign-in: authorization code with PKCE (RFC 7636) through the hosted sign-in. Tokens are kept
 * for this tab only. Knows nothing of the account.
 */
import {
  type SigninRedirectArgs,
  type User,
  UserManager,
  WebStorageStateStore,
} from 'oidc-client-ts';
import type { AppConfig } from './config.ts';

/**
 * Without `openid`: the API says who is signed in, so no ID token with personal data is asked for.
 * The last scope is what Cognito wants for the confirmation of an e-mail address.
 */
const SCOPE = 'users/me.read users/me.write aws.cognito.signin.user.admin';

/** Marks in this tab that the sign-in has to be repeated, and how old it may be at most. */
const SIGN_IN_AGAIN = 'sign-in-again';

/** The sign-in of this tab. Calls that lead to another page do not come back. */
export interface Session {
  /** The access token, renewed where it had run out; null where nobody is signed in. */
  accessToken(): Promise<string | null>;
  /** Takes up the sign-in that this page was opened after, or opened with. */
  resume(): Promise<Arrival>;
  /** Opens the hosted sign-in, or that of an identity provider. */
  signIn(identityProvider?: string): Promise<void>;
  /** Has the person sign in anew, at most so many seconds before now (RFC 9470). */
  signInAgain(maxAgeSeconds: number): Promise<void>;
  signOut(): Promise<void>;
  /** Drops the tokens of a sign-in that has ended. */
  forget(): Promise<void>;
}

/** What a page finds when it is opened. */
export type Arrival = 'signed-in' | 'signed-out' | 'refused';

export function createSession(config: AppConfig): Session {
  const manager = createManager(config);
  const rootUrl = new URL('/', config.redirectUri).href;
  const signIn = (request: SigninRedirectArgs) => manager.signinRedirect(request);
  /** The hosted sign-in keeps a session of its own, which it ends only when it is asked to. */
  const leaveHostedSignIn = () => {
    const query = new URLSearchParams({ client_id: config.clientId, logout_uri: rootUrl });
    location.assign(`${config.logoutUrl}?${query}`);
  };
  const user = currentUser(manager);
  return {
    accessToken: async () => (await user())?.access_token ?? null,
    resume: async () => {
      if (location.pathname === new URL(config.redirectUri).pathname) return arrive(manager);
      const maxAge = sessionStorage.getItem(SIGN_IN_AGAIN);
      sessionStorage.removeItem(SIGN_IN_AGAIN);
      if (maxAge !== null) await signIn({ prompt: 'login', max_age: Number(maxAge) });
      return (await user()) === null ? 'signed-out' : 'signed-in';
    },
    signIn: (provider) =>
      signIn(provider === undefined ? {} : { extraQueryParams: { identity_provider: provider } }),
    signInAgain: async (maxAgeSeconds) => {
      await manager.removeUser();
      sessionStorage.setItem(SIGN_IN_AGAIN, String(maxAgeSeconds));
      leaveHostedSignIn();
    },
    signOut: async () => {
      // A refresh token that could not be revoked must not keep anyone from signing out.
      await manager.revokeTokens(['refresh_token']).catch(() => undefined);
      await manager.removeUser();
      leaveHostedSignIn();
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
    // What the local cloud calls the JSON of tokens after a sign-in with an identity provider.
    revokeTokenAdditionalContentTypes: ['application/x-amz-json-1.0'],
  });
}

/** Ends at the root of the app either way, so that a reload does not use the code again. */
async function arrive(manager: UserManager): Promise<Arrival> {
  const user = await manager.signinRedirectCallback().catch(() => null);
  history.replaceState(null, '', '/');
  return user === null ? 'refused' : 'signed-in';
}

/**
 * Renews when a token is needed, not by the clock: a tab in the background needs none. Requests at
 * the same time share one renewal, because a refresh token works once.
 */
function currentUser(manager: UserManager): () => Promise<User | null> {
  let renewal: Promise<User | null> | null = null;
  return async () => {
    const user = await manager.getUser();
    if (!user?.expired) return user;
    renewal ??= manager.signinSilent().catch(() => null);
    const renewed = await renewal;
    renewal = null;
    return renewed;
  };
}
