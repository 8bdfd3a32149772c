/**
 * OAuth client for the local cloud's user pool, without a browser: authorization code with PKCE
 * (RFC 7636) through the hosted sign-in, client credentials, refresh.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { READ_SCOPE, WRITE_SCOPE } from '../../lib/contract.ts';
import { loopbackOrigin } from '../support/cloud-access.ts';
import type { ProviderIdentity } from './identity-provider.ts';
import { formOf, unescapeHtml } from './sign-in-form.ts';

const API_SCOPES = [READ_SCOPE, WRITE_SCOPE];
const USER_SCOPES = ['openid', ...API_SCOPES];

/** Endpoints and client of a sign-in. */
export interface OAuthEndpoints {
  authorizeUrl: string;
  tokenUrl: string;
  redirectUri: string;
  spaClientId: string;
  /** Sends a request without following redirects to the page. @default to this machine only */
  send?: SendRequest;
}

/** Sends a request of a sign-in. */
export type SendRequest = (url: URL, request: RequestInit) => Promise<Response>;

/** Tokens of a sign-in. Services get no refresh token; only the scope `openid` yields an ID token. */
export interface Tokens {
  accessToken: string;
  idToken: string | null;
  refreshToken: string | null;
  expiresInSeconds: number;
}

/** The sign-in was refused; the message is the server's reason. */
export class SignInRefusedError extends Error {
  override readonly name = 'SignInRefusedError';
}

/** Signs a user in with a password. `username` may be any of their sign-in names. */
export function signIn(
  endpoints: OAuthEndpoints,
  { username, password }: { username: string; password: string },
  scopes: readonly string[] = USER_SCOPES,
): Promise<Tokens> {
  return withPkce(endpoints, scopes, {}, async (authorizeUrl) => {
    const page = await open(endpoints, authorizeUrl);
    if (page.status !== 200) return redirectOf(page);
    const { action, fields } = formOf(await page.text());
    const body = new URLSearchParams({ ...fields, username, password });
    const target = new URL(action, authorizeUrl);
    return redirectOf(await open(endpoints, target, { method: 'POST', body }));
  });
}

/** Signs a user in through the mock identity provider. */
export function signInThroughProvider(
  endpoints: OAuthEndpoints,
  { provider, identity }: { provider: string; identity: ProviderIdentity },
  scopes: readonly string[] = USER_SCOPES,
): Promise<Tokens> {
  return withPkce(endpoints, scopes, { identity_provider: provider }, async (authorizeUrl) => {
    const atProvider = await redirectOf(await open(endpoints, authorizeUrl));
    if (isSameEndpoint(atProvider, endpoints.redirectUri)) return atProvider;
    const { subject, ...claims } = identity;
    for (const [name, value] of Object.entries({ login_hint: subject, ...claims }))
      atProvider.searchParams.set(name, value);
    const atPool = await redirectOf(await open(endpoints, atProvider));
    return redirectOf(await open(endpoints, atPool));
  });
}

/** Gets a token for a service account. */
export function signInAsService(
  endpoints: TokenEndpoint,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  scopes: readonly string[] = API_SCOPES,
): Promise<Tokens> {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const grant = { grant_type: 'client_credentials', scope: scopes.join(' ') };
  return requestTokens(endpoints, grant, { authorization });
}

/** Exchanges a refresh token of the SPA. */
export function refresh(endpoints: OAuthEndpoints, refreshToken: string): Promise<Tokens> {
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  return requestTokens(endpoints, { ...grant, client_id: endpoints.spaClientId });
}

async function withPkce(
  endpoints: OAuthEndpoints,
  scopes: readonly string[],
  parameters: Record<string, string>,
  goThrough: (authorizeUrl: URL) => Promise<URL>,
): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = new URL(endpoints.authorizeUrl);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: endpoints.spaClientId,
    redirect_uri: endpoints.redirectUri,
    scope: scopes.join(' '),
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  }).toString();
  const arrival = await goThrough(url);
  const { code, error, error_description, ...rest } = Object.fromEntries(arrival.searchParams);
  if (code === undefined) throw new SignInRefusedError(error_description ?? error ?? 'no code');
  if (!isSameEndpoint(arrival, endpoints.redirectUri) || rest['state'] !== state) {
    throw new SignInRefusedError('unexpected redirect URI or state');
  }
  return requestTokens(endpoints, {
    grant_type: 'authorization_code',
    client_id: endpoints.spaClientId,
    redirect_uri: endpoints.redirectUri,
    code,
    code_verifier: verifier,
  });
}

const TokenResponseSchema = v.object({
  access_token: v.string(),
  id_token: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
  expires_in: v.number(),
});
const TokenErrorSchema = v.object({ error: v.string(), error_description: v.optional(v.string()) });

type TokenEndpoint = Pick<OAuthEndpoints, 'tokenUrl' | 'send'>;

async function requestTokens(
  endpoint: TokenEndpoint,
  grant: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Tokens> {
  const body = new URLSearchParams(grant);
  const url = new URL(endpoint.tokenUrl);
  const response = await open(endpoint, url, { method: 'POST', headers, body });
  const json: unknown = await response.json();
  if (!response.ok) {
    const { error, error_description } = v.parse(TokenErrorSchema, json);
    throw new SignInRefusedError(error_description ?? error);
  }
  const tokens = v.parse(TokenResponseSchema, json);
  return {
    accessToken: tokens.access_token,
    idToken: tokens.id_token ?? null,
    refreshToken: tokens.refresh_token ?? null,
    expiresInSeconds: tokens.expires_in,
  };
}

function open(
  { send = sendToThisMachine }: Pick<OAuthEndpoints, 'send'>,
  url: URL,
  request: RequestInit = {},
): Promise<Response> {
  return send(url, { ...request, redirect: 'manual' });
}

function sendToThisMachine(url: URL, request: RequestInit): Promise<Response> {
  return fetch(new URL(url.pathname + url.search, loopbackOrigin(url.href)), request);
}

/** @throws SignInRefusedError with the message of a response that does not redirect */
async function redirectOf(response: Response): Promise<URL> {
  const location = response.headers.get('location');
  if (location !== null) return new URL(location, response.url);
  const text = await response.text();
  const onPage = /<div class="error">([^<]*)<\/div>/.exec(text)?.[1];
  const heading = /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
  throw new SignInRefusedError(unescapeHtml(onPage ?? heading ?? text.slice(0, 200)));
}

function isSameEndpoint(url: URL, other: string): boolean {
  const { origin, pathname } = new URL(other);
  return url.origin === origin && url.pathname === pathname;
}
