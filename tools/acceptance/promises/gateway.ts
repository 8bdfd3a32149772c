/** What the gateway promises by itself: tokens, unknown resources, limits. */
import { ACCEPT_PATCH } from '../../../lib/contract.ts';
import type { ApiCall } from '../api-client.ts';
import type { AcceptanceContext } from '../context.ts';
import { compare, type Expected, responds, verdict } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';

const INVALID_TOKEN: Expected = {
  status: 401,
  code: 'invalid_token',
  headers: { 'www-authenticate': 'Bearer', 'access-control-allow-origin': '*' },
};
const NOT_FOUND: Expected = { status: 404, code: 'not_found' };
const NOT_ALLOWED: Expected = {
  status: 405,
  code: 'method_not_allowed',
  headers: { allow: 'GET, HEAD, PATCH, OPTIONS', 'content-type': 'application/problem+json' },
};

async function tokenOf(context: AcceptanceContext): Promise<string> {
  return (await context.person('reader')).tokens.accessToken;
}

/** A promise about one request, with a token and without one. */
function withAndWithout(id: string, text: string, expected: Expected, call: ApiCall) {
  return [
    responds<AcceptanceContext>(`gateway.${id}`, `${text}, without a token`, expected, (context) =>
      context.call(call),
    ),
    responds<AcceptanceContext>(
      `gateway.${id}.token`,
      `${text}, with a token`,
      expected,
      async (context) => context.call({ ...call, token: await tokenOf(context) }),
    ),
  ];
}

/** The token with a later end, and the signature of the true one. */
function forged(token: string): string {
  const [head, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...claims, exp: 9_999_999_999 })).toString(
    'base64url',
  );
  return [head, other, signature].join('.');
}

export const GATEWAY: readonly AcceptancePromise<AcceptanceContext>[] = [
  responds('token.none.get', 'GET without a token is refused', INVALID_TOKEN, ({ call }) =>
    call({}),
  ),
  responds(
    'token.none.patch',
    'PATCH without a token is refused before its body is read',
    INVALID_TOKEN,
    ({ call }) => call({ method: 'PATCH', body: '{' }),
  ),
  responds('token.word', 'A token that is none is refused', INVALID_TOKEN, ({ call }) =>
    call({ token: 'garbage' }),
  ),
  responds(
    'token.forged',
    'A token with another end than was signed is refused',
    INVALID_TOKEN,
    async (context) => context.call({ token: forged(await tokenOf(context)) }),
  ),
  {
    id: 'token.id',
    text: 'An ID token is refused',
    expected: '401 invalid_token',
    async tried(context) {
      const { idToken } = (await context.person('reader')).tokens;
      const response = await context.call({ token: idToken });
      return compare({ status: 401, code: 'invalid_token' }, response);
    },
  },
  ...withAndWithout('path.root', 'The root is no operation', NOT_FOUND, { path: '/' }),
  ...withAndWithout('path.unknown', 'An unknown path is no operation', NOT_FOUND, {
    path: '/users/you',
  }),
  ...withAndWithout('path.below', 'A path below /users/me is no operation', NOT_FOUND, {
    path: '/users/me/extra',
  }),
  ...['POST', 'PUT'].flatMap((method) =>
    withAndWithout(
      `method.${method}`,
      `${method} is refused with the methods there are`,
      NOT_ALLOWED,
      { method, body: {} },
    ),
  ),
  ...withAndWithout('method.form', 'A form is refused with the methods there are', NOT_ALLOWED, {
    method: 'POST',
    body: 'name=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  ...withAndWithout('method.DELETE', 'DELETE is refused with the methods there are', NOT_ALLOWED, {
    method: 'DELETE',
  }),
  responds(
    'body.type',
    'A media type other than the two is refused',
    { status: 415, code: 'unsupported_media_type', headers: { 'accept-patch': ACCEPT_PATCH } },
    async (context) =>
      (await context.person('reader')).patch('name=x', { 'content-type': 'text/plain' }),
  ),
  responds(
    'body.large',
    'A body over 64 KiB is refused',
    { status: 413, code: 'content_too_large' },
    async (context) =>
      (await context.person('reader')).patch(JSON.stringify({ metadata: 'x'.repeat(64 * 1024) })),
  ),
  responds(
    'body.json',
    'A body that is no JSON is refused',
    { status: 422, code: 'invalid_json' },
    async (context) => (await context.person('reader')).patch('{'),
  ),
  {
    id: 'body.huge',
    text: 'A body over 10 MB is refused by the gateway or the function',
    expected: '413',
    async tried(context) {
      const body = JSON.stringify({ metadata: 'x'.repeat(10 * 1024 * 1024) });
      const { patch } = await context.person('reader');
      const response = await patch(body).catch((error: unknown) => {
        // A server may close the connection rather than read on (RFC 9110 section 15.5.14).
        if (error instanceof TypeError) return null;
        throw error;
      });
      return response === null
        ? verdict(true, 'the connection was closed')
        : compare({ status: 413 }, response);
    },
  },
  {
    id: 'headers.request-ids',
    text: 'Every response has a request id of its own',
    expected: 'three different ids',
    async tried(context) {
      const { get } = await context.person('reader');
      const responses = [await get(), await get(), await context.call({})];
      const ids = responses.map(({ headers }) => headers.get('x-request-id'));
      const isHeld = new Set(ids).size === 3 && !ids.includes(null);
      return verdict(isHeld, `${new Set(ids).size} different ids`);
    },
  },
];
