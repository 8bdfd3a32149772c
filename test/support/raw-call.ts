/** Sends requests to the deployed service that fetch cannot: repeated headers, arbitrary bytes. */
import { request } from 'node:http';
import { type Answer, stack } from './deployed-service.ts';

interface RawCall {
  method: string;
  /** Names and values in order; names may repeat. */
  headers: readonly (readonly [string, string])[];
  /** @default /users/me */
  path?: string;
  body?: string | Buffer;
}

/** Sends the request unchanged; rejects if the connection closes without a response. */
export function rawCall({ method, headers, path = '/users/me', body = '' }: RawCall) {
  const { hostname, port, pathname } = new URL(`${stack.apiUrl}${path}`);
  const { search } = new URL(path, stack.apiUrl);
  const bytes = Buffer.from(body);
  const sent = [
    ...headers,
    ['host', `${hostname}:${port}`],
    ...(bytes.length > 0 ? [['content-length', String(bytes.length)] as const] : []),
  ].flat();
  return new Promise<Answer>((resolve, reject) => {
    const call = request(
      { hostname, port, method, path: `${pathname}${search}`, headers: sent },
      async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        const lists = Object.entries(response.headersDistinct);
        const pairs = lists.flatMap(([name, values]) =>
          (values ?? []).map((value): [string, string] => [name, value]),
        );
        const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
        const parsed = isJson ? JSON.parse(text) : text;
        const answered = { status: response.statusCode ?? 0, headers: new Headers(pairs) };
        resolve({ ...answered, body: parsed });
      },
    );
    call.on('error', reject);
    call.end(bytes);
  });
}
