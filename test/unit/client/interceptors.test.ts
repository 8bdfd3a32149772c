import { setTimeout as later } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authentication,
  type Interceptor,
  merging,
  retrying,
  type Send,
  withInterceptors,
} from '../../../examples/client/src/interceptors.ts';

interface Seen {
  authorization: string | null;
  ifMatch: string | null;
  body: string;
}

/** A service that gives these responses in turn, the last one for ever, and what it was sent. */
function aService(...responses: (() => Response)[]) {
  const seen: Seen[] = [];
  const send: Send = async (request) => {
    const { headers } = request;
    const body = await request.text();
    seen.push({
      authorization: headers.get('authorization'),
      ifMatch: headers.get('if-match'),
      body,
    });
    await later(1);
    const respond = responses[Math.min(seen.length, responses.length) - 1];
    return respond?.() ?? ok();
  };
  return { seen, send };
}

const ok = () => Response.json({ id: '1' });
const aProblem =
  (status: number, members: object = {}, headers: Record<string, string> = {}) =>
  () =>
    Response.json(members, {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
    });
const REFUSED = aProblem(401, { code: 'invalid_token' });
const TOO_OLD = aProblem(401, { code: 'insufficient_user_authentication', max_age: 900 });

const patch = (send: Send, interceptor: Interceptor, body: object = { name: 'Ada' }) =>
  withInterceptors([interceptor], send)('https://api.example/users/me', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'if-match': '"a.1"' },
    body: JSON.stringify(body),
  });
const tokensOf = (seen: Seen[]) => seen.map(({ authorization }) => authorization);

describe('authentication', () => {
  /** A page with a token, which is replaced by `fresh` ones. */
  function aPage(...fresh: (string | null)[]) {
    let token: string | null = 'old';
    const replaced: string[] = [];
    const replace = (how: string) => async () => {
      replaced.push(how);
      await later(1);
      token = fresh.shift() ?? null;
      return token;
    };
    return {
      replaced,
      accessToken: async () => token,
      renew: replace('renew'),
      signInAgain: (maxAge: number) => replace(`sign in, ${maxAge} s`)(),
    };
  }

  it('sends the token, and none where there is none', async () => {
    const { send, seen } = aService(ok);

    await patch(send, authentication({ accessToken: async () => 'old' }));
    await patch(send, authentication({ accessToken: async () => null }));

    expect(tokensOf(seen)).toEqual(['Bearer old', null]);
  });

  it('renews a refused token once and sends the same request again', async () => {
    const { send, seen } = aService(REFUSED, ok);
    const page = aPage('new');

    expect((await patch(send, authentication(page))).status).toBe(200);
    expect(tokensOf(seen)).toEqual(['Bearer old', 'Bearer new']);
    expect(seen[1]?.body).toBe(seen[0]?.body);
    expect(page.replaced).toEqual(['renew']);
  });

  it('returns the 401 where the renewed token is refused as well', async () => {
    const { send, seen } = aService(REFUSED);
    const page = aPage('new', 'newer');

    const response = await patch(send, authentication(page));

    expect(await response.json()).toEqual({ code: 'invalid_token' });
    expect(seen).toHaveLength(2);
  });

  it('renews once for requests at the same time, and not for one that comes late', async () => {
    const page = aPage('new', 'newer');
    const interceptor = authentication(page);
    const statuses = await Promise.all(
      [1, 2, 3].map(async (order) => {
        const { send } = aService(REFUSED, ok);
        const late: Send = async (request) => {
          await later(order === 3 ? 30 : 0);
          return send(request);
        };
        return (await patch(late, interceptor)).status;
      }),
    );

    expect(statuses).toEqual([200, 200, 200]);
    expect(page.replaced).toEqual(['renew']);
  });

  it('asks for a new sign-in, and does not refresh, where the sign-in is too old', async () => {
    const { send, seen } = aService(TOO_OLD, ok);
    const page = aPage('new');

    expect((await patch(send, authentication(page))).status).toBe(200);
    expect(tokensOf(seen)).toEqual(['Bearer old', 'Bearer new']);
    expect(page.replaced).toEqual(['sign in, 900 s']);
  });

  it('asks once for a new sign-in that does not help', async () => {
    const { send, seen } = aService(TOO_OLD);
    const page = aPage('new', 'newer');

    expect((await patch(send, authentication(page))).status).toBe(401);
    expect(seen).toHaveLength(2);
    expect(page.replaced).toEqual(['sign in, 900 s']);
  });

  it('renews a token and then asks for a new sign-in, for one request', async () => {
    const { send } = aService(REFUSED, TOO_OLD, ok);
    const page = aPage('new', 'newer');

    expect((await patch(send, authentication(page))).status).toBe(200);
    expect(page.replaced).toEqual(['renew', 'sign in, 900 s']);
  });

  it('returns the 401 where the person turns back', async () => {
    const { send, seen } = aService(TOO_OLD);

    const response = await patch(send, authentication(aPage(null)));

    expect(await response.json()).toMatchObject({ code: 'insufficient_user_authentication' });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['a session that was ended', aProblem(401, { code: 'session_revoked' })],
    ['an account that is gone', aProblem(401, { code: 'account_not_found' })],
    ['a 401 of somebody else', () => new Response('<html>', { status: 401 })],
    ['a refusal of rights', aProblem(403, { code: 'invalid_token' })],
  ])('leaves %s alone', async (_case, respond) => {
    const { send, seen } = aService(respond);
    const page = aPage('new');

    await patch(send, authentication(page));

    expect(seen).toHaveLength(1);
    expect(page.replaced).toEqual([]);
  });

  it('rejects where a token cannot be had', async () => {
    const { send } = aService(REFUSED);
    const renew = () => Promise.reject(new Error('The token endpoint does not answer'));
    const interceptor = authentication({ accessToken: async () => 'old', renew });

    await expect(patch(send, interceptor)).rejects.toThrow('The token endpoint does not answer');
    await expect(patch(send, interceptor)).rejects.toThrow('The token endpoint does not answer');
  });
});

describe('merging', () => {
  const conflict = (changed: unknown, etag = '"a.2"') =>
    aProblem(412, { code: 'precondition_failed', changed }, { etag });

  it('sends a change again whose fields nobody has touched, for the version there is', async () => {
    const { send, seen } = aService(conflict(['company']), conflict(['job_title'], '"a.3"'), ok);

    expect((await patch(send, merging())).status).toBe(200);
    expect(seen.map(({ ifMatch }) => ifMatch)).toEqual(['"a.1"', '"a.2"', '"a.3"']);
    expect(seen[2]?.body).toBe('{"name":"Ada"}');
  });

  it.each([
    ['one of its fields was changed', conflict(['company', 'name'])],
    ['nobody can tell what was changed', conflict(null)],
    ['the service does not say', conflict(undefined)],
    ['the current version is not known', aProblem(412, { code: 'x', changed: [] })],
    [
      'it is no conflict',
      aProblem(409, { code: 'username_taken', changed: [] }, { etag: '"a.2"' }),
    ],
  ])('returns the response where %s', async (_case, respond) => {
    const { send, seen } = aService(respond);

    const response = await patch(send, merging());

    expect(await response.json()).toEqual(await respond().json());
    expect(seen).toHaveLength(1);
  });

  it('sends a change again exactly where none of its fields was changed', async () => {
    const fields = fc.uniqueArray(fc.constantFrom('name', 'company', 'job_title', 'metadata'));
    await fc.assert(
      fc.asyncProperty(fields, fields, async (sent, changed) => {
        const { send, seen } = aService(conflict(changed), ok);

        await patch(send, merging(), Object.fromEntries(sent.map((field) => [field, 'x'])));

        const overlaps = sent.some((field) => changed.includes(field));
        expect(seen).toHaveLength(overlaps ? 1 : 2);
      }),
    );
  });

  it('gives up where somebody else is always first', async () => {
    const { send, seen } = aService(conflict(['company']));

    expect((await patch(send, merging({ attempts: 2 }))).status).toBe(412);
    expect(seen).toHaveLength(2);
  });
});

describe('retrying', () => {
  const busy = (status: number, seconds?: string) =>
    aProblem(
      status,
      { code: 'unavailable' },
      seconds === undefined ? {} : { 'retry-after': seconds },
    );
  function aClock() {
    const waits: number[] = [];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
    };
    return { waits, wait };
  }

  it('waits as long as the service asks, up to a second more, and sends the request again', async () => {
    const { send, seen } = aService(busy(503, '1'), busy(429, '4'), ok);
    const { waits, wait } = aClock();

    expect((await patch(send, retrying({ wait }))).status).toBe(200);
    expect(seen.map(({ body }) => body)).toEqual(Array(3).fill('{"name":"Ada"}'));
    expect(waits.map((milliseconds) => Math.floor(milliseconds / 1000))).toEqual([1, 4]);
  });

  it('returns the last response after so many attempts', async () => {
    const { send, seen } = aService(busy(503, '1'));

    const response = await patch(send, retrying({ attempts: 4, ...aClock() }));

    expect(await response.json()).toEqual({ code: 'unavailable' });
    expect(seen).toHaveLength(4);
  });

  it.each([
    ['a longer wait than the caller has', busy(429, '3600')],
    ['no time to wait', busy(503)],
    ['a time that is no number of seconds', busy(503, 'Fri, 31 Dec 1999 23:59:59 GMT')],
    ['another failure', busy(500, '1')],
  ])('returns a response with %s', async (_case, respond) => {
    const { send, seen } = aService(respond);
    const { waits, wait } = aClock();

    await patch(send, retrying({ wait }));

    expect(seen).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('stops waiting where the request is aborted', async () => {
    const { send } = aService(busy(503, '5'));
    const stop = new AbortController();
    const { signal } = stop;

    const response = withInterceptors([retrying()], send)('https://api.example/', { signal });
    setTimeout(() => stop.abort(new Error('The page was left')), 20);

    await expect(response).rejects.toThrow('The page was left');
  });
});

it('lets the first interceptor see a request first and its response last', async () => {
  const order: string[] = [];
  const named =
    (name: string): Interceptor =>
    async (request, send) => {
      order.push(`${name} before`);
      const response = await send(request);
      order.push(`${name} after`);
      return response;
    };

  await withInterceptors([named('a'), named('b')], aService(ok).send)('https://api.example/');

  expect(order).toEqual(['a before', 'b before', 'b after', 'a after']);
});
