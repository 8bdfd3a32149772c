/**
 * The hosted sign-in's own session: a cookie with which a page gets another code within an hour and
 * without credentials, until `/logout` or a revocation ends it; a sign-out of all sessions does not.
 * Managed login asks again for `prompt=login`. The emulator always asks.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-user-sessions.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from './clock.ts';
import { callCognito, jsonOf, textOf } from './cognito-api.ts';
import type { CookieSignIns } from './cognito-cookie-sign-in.ts';
import { claimsOf } from './cognito-jwt.ts';
import { formOf, pathOf, queryOf } from './cognito-oauth.ts';
import type { SessionManagement } from './cognito-session-api.ts';
import { ownerOf, type SessionStore, type SsoSession } from './cognito-session-store.ts';
import { findUser, poolOf } from './cognito-users.ts';
import type { Behaviour, Forward, GateRequest, GateResponse } from './gate.ts';

const COOKIE = 'cognito';
/** Paths that send the browser back to the app with a code. */
const SIGN_INS = ['/login', '/oauth2/idpresponse', '/saml2/idpresponse'];

const DomainSchema = v.object({
  DomainDescription: v.object({ ManagedLoginVersion: v.optional(v.number(), 1) }),
});

interface Context {
  store: SessionStore;
  clock: Clock;
  management: SessionManagement;
  cookieSignIns: CookieSignIns;
}

/** Gives each browser that signs in a session of its own. */
export function createHostedSignIn(context: Context): Behaviour {
  const { store, clock, management, cookieSignIns } = context;
  const byCookie = new Map<string, SsoSession>();
  const byCode = new Map<string, SsoSession>();
  const sessionOf = (request: GateRequest): SsoSession | null => {
    const pairs = (request.headers.cookie ?? '').split(/; */).map((pair) => pair.split('='));
    return byCookie.get(pairs.find(([name]) => name === COOKIE)?.[1] ?? '') ?? null;
  };

  /** A sign-in with credentials. */
  const signIn: Behaviour = async (request, forward) => {
    const response = await forward(request);
    const code = codeOf(response);
    if (code === null) return response;
    const session = store.openSso();
    const cookie = randomBytes(24).toString('base64url');
    byCookie.set(cookie, session);
    byCode.set(code, session);
    return withCookie(response, `${cookie}; Path=/; HttpOnly; SameSite=Lax`);
  };

  const authorize: Behaviour = async (request, forward) => {
    const response = await forward(request);
    const session = sessionOf(request);
    const isForm = response.status === 200 && !queryOf(request).has('identity_provider');
    if (!isForm || !session || !(await mayReuse(session, request, forward))) return response;
    session.lastActiveAt = clock.now();
    return cookieSignIns.issue(queryOf(request), session);
  };

  async function mayReuse(session: SsoSession, request: GateRequest, forward: Forward) {
    const { owner, isEnded, createdAt } = session;
    const query = queryOf(request);
    if (!owner || isEnded || !query.has('redirect_uri')) return false;
    const clientId = query.get('client_id') ?? '';
    const minutes = management.reusableMinutes(owner.poolId, clientId);
    if (clock.now() - createdAt >= minutes * 60_000) return false;
    if (!(await isClientOf(forward, owner.poolId, clientId))) return false;
    if (!(await findUser(forward, owner.poolId, owner.username))?.enabled) return false;
    const asksAgain = query.get('prompt')?.split(' ').includes('login') ?? false;
    return !(asksAgain && (await isManagedLogin(forward, owner.poolId)));
  }

  /** The app redeems its code, which says whose sign-in it was. */
  const redeem: Behaviour = async (request, forward) => {
    const code = formOf(request).get('code') ?? '';
    const response = await forward(request);
    const session = byCode.get(code);
    if (response.status !== 200 || !session) return response;
    byCode.delete(code);
    const claims = claimsOf(textOf(jsonOf(response.body), 'access_token'));
    const tokens = store.ofToken(claims);
    if (tokens === null) return response;
    session.owner = ownerOf(claims);
    session.authTime = tokens.authTime;
    tokens.origin = session;
    return response;
  };

  const logOut: Behaviour = async (request, forward) => {
    const response = await forward(request);
    if (response.status !== 302) return response;
    const session = sessionOf(request);
    if (session) session.isEnded = true;
    return withCookie(response, '; Path=/; Max-Age=0');
  };

  return (request, forward) => {
    const path = pathOf(request);
    if (SIGN_INS.includes(path)) return signIn(request, forward);
    if (path === '/oauth2/authorize') return authorize(request, forward);
    if (path === '/oauth2/token') return redeem(request, cookieSignIns.redeem(forward));
    return path === '/logout' ? logOut(request, forward) : forward(request);
  };
}

/** The code of a redirect back to the app. */
function codeOf({ status, headers }: GateResponse): string | null {
  const { location } = headers;
  if (status !== 302 || location === undefined) return null;
  return new URL(location, 'http://gate').searchParams.get('code');
}

function withCookie(response: GateResponse, value: string): GateResponse {
  const headers = { ...response.headers, 'set-cookie': [`${COOKIE}=${value}`] };
  return { ...response, headers };
}

async function isClientOf(forward: Forward, poolId: string, clientId: string): Promise<boolean> {
  const input = { UserPoolId: poolId, ClientId: clientId };
  return (await callCognito(forward, 'DescribeUserPoolClient', input)).status === 200;
}

async function isManagedLogin(forward: Forward, poolId: string): Promise<boolean> {
  const domain = (await poolOf(forward, poolId))?.Domain;
  if (!domain) return false;
  const response = await callCognito(forward, 'DescribeUserPoolDomain', { Domain: domain });
  return v.parse(DomainSchema, jsonOf(response.body)).DomainDescription.ManagedLoginVersion === 2;
}
