/** Client of the API as its documents describe it: what 503 asks for is done, all else reported. */
import { setTimeout as sleep } from 'node:timers/promises';
import { JSON_TYPE } from '../../lib/contract.ts';

/** A request. */
export interface ApiCall {
  /** @default GET */
  method?: string;
  /** @default /users/me */
  path?: string;
  /** @default none */
  token?: string | null;
  headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, all else as JSON; JSON is the default type of both. */
  body?: unknown;
}

/** A response. */
export interface ApiResponse {
  status: number;
  headers: Headers;
  /** The members of a JSON object; none for any other body. */
  body: Readonly<Record<string, unknown>>;
  text: string;
  /** From the request to the end of the response. */
  milliseconds: number;
}

/** Sends a request. */
export type SendCall = (call: ApiCall) => Promise<ApiResponse>;

const TIMEOUT_MS = 40_000;
/** Of a request that gets 503 with `Retry-After`: the service asks to be asked again. */
const ATTEMPTS = 6;

/** A client of the API at that base URL. */
export function createApiClient(apiUrl: string): SendCall {
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await sendOnce(apiUrl, call);
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      if (response.status !== 503 || Number.isNaN(seconds) || attempt === ATTEMPTS) return response;
      await sleep(seconds * 1000);
    }
  };
}

async function sendOnce(apiUrl: string, call: ApiCall): Promise<ApiResponse> {
  const { method = 'GET', path = '/users/me', token = null, headers = {}, body } = call;
  const start = performance.now();
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': JSON_TYPE }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: objectIn(text),
    text,
    milliseconds: performance.now() - start,
  };
}

/** The members of the JSON object in a text; none where there is no such object. */
export function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null
      ? Object.fromEntries(Object.entries(json))
      : {};
  } catch {
    return {};
  }
}
