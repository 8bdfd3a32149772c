/**
 * What a client does about responses that are not the last word: a token that is refused, a sign-in
 * that is too old, a conflict, a service that asks for patience. Each is opt-in and bounded.
 */
import { problemOf, type ReceivedProblem } from './received-problem.ts';

/** Sends a request, which it uses up. */
export type Send = (request: Request) => Promise<Response>;

/** Stands between a caller and `send`, which it may call again with another copy of the request. */
export type Interceptor = (request: Request, send: Send) => Promise<Response>;

/**
 * A fetch that goes through the interceptors, the first one outermost. What it returns can be given
 * to any library that takes a fetch.
 */
export function withInterceptors(
  interceptors: readonly Interceptor[],
  send: Send = (request) => fetch(request),
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  const chain = interceptors.reduceRight<Send>(
    (next, interceptor) => (request) => interceptor(request, next),
    send,
  );
  return (input, init) => chain(new Request(input, init));
}

/** Where tokens come from. A callback that rejects makes the request reject. */
interface TokenSource {
  /** The access token for a request; null sends none. */
  accessToken: () => Promise<string | null>;
  /** A token in place of one that is refused (401 `invalid_token`), for example an expired one; null gives up. */
  renew?: () => Promise<string | null>;
  /**
   * Has the person sign in again, at most so many seconds ago (401 `insufficient_user_authentication`);
   * null where they turn back. A refreshed token would not do: it keeps the time of the old sign-in.
   */
  signInAgain?: (maxAgeSeconds: number) => Promise<string | null>;
}

/** Sends the access token. A request is renewed for at most once, and asks for a sign-in at most once. */
export function authentication({
  accessToken,
  renew = async () => null,
  signInAgain = async () => null,
}: TokenSource): Interceptor {
  const renewOnce = shared(renew);
  const signInOnce = shared(signInAgain);
  const otherToken = async (problem: ReceivedProblem, refused: string | null) => {
    if (problem.code === 'invalid_token') {
      const current = await accessToken();
      // Another request has renewed it meanwhile: refresh tokens rotate, so once is enough.
      return current !== null && current !== refused ? current : renewOnce();
    }
    if (problem.code !== 'insufficient_user_authentication') return null;
    return signInOnce(typeof problem.max_age === 'number' ? problem.max_age : 0);
  };
  return async (request, send) => {
    const tried = new Set<string>();
    let token = await accessToken();
    for (;;) {
      const response = await send(withHeader(request, 'authorization', token && `Bearer ${token}`));
      const problem = response.status === 401 ? await problemOf(response) : null;
      if (problem === null || tried.has(problem.code)) return response;
      tried.add(problem.code);
      token = await otherToken(problem, token);
      if (token === null) return response;
    }
  };
}

/**
 * Sends a conditional PATCH again, for the version that is there now, where the fields in it are none
 * of those that changed since the version it was made for. Otherwise the 412 is returned: its
 * `changed` names the fields.
 * @param attempts how often a request is sent at most
 */
export function merging({ attempts = 3 } = {}): Interceptor {
  return async (request, send) => {
    for (let attempt = 1, current: string | null = null; ; attempt += 1) {
      const response = await send(withHeader(request, 'if-match', current));
      current = response.headers.get('etag');
      const done = attempt === attempts || current === null;
      if (done || !(await isUntouched(request, response))) return response;
    }
  };
}

/** Whether a request met a conflict that touches none of its fields. */
async function isUntouched(request: Request, response: Response): Promise<boolean> {
  if (response.status !== 412 || request.method !== 'PATCH') return false;
  const changed = (await problemOf(response))?.changed;
  const sent: unknown = await request.clone().json();
  if (!Array.isArray(changed) || typeof sent !== 'object' || sent === null) return false;
  return Object.keys(sent).every((field) => !changed.includes(field));
}

interface Patience {
  /** How often a request is sent at most. @default 3 */
  attempts?: number;
  /** A longer wait is the caller's business: the response is returned. @default 10 */
  maxWaitSeconds?: number;
  /** @default until the request is aborted, which rejects */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Waits as long as the `Retry-After` of a 503 or 429 says, and up to a second more, so that clients do
 * not come back all at once; then sends the request again. Every request of this API may be repeated.
 */
export function retrying({
  attempts = 3,
  maxWaitSeconds = 10,
  wait = sleep,
}: Patience = {}): Interceptor {
  return async (request, send) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await send(request.clone());
      const seconds = retryAfter(response);
      if (attempt === attempts || seconds === null || seconds > maxWaitSeconds) return response;
      await response.body?.cancel();
      await wait((seconds + Math.random()) * 1000, request.signal);
    }
  };
}

/** Seconds to wait; null where the response does not ask for that. */
function retryAfter(response: Response): number | null {
  if (response.status !== 503 && response.status !== 429) return null;
  const value = response.headers.get('retry-after') ?? '';
  return /^\d+$/.test(value) ? Number(value) : null;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** A copy of the request, with that header unless its value is null or empty. */
function withHeader(request: Request, name: string, value: string | null): Request {
  const copy = request.clone();
  if (value) copy.headers.set(name, value);
  return copy;
}

/** Calls at the same time share one run. */
function shared<Args extends unknown[], Value>(
  run: (...args: Args) => Promise<Value>,
): (...args: Args) => Promise<Value> {
  let running: Promise<Value> | null = null;
  return (...args) => {
    running ??= run(...args).finally(() => {
      running = null;
    });
    return running;
  };
}
