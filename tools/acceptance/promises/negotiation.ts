/** What GET /users/me promises of HEAD, of dates, and of what clients accept. */
import { CAPABILITIES_TYPE } from '../../../lib/contract.ts';
import type { ApiResponse } from '../api-client.ts';
import type { AcceptanceContext } from '../context.ts';
import { eventually, nextSecond } from '../eventually.ts';
import { compareAll, verdict } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';

export const NEGOTIATION: readonly AcceptancePromise<AcceptanceContext>[] = [
  {
    id: 'head.account',
    text: 'HEAD has the status and headers of GET, and no body',
    expected: '200 with the headers of GET, then 304, then 401, none with a body',
    async tried(context) {
      const { get, tokens } = await context.person('reader');
      const { headers } = await get();
      const etag = headers.get('etag') ?? '';
      const same = ['etag', 'content-type', 'cache-control', 'vary', 'x-content-type-options'];
      const ofGet = Object.fromEntries(same.map((name) => [name, headers.get(name)]));
      const head = (given: Record<string, string>, token: string | null = tokens.accessToken) =>
        context.call({ method: 'HEAD', token, headers: given });
      const found = await head({});
      const unchanged = await head({ 'if-none-match': etag });
      const refused = await head({}, null);
      const hasBody = [found, unchanged, refused].some(({ text }) => text !== '');
      if (hasBody) return verdict(false, 'a body');
      return compareAll([
        [{ status: 200, headers: ofGet }, found],
        [{ status: 304, headers: { etag } }, unchanged],
        [{ status: 401, headers: { 'www-authenticate': 'Bearer' } }, refused],
      ]);
    },
  },
  {
    id: 'get.accept',
    text: 'Whatever a client accepts, it gets the account, unless it prefers the capabilities',
    expected: 'three times 200 application/json',
    async tried(context) {
      const { get } = await context.person('reader');
      const expected = { status: 200, headers: { 'content-type': 'application/json' } };
      return compareAll([
        [expected, await get({ accept: 'text/html, image/*' })],
        [expected, await get({ accept: `${CAPABILITIES_TYPE};q=0` })],
        [expected, await get({ accept: `text/plain;x="${CAPABILITIES_TYPE}"` })],
      ]);
    },
  },
  {
    id: 'conditional.date',
    text: 'GET with the date of the last change is 304, and with an earlier one the account',
    expected: '200 with last-modified, 304, 200',
    async tried(context) {
      const { get } = await context.person('reader');
      const dateOf = ({ headers }: ApiResponse) => headers.get('last-modified') ?? '';
      // Several changes within one second have dates of later seconds: until then none is confirmed.
      const [first, again] = await eventually(
        { pause: () => nextSecond(context) },
        10,
        async () => {
          const account = await get();
          const answer = await get({ 'if-modified-since': dateOf(account) });
          return answer.status === 304 ? [account, answer] : [];
        },
      );
      const account = first ?? (await get());
      const before = new Date(Date.parse(dateOf(account)) - 1000).toUTCString();
      return compareAll([
        [{ status: 200, headers: { 'last-modified': / GMT$/ } }, account],
        [{ status: 304 }, again ?? account],
        [{ status: 200 }, await get({ 'if-modified-since': before })],
      ]);
    },
  },
];
