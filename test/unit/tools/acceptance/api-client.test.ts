import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../../../../tools/acceptance/api-client.ts';
import { type RecordingServer, startRecordingServer } from '../../../support/recording-server.ts';

let server: RecordingServer;
beforeEach(async () => {
  server = await startRecordingServer();
});
afterEach(() => server.stop());

describe('a client of the API', () => {
  it('sends JSON with its token, and parses objects', async () => {
    server.handle = (_request, response) => response.writeHead(200).end('{"id":"1"}');

    const response = await createApiClient(server.origin)({
      method: 'PATCH',
      token: 't',
      body: { a: 1 },
    });

    expect(response).toMatchObject({ status: 200, body: { id: '1' }, text: '{"id":"1"}' });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'PATCH', url: '/users/me' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer t',
      'content-type': 'application/json',
    });
  });

  it('asks again where the service asks for it, as often as a client would', async () => {
    server.handle = (_request, response) => {
      if (server.requests.length < 3) response.writeHead(503, { 'retry-after': '0' }).end();
      else response.writeHead(200).end();
    };

    expect((await createApiClient(server.origin)({})).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  it('returns a 503 that stays, and one that does not ask', async () => {
    server.handle = (_request, response) => response.writeHead(503, { 'retry-after': '0' }).end();
    expect((await createApiClient(server.origin)({})).status).toBe(503);

    server.requests = [];
    server.handle = (_request, response) => response.writeHead(503).end('no JSON');
    expect(await createApiClient(server.origin)({})).toMatchObject({ status: 503, body: {} });
    expect(server.requests).toHaveLength(1);
  });
});
