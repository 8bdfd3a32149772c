/** What the API promises to pages: those of configured origins may call it, others may not. */
import type { ApiResponse } from '../api-client.ts';
import type { AcceptanceContext } from '../context.ts';
import { compareAll, headerOf, notTried, verdict } from '../expectation.ts';
import type { AcceptancePromise, Seen } from '../runner.ts';

const FOREIGN_ORIGIN = 'https://elsewhere.example';
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'traceparent',
];

/** A promise about a configured origin, where there is one. */
function ofOwnOrigin(
  promise: Omit<AcceptancePromise<never>, 'tried'>,
  tried: (context: AcceptanceContext, origin: string) => Promise<Seen>,
): AcceptancePromise<AcceptanceContext> {
  return {
    ...promise,
    async tried(context) {
      const [origin] = context.target.config.corsOrigins;
      return origin === undefined ? notTried('corsOrigins is empty') : tried(context, origin);
    },
  };
}

export const CORS: readonly AcceptancePromise<AcceptanceContext>[] = [
  ofOwnOrigin(
    {
      id: 'cors.preflight',
      text: 'A page of a configured origin may send requests of both operations',
      expected: '200 or 204 for its origin, GET, PATCH and the headers, no credentials',
    },
    async (context, origin) => {
      const response = await preflight(context, origin);
      const listed = (name: string) =>
        (headerOf(response, `access-control-allow-${name}`) ?? '').toLowerCase().split(/,\s*/);
      const rules: [boolean, string][] = [
        [[200, 204].includes(response.status), `status ${response.status}`],
        [listed('origin').join() === origin, `origin ${listed('origin')}`],
        [REQUEST_HEADERS.every((name) => listed('headers').includes(name)), `${listed('headers')}`],
        [
          ['get', 'patch'].every((name) => listed('methods').includes(name)),
          `${listed('methods')}`,
        ],
        [headerOf(response, 'access-control-allow-credentials') === null, 'credentials'],
      ];
      const faults = rules.filter(([holds]) => !holds).map(([, fault]) => fault);
      return verdict(faults.length === 0, faults.join('; ') || String(response.status));
    },
  ),
  ofOwnOrigin(
    {
      id: 'cors.exposed',
      text: 'A page of a configured origin reads accounts and refusals, with their headers',
      expected: '200 and 422 with its origin and the exposed headers',
    },
    async (context, origin) => {
      const { get, patch } = await context.person('reader');
      const headers = {
        'access-control-allow-origin': origin,
        'access-control-expose-headers':
          /(?=.*etag)(?=.*remapped-www-authenticate)(?=.*x-request-id)(?=.*retry-after)/i,
        vary: /origin/i,
      };
      return compareAll([
        [{ status: 200, headers }, await get({ origin })],
        [{ status: 422, headers }, await patch('{', { origin })],
      ]);
    },
  ),
  {
    id: 'cors.foreign',
    text: 'A page of any other origin may not, and cannot read an account',
    expected: 'neither * nor its origin in either response',
    async tried(context) {
      const { get } = await context.person('reader');
      const responses = [
        await preflight(context, FOREIGN_ORIGIN),
        await get({ origin: FOREIGN_ORIGIN }),
      ];
      const allowed = responses.map(({ headers }) => headers.get('access-control-allow-origin'));
      const isHeld = !allowed.some((origin) => origin === '*' || origin === FOREIGN_ORIGIN);
      return verdict(isHeld, `allowed: ${allowed.map((origin) => origin ?? 'none').join(', ')}`);
    },
  },
];

function preflight({ call }: AcceptanceContext, origin: string): Promise<ApiResponse> {
  return call({
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': REQUEST_HEADERS.join(','),
    },
  });
}
