/** One browser's view of the hosted sign-in: its cookies, and redirects within its origin. */
import type { SendRequest } from '../local/sign-in.ts';
import { loopbackOrigin } from '../support/cloud-access.ts';

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 30_000;

/**
 * Sends requests to the origin of the sign-in only, with the cookies it set before. A redirect to
 * elsewhere, the application's redirect URI above all, is returned.
 * @param isLocal true for the local cloud: requests go to this machine only
 */
export function createCookieSession(signInUrl: string, isLocal: boolean): SendRequest {
  const origin = isLocal ? loopbackOrigin(signInUrl) : new URL(signInUrl).origin;
  const cookies = new Map<string, string>();
  const send = async (url: URL, request: RequestInit): Promise<Response> => {
    const headers = new Headers(request.headers);
    if (cookies.size > 0) {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { ...request, headers, redirect: 'manual', signal });
    for (const cookie of response.headers.getSetCookie()) keepCookie(cookies, cookie);
    return response;
  };
  return async (url, request) => {
    let response = await send(new URL(url.pathname + url.search, origin), request);
    for (let count = 0; count < MAX_REDIRECTS; count += 1) {
      const location = response.headers.get('location');
      if (location === null) break;
      const next = new URL(location, response.url);
      if (next.origin !== origin) break;
      response = await send(next, {});
    }
    return response;
  };
}

function keepCookie(cookies: Map<string, string>, text: string): void {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
  const [name = '', ...value] = pair.split('=');
  const isGone = attributes.some((one) => /^max-age=(0|-\d+)$/i.test(one));
  if (isGone) cookies.delete(name);
  else cookies.set(name, value.join('='));
}
