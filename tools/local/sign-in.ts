/**
 * Signs in to a user pool as a browser or a service would, without a browser: authorization code
 * with PKCE (RFC 7636) through the hosted sign-in, client credentials, refresh. Local cloud only.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { READ_SCOPE, WRITE_SCOPE } from '../../lib/contract.ts';
import { loopbackOrigin } from '../support/cloud-access.ts';
import type { ProviderIdentity } from './identity-provider.ts';

const API_SCOPES = [READ_SCOPE, WRITE_SCOPE];
const USER_SCOPES = ['openid', ...API_SCOPES];

/** Where and as which app one signs in. */
export interface OAuthEndpoints {
  authorizeUrl: string;
  tokenUrl: string;
  redirectUri: string;
  spaClientId: string;
}

/** What a sign-in gives. A service gets no refresh token, and an ID token comes with `openid` only. */
export interface Tokens {
  accessToken: string;
  idToken: string | null;
  refreshToken: string | null;
  expiresInSeconds: number;
}

/** The sign-in was refused; the message is the reason given. */
export class SignInRefusedError extends Error {
  override readonly name = 'SignInRefusedError';
}

/** Signs a person in with a password. `username` may be any of their sign-in names. */
export function signIn(
  endpoints: OAuthEndpoints,
  { username, password }: { username: string; password: string },
  scopes: readonly string[] = USER_SCOPES,
): Promise<Tokens> {
  return withPkce(endpoints, scopes, {}, async (authorizeUrl) => {
    const page = await open(authorizeUrl);
    if (page.status !== 200) return redirectOf(page);
    const { action, fields } = formOf(await page.text());
    const body = new URLSearchParams({ ...fields, username, password });
    return redirectOf(await open(new URL(action, authorizeUrl), { method: 'POST', body }));
  });
}

/** Signs a person in through an identity provider that takes `login_hint` and `email` for it. */
export function signInThroughProvider(
  endpoints: OAuthEndpoints,
  { provider, identity }: { provider: string; identity: ProviderIdentity },
  scopes: readonly string[] = USER_SCOPES,
): Promise<Tokens> {
  return withPkce(endpoints, scopes, { identity_provider: provider }, async (authorizeUrl) => {
    const atProvider = await redirectOf(await open(authorizeUrl));
    if (isSameEndpoint(atProvider, endpoints.redirectUri)) return atProvider;
    atProvider.searchParams.set('login_hint', identity.subject);
    atProvider.searchParams.set('email', identity.email);
    const atPool = await redirectOf(await open(atProvider));
    return redirectOf(await open(atPool));
  });
}

/** Gets a token for a service account. */
export function signInAsService(
  endpoints: Pick<OAuthEndpoints, 'tokenUrl'>,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  scopes: readonly string[] = API_SCOPES,
): Promise<Tokens> {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const grant = { grant_type: 'client_credentials', scope: scopes.join(' ') };
  return requestTokens(endpoints, grant, { authorization });
}

/** Gets new tokens for a refresh token of the single-page app. */
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
    throw new SignInRefusedError('the sign-in came back to another redirect URI or state');
  }
  return requestTokens(endpoints, {
    grant_type: 'authorization_code',
    client_id: endpoints.spaClientId,
    redirect_uri: endpoints.redirectUri,
    code,
    code_verifier: verifier,
  });
}

const AnswerSchema = v.object({
  access_token: v.string(),
  id_token: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
  expires_in: v.number(),
});
const RefusalSchema = v.object({ error: v.string(), error_description: v.optional(v.string()) });

async function requestTokens(
  { tokenUrl }: Pick<OAuthEndpoints, 'tokenUrl'>,
  grant: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Tokens> {
  const body = new URLSearchParams(grant);
  const response = await open(new URL(tokenUrl), { method: 'POST', headers, body });
  const answer: unknown = await response.json();
  if (!response.ok) {
    const { error, error_description } = v.parse(RefusalSchema, answer);
    throw new SignInRefusedError(error_description ?? error);
  }
  const tokens = v.parse(AnswerSchema, answer);
  return {
    accessToken: tokens.access_token,
    idToken: tokens.id_token ?? null,
    refreshToken: tokens.refresh_token ?? null,
    expiresInSeconds: tokens.expires_in,
  };
}

/** Never follows a redirect by itself, and never leaves this machine. */
function open(url: URL, request: RequestInit = {}): Promise<Response> {
  return fetch(new URL(url.pathname + url.search, loopbackOrigin(url.href)), {
    ...request,
    redirect: 'manual',
  });
}

/** @throws SignInRefusedError with what the page or the answer says instead of redirecting */
async function redirectOf(response: Response): Promise<URL> {
  const location = response.headers.get('location');
  if (location !== null) return new URL(location, response.url);
  const text = await response.text();
  const onPage = /<div class="error">([^<]*)<\/div>/.exec(text)?.[1];
  const heading = /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
  throw new SignInRefusedError(unescapeHtml(onPage ?? heading ?? text));
}

function isSameEndpoint(url: URL, address: string): boolean {
  const { origin, pathname } = new URL(address);
  return url.origin === origin && url.pathname === pathname;
}

function formOf(page: string) {
  const inputs = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  const entries = [...inputs].map(([, name = '', value = '']) => [name, unescapeHtml(value)]);
  const fields: Record<string, string> = Object.fromEntries(entries);
  return { action: /<form[^>]* action="([^"]*)"/.exec(page)?.[1] ?? '', fields };
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#x27;': "'",
    '&amp;': '&',
  };
  return text.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => characters[entity] ?? entity);
}
