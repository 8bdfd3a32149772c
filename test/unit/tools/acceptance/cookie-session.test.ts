import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCookieSession } from '../../../../tools/acceptance/cookie-session.ts';
import { UserFacingError } from '../../../../tools/support/progress.ts';
import { type RecordingServer, startRecordingServer } from '../../../support/recording-server.ts';

const CALLBACK = 'https://app.example/callback?code=1';

let server: RecordingServer;
beforeEach(async () => {
  server = await startRecordingServer();
});
afterEach(() => server.stop());

const redirect = (response: ServerResponse, location: string, cookies: string[] = []) =>
  response.writeHead(302, { location, 'set-cookie': cookies }).end();

describe('a browser’s view of the sign-in', () => {
  it('keeps cookies until they end, and sends them with each request', async () => {
    server.handle = ({ url }, response) => {
      const cookies = url === '/first' ? ['a=1; Path=/', 'b=x=y; HttpOnly'] : ['a=; Max-Age=0'];
      response.writeHead(200, { 'set-cookie': cookies }).end();
    };
    const send = createCookieSession(server.origin, true);

    for (const path of ['/first', '/second', '/third'])
      await send(new URL(path, server.origin), {});

    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'a=1; b=x=y',
      'b=x=y',
    ]);
  });

  it('follows redirects within the sign-in, and returns the one to the application', async () => {
    server.handle = ({ url }, response) => {
      if (url === '/authorize') redirect(response, '/login', ['session=1']);
      else if (url === '/login') redirect(response, CALLBACK);
    };

    const response = await createCookieSession(server.origin, true)(
      new URL('/authorize', server.origin),
      {},
    );

    expect(response.headers.get('location')).toBe(CALLBACK);
    expect(server.requests.map(({ url, headers }) => [url, headers.cookie])).toEqual([
      ['/authorize', undefined],
      ['/login', 'session=1'],
    ]);
  });

  it('sends nothing to another host than that of the sign-in', async () => {
    await createCookieSession(server.origin, true)(new URL('https://elsewhere.example/a?b=1'), {});

    expect(server.requests.map(({ url, headers }) => [url, headers.host])).toEqual([
      ['/a?b=1', new URL(server.origin).host],
    ]);
  });

  it('is that of this machine only, for the local cloud', () => {
    expect(() => createCookieSession('https://pool.auth.example', true)).toThrow(UserFacingError);
  });

  it('ends where redirects do not', async () => {
    server.handle = (_request, response) => redirect(response, '/again');

    const response = await createCookieSession(server.origin, true)(
      new URL('/', server.origin),
      {},
    );

    expect(response.status).toBe(302);
    expect(server.requests.length).toBeLessThan(10);
  });
});
