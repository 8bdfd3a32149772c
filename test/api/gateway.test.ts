/** Responses of the gateway itself, and CORS. */
import { beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../../tools/local/sign-in.ts';
import {
  type Answer,
  aPerson,
  call,
  get,
  patch,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { expectProblem } from '../support/problems.ts';

/** The configured origin: that of the SPA. */
const OWN_ORIGIN = new URL(stack.redirectUri).origin;
const FOREIGN_ORIGINS = [
  'https://evil.example',
  'null',
  `${OWN_ORIGIN}.evil.example`,
  OWN_ORIGIN.replace('http:', 'https:'),
  `${OWN_ORIGIN}1`,
];

const INVALID_TOKEN = { status: 401, code: 'invalid_token' };
const NOT_FOUND = { status: 404, code: 'not_found' };
const METHOD_NOT_ALLOWED = { status: 405, code: 'method_not_allowed' };

const listed = (value: string | null) =>
  (value ?? '').split(',').map((name) => name.trim().toLowerCase());
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

let person: TestPerson;
let token: string;
beforeAll(async () => {
  person = await aPerson();
  ({ token } = person);
});

/** The token with other claims and the old signature. */
function forged(claims: Record<string, unknown>, header: Record<string, unknown> = {}): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  const decoded = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const parts = [part({ ...decoded(head), ...header }), part({ ...decoded(body), ...claims })];
  return [...parts, signature].join('.');
}

describe('a request without a valid token', () => {
  it.each(['GET', 'HEAD', 'PATCH'])('gets 401 without a token: %s', async (method) => {
    const body = method === 'PATCH' ? { name: 'x' } : undefined;

    const answer = await call({ method, body });

    if (method === 'HEAD') expect(answer).toMatchObject({ status: 401, body: '' });
    else expectProblem(answer, INVALID_TOKEN);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each<[string, () => string]>([
    ['a word', () => 'Bearer garbage'],
    ['three words', () => 'Bearer gar.ba.ge'],
    ['an empty one', () => 'Bearer '],
    ['another scheme', () => 'Basic YWRhOnB3'],
    ['no signature', () => `Bearer ${token.split('.').slice(0, 2).join('.')}.`],
    ['a signature of something else', () => `Bearer ${forged({ sub: 'someone-else' })}`],
    ['more scopes than were signed', () => `Bearer ${forged({ scope: 'users/me.write admin' })}`],
    ['the algorithm "none"', () => `Bearer ${forged({}, { alg: 'none' })}`],
    ['a later end than was signed', () => `Bearer ${forged({ exp: 9_999_999_999 })}`],
    ['another issuer', () => `Bearer ${forged({ iss: 'https://evil.example' })}`],
  ])('gets 401 with %s, which is not echoed', async (_name, authorization) => {
    const sent = authorization();
    for (const method of ['GET', 'PATCH']) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      const answer = await call({ method, body, headers: { authorization: sent } });

      expectProblem(answer, INVALID_TOKEN);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      const [, credentials = ''] = sent.split(' ');
      if (credentials !== '') expect(JSON.stringify(answer.body)).not.toContain(credentials);
    }
  });

  it('gets 401 before its body is parsed', async () => {
    expectProblem(await call({ method: 'PATCH', body: '{' }), INVALID_TOKEN);
  });

  it('gets 401 with a valid token without a scope of this API', async () => {
    const { accessToken } = await signIn(stack, person, ['openid']);

    expectProblem(await get(accessToken), INVALID_TOKEN);
    expectProblem(await patch(accessToken, { name: 'x' }), INVALID_TOKEN);
  });
});

describe('a request without an operation', () => {
  /** Every form in which a body may come, and none. */
  const CONTENT: [name: string, contentType: string | null][] = [
    ['no body', null],
    ['JSON', 'application/json'],
    ['a merge patch', 'application/merge-patch+json'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['text', 'text/plain; charset=utf-8'],
    ['a nameless type', 'application/x-unknown'],
  ];
  const withContent = (contentType: string | null) =>
    contentType === null ? {} : { body: '{}', headers: { 'content-type': contentType } };
  const PATHS = [
    '/',
    '/users',
    '/users/',
    '/users/you',
    '/users/me/extra',
    '/users/me%2Fextra',
    '/Users/me',
    '/else/where',
  ];
  const cases = PATHS.flatMap((path) => CONTENT.map(([name, type]) => ({ path, name, type })));

  it.each(cases)('gets 404 for path $path with $name, with or without a token', async (one) => {
    const methods = one.type === null ? ['GET', 'OPTIONS', 'DELETE'] : ['POST', 'PATCH', 'PUT'];
    for (const method of methods) {
      for (const sent of [token, null, 'no-token']) {
        const answer = await call({
          path: one.path,
          method,
          token: sent,
          ...withContent(one.type),
        });
        expectProblem(answer, NOT_FOUND);
      }
    }
  });

  it.each(CONTENT)('gets 405 for another method with %s', async (_name, contentType) => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      for (const sent of [token, null]) {
        const answer = await call({ method, token: sent, ...withContent(contentType) });

        expectProblem(answer, METHOD_NOT_ALLOWED);
        expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH, OPTIONS');
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      }
    }
  });
});

describe('a request of more than 10 MB', () => {
  it('gets 413 in the form of API Gateway, which pages cannot read', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, ' ');

    const answer = await call({ method: 'PATCH', token, body, headers: { origin: OWN_ORIGIN } });

    expect(answer.status).toBe(413);
    expect(answer.body).toEqual({ message: 'Request Too Long' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the dates of a token', () => {
  it.each(['date', 'epoch'])('are understood by both functions in the form %s', async (form) => {
    const headers = { 'x-gate-claim-dates': form };

    expect((await get(token, headers)).status).toBe(200);
    expect((await patch(token, { name: unique('n') }, headers)).status).toBe(200);
  });
});

describe('a preflight request', () => {
  const preflight = (origin: string, headers: string, method = 'PATCH') =>
    call({
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    });

  it('allows a configured origin to send requests of both operations', async () => {
    const asked =
      'authorization,content-type,if-match,if-none-match,traceparent,tracestate,baggage';

    const { status, headers } = await preflight(OWN_ORIGIN, asked);

    expect([200, 204]).toContain(status);
    expect(headers.get('access-control-allow-origin')).toBe(OWN_ORIGIN);
    expect(listed(headers.get('access-control-allow-methods')).sort()).toEqual([
      'get',
      'head',
      'patch',
    ]);
    const allowed = listed(headers.get('access-control-allow-headers'));
    expect(allowed).toEqual(expect.arrayContaining(asked.split(',')));
    expect(allowed).not.toContain('*');
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
    expect(listed(headers.get('vary'))).toContain('origin');
  });

  it('needs no token, and does not allow credentials', async () => {
    const { headers } = await preflight(OWN_ORIGIN, 'authorization');

    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(FOREIGN_ORIGINS)('rejects the origin %s', async (origin) => {
    const { headers } = await preflight(origin, 'authorization');

    expect(['*', origin]).not.toContain(headers.get('access-control-allow-origin'));
  });
});

describe('HEAD', () => {
  it('has the status and headers of GET, and no body', async () => {
    const headersOf = ({ headers }: Answer) => {
      const own = /^(?:etag|vary|cache-control|content-type|access-control-|x-content-type-)/;
      return [...headers].filter(([name]) => own.test(name));
    };
    for (const headers of [{}, { 'if-none-match': '*' }, { 'if-match': '"other"' }]) {
      const sent = { origin: OWN_ORIGIN, ...headers };
      const read = await get(token, sent);
      const head = await call({ method: 'HEAD', token, headers: sent });

      expect(head.status).toBe(read.status);
      expect(headersOf(head)).toEqual(headersOf(read));
      expect(head.body).toBe('');
    }
  });
});

describe('responses of the functions', () => {
  const RESPONSES: [string, (headers: Record<string, string>) => ReturnType<typeof get>, number][] =
    [
      ['an account', (headers) => get(token, headers), 200],
      ['a 304', (headers) => get(token, { ...headers, 'if-none-match': '*' }), 304],
      ['a changed account', (headers) => patch(token, { name: unique('n') }, headers), 200],
      ['a refusal', (headers) => patch(token, { nmae: 'x' }, headers), 422],
      ['a body that is no JSON', (headers) => patch(token, '{', headers), 422],
    ];

  it.each(RESPONSES)('%s can be read by a configured origin', async (_name, ask, status) => {
    const answer = await ask({ origin: OWN_ORIGIN });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(OWN_ORIGIN);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(listed(answer.headers.get('access-control-expose-headers'))).toEqual(
      expect.arrayContaining([
        'etag',
        'www-authenticate',
        'x-amzn-remapped-www-authenticate',
        'x-request-id',
        'retry-after',
      ]),
    );
    expect(listed(answer.headers.get('vary'))).toEqual(
      expect.arrayContaining(['authorization', 'origin']),
    );
  });

  it.each(RESPONSES)('%s cannot be read by any other origin', async (_name, ask, status) => {
    for (const origin of FOREIGN_ORIGINS) {
      const answer = await ask({ origin });

      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin'), origin).toBeNull();
    }
  });

  it('have no CORS headers without an Origin', async () => {
    expect((await get(token)).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('each have a unique request id', async () => {
    const ids = [await get(token), await get(token), await patch(token, '{')].map(({ headers }) =>
      headers.get('x-request-id'),
    );

    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(null);
  });
});

describe('problems of the gateway', () => {
  it.each([
    ['without a token', {}, INVALID_TOKEN],
    ['of an unknown path', { path: '/users/you' }, NOT_FOUND],
  ] as const)('%s can be read by pages of any origin', async (_name, request, problem) => {
    for (const origin of [OWN_ORIGIN, 'https://evil.example']) {
      const answer = await call({ ...request, headers: { origin } });

      expectProblem(answer, problem);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(listed(answer.headers.get('access-control-expose-headers'))).toEqual(
        expect.arrayContaining(['www-authenticate', 'x-request-id', 'retry-after']),
      );
    }
  });
});
