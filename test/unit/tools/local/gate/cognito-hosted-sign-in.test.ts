import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readObservations } from '../../../../../tools/local/gate/aws-observations.ts';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import { createCookieSignIns } from '../../../../../tools/local/gate/cognito-cookie-sign-in.ts';
import { createHostedSignIn } from '../../../../../tools/local/gate/cognito-hosted-sign-in.ts';
import { claimsOf } from '../../../../../tools/local/gate/cognito-jwt.ts';
import { createSessionManagement } from '../../../../../tools/local/gate/cognito-session-api.ts';
import { createSessionStore } from '../../../../../tools/local/gate/cognito-session-store.ts';
import { createTokenLifecycle } from '../../../../../tools/local/gate/cognito-tokens.ts';
import type { Behaviour } from '../../../../../tools/local/gate/gate.ts';
import { aFakeCognito, CLIENT, json, POOL, parsed } from '../../../../support/fake-cognito.ts';
import { aPoolWithKeys } from '../../../../support/pool-keys.ts';

const { keys, accessToken, idToken } = aPoolWithKeys();
const VERIFIER = 'verifier';
const APP = 'http://localhost:5173/callback';
const TOKEN_URL = '/oauth2/token';

/** A pool whose time starts at second 1,000. */
function aPool(answers: Record<string, string> = {}) {
  const observations = readObservations();
  observations.override(answers);
  let time = 1_000_000;
  const clock = createClock(() => time);
  const store = createSessionStore(clock);
  const management = createSessionManagement(store);
  const cookieSignIns = createCookieSignIns({ store, keys, clock, observations });
  const hosted = createHostedSignIn({ store, clock, management, cookieSignIns });
  const tokens = createTokenLifecycle({ store, keys, clock });
  const behaviour: Behaviour = (request, forward) =>
    hosted(request, (again) => tokens(again, forward));
  const cognito = aFakeCognito({ ada: {} });
  const { pages } = cognito;
  const redirect = (location: string) => () => ({
    status: 302,
    headers: { location },
    body: Buffer.alloc(0),
  });
  pages.set('GET /oauth2/authorize', () => ({ ...json({}), headers: {} }));
  pages.set('POST /login', redirect(`${APP}?code=first&state=s`));
  pages.set('GET /logout', redirect('http://localhost:5173/'));
  // As the emulator does: it knows its own code only, and refreshes any session of the pool.
  pages.set(`POST ${TOKEN_URL}`, (body) => {
    const form = new URLSearchParams(body);
    const isKnown = form.get('grant_type') === 'refresh_token' || form.get('code') === 'first';
    if (!isKnown) return { ...json({ error: 'invalid_grant' }), status: 400 };
    const { origin_jti = 'origin' } = claimsOf(form.get('refresh_token') ?? '');
    const own = { origin_jti, auth_time: Math.floor(time / 1000) };
    return json({ access_token: accessToken(own), id_token: idToken(own) });
  });

  const open = (url: string, form?: Record<string, string>, cookie?: string) =>
    cognito.open(behaviour, url, form, cookie);
  const authorize = async (cookie: string, parameters: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      client_id: CLIENT,
      redirect_uri: APP,
      state: 'mine',
      scope: 'openid',
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    const { headers } = await open(`/oauth2/authorize?${query}`, undefined, cookie);
    const arrival = headers.location ? new URL(headers.location) : null;
    return { code: arrival?.searchParams.get('code') ?? null, arrival };
  };
  const redeem = async (code: string | null, parameters: Record<string, string> = {}) =>
    parsed(
      await open(TOKEN_URL, {
        grant_type: 'authorization_code',
        client_id: CLIENT,
        redirect_uri: APP,
        code: code ?? '',
        code_verifier: VERIFIER,
        ...parameters,
      }),
    );
  return {
    ...cognito,
    clock,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    store,
    open,
    authorize,
    redeem,
    configure: (minutes: number) => {
      const pool = {
        UserPoolId: POOL,
        UserSessionTracking: 'ENABLED',
        TokenSession: { MaxPerUser: 9 },
      };
      const client = { ClientId: CLIENT, SSOSession: { MaxValidityMinutes: minutes } };
      const { behaviour } = management;
      return cognito
        .call(behaviour, 'SetUserPoolSessionConfiguration', pool)
        .then(() =>
          cognito.call(behaviour, 'SetUserPoolClientSessionConfiguration', { ...pool, ...client }),
        );
    },
    /** Signs in with credentials. @returns the browser's cookie */
    signIn: async () => {
      const response = await open('/login', { username: 'ada', password: 'p' });
      await redeem('first');
      return String(response.headers['set-cookie']).split(';')[0] ?? '';
    },
  };
}

describe('a browser that has signed in', () => {
  it('gets a code without credentials, and tokens that say so', async () => {
    const { signIn, authorize, redeem, store } = aPool();
    const cookie = await signIn();

    const { code, arrival } = await authorize(cookie);
    const { output } = await redeem(code);

    expect(arrival?.href).toMatch(/^http:\/\/localhost:5173\/callback\?code=[^&]+&state=mine$/);
    expect(claimsOf(output.access_token)).toMatchObject({ username: 'ada', client_id: CLIENT });
    expect(claimsOf(output.refresh_token)['token_use']).toBe('refresh');
    expect(store.of(POOL, 'ada').map(({ type }) => type)).toEqual(['TOKEN', 'TOKEN', 'SSO']);
  });

  it.each([
    ['new', 1100],
    ['kept', 1000],
  ])('gets an auth_time that is %s as observed', async (answer, authTime) => {
    const { signIn, authorize, redeem, pass } = aPool({ cookie_sign_in_auth_time: answer });
    const cookie = await signIn();
    pass(100);

    const { output } = await redeem((await authorize(cookie)).code);

    for (const token of [output.access_token, output.id_token]) {
      expect(claimsOf(token)['auth_time']).toBe(authTime);
    }
  });

  it('gets tokens of the time that everybody has, wherever the gate’s clock is', async () => {
    const { signIn, authorize, redeem, clock } = aPool();
    const cookie = await signIn();
    clock.advance(100);

    const { output } = await redeem((await authorize(cookie)).code);

    expect(claimsOf(output.access_token)['auth_time']).toBe(1000);
  });

  it('finds the nonce of its request in the ID token', async () => {
    const { signIn, authorize, redeem } = aPool();

    const { code } = await authorize(await signIn(), { nonce: 'n' });

    expect(claimsOf((await redeem(code)).output.id_token)['nonce']).toBe('n');
  });

  it('is asked again after an hour, however often it came back', async () => {
    const { signIn, authorize, redeem, clock } = aPool();
    const cookie = await signIn();
    clock.advance(3599);
    const { code } = await authorize(cookie);
    await redeem(code);
    clock.advance(1);

    expect(code).not.toBe(null);
    expect((await authorize(cookie)).code).toBe(null);
  });

  it('is asked again at once where the client never reuses a sign-in', async () => {
    const { signIn, authorize, configure } = aPool();
    const cookie = await signIn();
    await configure(0);

    expect((await authorize(cookie)).code).toBe(null);
  });

  it.each([
    ['managed login', 2, false],
    ['the classic pages', 1, true],
  ])('with prompt=login at %s', async (_name, version, isReused) => {
    const { signIn, authorize, domain } = aPool();
    domain['ManagedLoginVersion'] = version;

    const { code } = await authorize(await signIn(), { prompt: 'login' });

    expect(code !== null).toBe(isReused);
  });

  it('is asked again after /logout, which deletes the cookie', async () => {
    const { signIn, authorize, open } = aPool();
    const cookie = await signIn();

    const { headers } = await open('/logout?client_id=client', undefined, cookie);

    expect(String(headers['set-cookie'])).toMatch(/^cognito=; .*Max-Age=0/);
    expect((await authorize(cookie)).code).toBe(null);
  });

  it('is not asked again after a global sign-out, but after its session was revoked', async () => {
    const { signIn, authorize, store } = aPool();
    const cookie = await signIn();

    store.endTokens(POOL, 'ada');
    expect((await authorize(cookie)).code).not.toBe(null);

    for (const session of store.of(POOL, 'ada')) store.end(session, false);
    expect((await authorize(cookie)).code).toBe(null);
  });

  it('is asked again once the user is disabled', async () => {
    const { signIn, authorize, users } = aPool();
    const cookie = await signIn();
    for (const user of users) user.enabled = false;

    expect((await authorize(cookie)).code).toBe(null);
  });

  it.each([
    ['in another pool', { client_id: 'another-client' }],
    ['through an identity provider', { identity_provider: 'Corp' }],
  ])('is asked again %s', async (_name, parameters: Record<string, string>) => {
    const { signIn, authorize } = aPool();

    expect((await authorize(await signIn(), parameters)).code).toBe(null);
  });
});

it.each(['', 'cognito=forged', 'other=1'])(
  'asks a browser with the cookie "%s"',
  async (cookie) => {
    const { signIn, authorize } = aPool();
    await signIn();

    expect((await authorize(cookie)).code).toBe(null);
  },
);

describe('a code', () => {
  it.each([
    ['without the right verifier', { code_verifier: 'other' }],
    ['for another client', { client_id: 'other' }],
    ['for another page', { redirect_uri: 'http://localhost/' }],
  ])('%s is refused', async (_name, parameters: Record<string, string>) => {
    const { signIn, authorize, redeem } = aPool();
    const { code } = await authorize(await signIn());

    expect(await redeem(code, parameters)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await redeem(code)).error).toBe(null);
  });

  it('is redeemed once, within five minutes, while the session runs', async () => {
    const { signIn, authorize, redeem, clock, store } = aPool();
    const cookie = await signIn();
    const [used, old] = [(await authorize(cookie)).code, (await authorize(cookie)).code];
    await redeem(used);

    expect((await redeem(used)).error).toBe('invalid_grant');
    clock.advance(300);
    expect((await redeem(old)).error).toBe('invalid_grant');
    const { code } = await authorize(cookie);
    for (const session of store.of(POOL, 'ada')) store.end(session, false);
    expect((await redeem(code)).error).toBe('invalid_grant');
  });
});
