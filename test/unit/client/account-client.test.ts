import { describe, expect, it } from 'vitest';
import { createAccountClient } from '../../../examples/client/src/account-client.ts';
import type { Send } from '../../../examples/client/src/interceptors.ts';

/** A client whose service gives that response, and what the service was sent. */
function aClient(respond: () => Response) {
  const sent: Request[] = [];
  const fetch: Send = async (request) => {
    sent.push(request);
    return respond();
  };
  return { sent, api: createAccountClient({ apiUrl: 'https://api.example/v1', fetch }) };
}

const ACCOUNT = { id: '1', name: 'Ada', password: null };
const anAccount = () => Response.json(ACCOUNT, { headers: { etag: '"1.7"' } });

describe('the client', () => {
  it('reads the account and its entity tag', async () => {
    const { api, sent } = aClient(anAccount);

    const { data, error, response } = await api.read();

    expect(data).toEqual(ACCOUNT);
    expect(error).toBeUndefined();
    expect(response.status).toBe(200);
    expect(sent[0]).toMatchObject({ method: 'GET', url: 'https://api.example/v1/users/me' });
  });

  it('asks for the capabilities by their media type', async () => {
    const { api, sent } = aClient(() => Response.json({ fields: {}, pending_email: null }));

    expect(await api.capabilities()).toMatchObject({ data: { fields: {} }, etag: null });
    expect(sent[0]?.headers.get('accept')).toBe('application/vnd.current-user.capabilities+json');
  });

  it('sends changes as JSON, conditional and as a merge patch where that is asked for', async () => {
    const { api, sent } = aClient(anAccount);

    await api.update({ name: 'Ada' });
    const changed = await api.update({ metadata: {} }, { ifMatch: '"1.6"', mergePatch: true });

    expect(changed).toMatchObject({ data: ACCOUNT, etag: '"1.7"' });
    expect(
      sent.map(({ headers }) => [headers.get('content-type'), headers.get('if-match')]),
    ).toEqual([
      ['application/json', null],
      ['application/merge-patch+json', '"1.6"'],
    ]);
    expect(await sent[0]?.json()).toEqual({ name: 'Ada' });
  });

  it('returns a problem as the error', async () => {
    const problem = { status: 409, code: 'username_taken', detail: 'Taken.', errors: [] };
    const { api } = aClient(() => Response.json(problem, { status: 409 }));

    expect(await api.update({ username: 'ada' })).toMatchObject({ error: problem });
  });

  it.each([
    ['a page of a proxy', () => new Response('<html>', { status: 502 })],
    ['an empty one', () => new Response(null, { status: 502 })],
    ['JSON that is no problem', () => Response.json({ message: 'No' }, { status: 502 })],
  ])('returns the error unexpected_response for %s', async (_case, respond) => {
    const { error } = await aClient(respond).api.read();

    expect(error).toMatchObject({ code: 'unexpected_response', status: 502, errors: [] });
  });

  it('rejects where no response comes', async () => {
    const { api } = aClient(() => {
      throw new TypeError('fetch failed');
    });

    await expect(api.read()).rejects.toThrow('fetch failed');
  });

  it('gives the signal of a call to its request', async () => {
    const { api, sent } = aClient(anAccount);

    await api.read({ signal: AbortSignal.abort() }).catch(() => null);

    expect(sent.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
