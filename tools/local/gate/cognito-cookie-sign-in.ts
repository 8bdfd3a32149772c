/**
 * Codes that the hosted sign-in gives for its cookie alone, and their redemption (RFC 6749 section
 * 4.1.3, RFC 7636). The emulator issues the tokens, as a refresh of a session made for them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Observations } from './aws-observations.ts';
import type { Clock } from './clock.ts';
import { type Json, jsonOf, textOf } from './cognito-api.ts';
import { claimsOf, type TokenKeys } from './cognito-jwt.ts';
import { formOf, oauthError, pathOf, withBody, withForm } from './cognito-oauth.ts';
import type { SessionStore, SsoSession } from './cognito-session-store.ts';
import type { Forward, GateResponse } from './gate.ts';

const CODE_MINUTES = 5;
const REFRESH_DAYS = 30;

interface IssuedCode {
  query: URLSearchParams;
  session: SsoSession;
  expiresAt: number;
}

/** Sign-ins without credentials. */
export interface CookieSignIns {
  /** Redirects back to the app with a code. @param query of a valid authorization request */
  issue(query: URLSearchParams, session: SsoSession): GateResponse;
  /** Redeems codes issued here, and passes everything else. */
  redeem(forward: Forward): Forward;
}

interface Context {
  store: SessionStore;
  keys: TokenKeys;
  clock: Clock;
  observations: Observations;
}

/** No codes yet. */
export function createCookieSignIns({ store, keys, clock, observations }: Context): CookieSignIns {
  const codes = new Map<string, IssuedCode>();

  /** A refresh token for a new session of the user, as the emulator would have issued it. */
  function openSession({ query, session }: IssuedCode): string | null {
    const { owner } = session;
    if (!owner || session.isEnded) return null;
    const now = Math.floor(clock.tokenTime() / 1000);
    const clientId = query.get('client_id') ?? '';
    const isKept = observations.answers.cookie_sign_in_auth_time === 'kept';
    const originJti = randomUUID();
    const authTime = isKept ? session.authTime : now;
    store.open(originJti, { ...owner, clientId, authTime, origin: session });
    return keys.sign(owner.poolId, 'access', {
      sub: owner.subject,
      iss: `https://cognito-idp.${owner.poolId.split('_')[0]}.amazonaws.com/${owner.poolId}`,
      token_use: 'refresh',
      client_id: clientId,
      origin_jti: originJti,
      jti: randomUUID(),
      iat: now,
      exp: now + REFRESH_DAYS * 86_400,
      scope: query.get('scope') ?? 'openid',
    });
  }

  const withNonce = (tokens: Json, { query, session }: IssuedCode): Json => {
    const nonce = query.get('nonce');
    const idToken = textOf(tokens, 'id_token');
    if (!nonce || idToken === '' || !session.owner) return tokens;
    const claims = { ...claimsOf(idToken), nonce };
    return { ...tokens, id_token: keys.sign(session.owner.poolId, 'id', claims) };
  };

  return {
    issue: (query, session) => {
      const code = randomUUID();
      codes.set(code, { query, session, expiresAt: clock.now() + CODE_MINUTES * 60_000 });
      const location = new URL(query.get('redirect_uri') ?? '');
      location.searchParams.set('code', code);
      const state = query.get('state');
      if (state !== null) location.searchParams.set('state', state);
      const headers = { location: location.href, 'cache-control': 'no-store' };
      return { status: 302, headers, body: Buffer.alloc(0) };
    },
    redeem: (forward) => async (request) => {
      const form = formOf(request);
      const issued = codes.get(form.get('code') ?? '');
      if (pathOf(request) !== '/oauth2/token' || !issued) return forward(request);
      if (!isFor(form, issued.query) || issued.expiresAt <= clock.now()) {
        return oauthError('invalid_grant');
      }
      codes.delete(form.get('code') ?? '');
      const refreshToken = openSession(issued);
      if (refreshToken === null) return oauthError('invalid_grant');
      form.set('grant_type', 'refresh_token');
      form.set('refresh_token', refreshToken);
      const response = await forward(withForm(request, form));
      if (response.status !== 200) return response;
      const tokens = withNonce(jsonOf(response.body), issued);
      return withBody(response, { ...tokens, refresh_token: refreshToken });
    },
  };
}

/** Whether a redemption belongs to the authorization request, with its proof of possession. */
function isFor(form: URLSearchParams, query: URLSearchParams): boolean {
  const challenge = query.get('code_challenge');
  const verifier = form.get('code_verifier') ?? '';
  const proof = createHash('sha256').update(verifier).digest('base64url');
  return (
    form.get('grant_type') === 'authorization_code' &&
    form.get('client_id') === query.get('client_id') &&
    form.get('redirect_uri') === query.get('redirect_uri') &&
    (challenge === null || challenge === proof)
  );
}
