/** A browser at the hosted sign-in: keeps its cookie, and comes back with or without credentials. */
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { stack } from './deployed-service.ts';

interface Credentials {
  username: string;
  password: string;
}

/** Tokens of a sign-in. */
interface Arrival {
  token: string;
  refreshToken: string;
}

/** A browser without cookies. */
export function aBrowser() {
  let cookie = '';
  const open = async (url: URL, form?: Record<string, string>) => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    const [sent] = response.headers.getSetCookie();
    if (sent !== undefined) cookie = sent.split(';')[0] ?? '';
    return response;
  };

  /**
   * Opens the hosted sign-in.
   * @param person signs in where the browser is asked; null to turn back
   * @returns where the browser is sent; null if it turned back
   */
  async function arrive(authorize: URL, person: Credentials | null): Promise<URL | null> {
    let page = await open(authorize);
    if (page.status === 200 && person === null) return null;
    if (page.status === 200) {
      const inputs = (await page.text()).matchAll(/name="(\w+)" value="([^"]*)"/g);
      const hidden = Object.fromEntries([...inputs].map(([, name, value]) => [name, value]));
      page = await open(new URL('/login', authorize), { ...hidden, ...person });
    }
    expect(page.status).toBe(302);
    return new URL(page.headers.get('location') ?? '');
  }

  /** @param person signs in where the browser is asked; null to turn back. @returns null if so */
  async function visit(
    person: Credentials | null,
    parameters: Record<string, string>,
  ): Promise<Arrival | null> {
    const verifier = randomBytes(32).toString('base64url');
    const client = { client_id: stack.spaClientId, redirect_uri: stack.redirectUri };
    const authorize = new URL(stack.authorizeUrl);
    authorize.search = new URLSearchParams({
      ...client,
      response_type: 'code',
      scope: 'openid users/me.read users/me.write aws.cognito.signin.user.admin',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    }).toString();
    const arrival = await arrive(authorize, person);
    if (arrival === null) return null;
    const code = arrival.searchParams.get('code') ?? '';
    const grant = { ...client, grant_type: 'authorization_code', code, code_verifier: verifier };
    const response = await open(new URL(stack.tokenUrl), grant);
    expect(response.status).toBe(200);
    const tokens = (await response.json()) as { access_token: string; refresh_token: string };
    return { token: tokens.access_token, refreshToken: tokens.refresh_token };
  }

  return {
    arrive,
    /** Signs in with credentials. */
    async signIn(person: Credentials): Promise<Arrival> {
      const arrival = await visit(person, { prompt: 'login' });
      if (arrival === null) throw new Error('The browser was not signed in');
      return arrival;
    },
    /** Tries to sign in without credentials. @returns null if it is asked for them */
    comeBack: (parameters: Record<string, string> = {}) => visit(null, parameters),
    logOut: () => {
      const url = new URL('/logout', stack.authorizeUrl);
      const logout_uri = new URL('/', stack.redirectUri).href;
      url.search = new URLSearchParams({ client_id: stack.spaClientId, logout_uri }).toString();
      return open(url);
    },
  };
}
