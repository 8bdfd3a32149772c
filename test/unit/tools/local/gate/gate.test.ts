import { createServer, request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  type GateRequest,
  openGate,
} from '../../../../../tools/local/gate/gate.ts';
import { reservePort } from '../../../../../tools/local/ports.ts';
import { listenOnLoopback } from '../../../../support/loopback.ts';

type Handler = Parameters<typeof createServer>[1];

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A gate in front of an emulator that answers with the handler. */
async function aGate(handler: Handler, behaviours: Behaviour[] = []) {
  const emulator = createServer(handler);
  const { port: emulatorPort } = new URL(await listenOnLoopback(emulator));
  const port = await reservePort(0);
  const gate = await openGate(port, Number(emulatorPort), behaviours);
  stops.push(
    () => gate.stop(),
    () => emulator.close(),
    () => emulator.closeAllConnections(),
  );
  return { port, url: `http://127.0.0.1:${port}` };
}

describe('the gate', () => {
  it('passes a request and its response on as they are', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const seen: unknown[] = [];
    const { url } = await aGate(async (request, response) => {
      const { method, url: path, headers } = request;
      seen.push({ method, path, sent: headers['x-sent'], body: await buffer(request) });
      response.writeHead(201, { 'x-got': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end(bytes);
    });

    const headers = { 'x-sent': 'yes' };
    const response = await fetch(`${url}/a%2Fb?c=d%20e`, { method: 'PUT', body: bytes, headers });

    expect(seen).toEqual([{ method: 'PUT', path: '/a%2Fb?c=d%20e', sent: 'yes', body: bytes }]);
    expect(response.status).toBe(201);
    expect(response.headers.get('x-got')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('content-length')).toBe('5');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it.each(['DELETE', 'OPTIONS', 'POST'])(
    'passes a body of %s on, and its absence',
    async (method) => {
      const { url } = await aGate(async (request, response) => {
        response.end(JSON.stringify([request.method, await text(request)]));
      });

      for (const body of ['a body', '', 'GET / HTTP/1.1']) {
        const response = await fetch(url, { method, body });

        expect(await response.json()).toEqual([method, body]);
      }
    },
  );

  it('keeps the length in a response to HEAD', async () => {
    const { url } = await aGate((_, response) => {
      response.writeHead(200, { 'content-length': '1234' }).end();
    });

    const response = await fetch(url, { method: 'HEAD' });

    expect(response.headers.get('content-length')).toBe('1234');
  });

  it.each([204, 304])('sends no body and no length with %i', async (status) => {
    const { url } = await aGate((_, response) => {
      response.writeHead(status, { etag: '"1"' }).end();
    });

    const response = await fetch(url, { headers: { 'if-none-match': '"1"' } });

    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('content-length')).toBeNull();
    expect(response.headers.get('transfer-encoding')).toBeNull();
    expect(await response.text()).toBe('');
  });

  it('takes a body in chunks, also after 100 Continue', async () => {
    const { port } = await aGate(async (request, response) => {
      const { expect: expected = null, 'transfer-encoding': coding = null } = request.headers;
      response.end(JSON.stringify({ body: await text(request), expected, coding }));
    });

    const answer = await new Promise((resolve, reject) => {
      const headers = { expect: '100-continue', 'transfer-encoding': 'chunked' };
      const outgoing = sendRequest({ host: '127.0.0.1', port, method: 'POST', headers });
      outgoing.on('continue', () => {
        outgoing.write('one ');
        outgoing.end('two');
      });
      outgoing.on('response', (response) => text(response).then(JSON.parse).then(resolve, reject));
      outgoing.on('error', reject);
    });

    expect(answer).toEqual({ body: 'one two', expected: null, coding: null });
  });

  it('passes a second Authorization header on, which would be lost', async () => {
    const { port } = await aGate((request, response) => {
      response.end(request.headers.authorization);
    });
    const headers = ['host', 'gate', 'authorization', 'one', 'authorization', 'two'];

    const body = await new Promise<string>((resolve, reject) => {
      const call = sendRequest({ host: '127.0.0.1', port, headers }, (response) =>
        text(response).then(resolve, reject),
      );
      call.on('error', reject);
      call.end();
    });

    expect(body).toBe('one, two');
  });

  it('shows behaviours the headers as sent, repeated ones as well', async () => {
    const seen: (readonly string[] | undefined)[] = [];
    const look: Behaviour = (request, forward) => {
      seen.push(request.rawHeaders?.slice(0, 4));
      return forward(request);
    };
    const { port } = await aGate((_, response) => void response.end(), [look]);

    await new Promise((resolve, reject) => {
      const headers = ['X-Twice', '1', 'x-twice', '2', 'host', 'h'];
      const outgoing = sendRequest({ host: '127.0.0.1', port, headers }, (response) => {
        text(response).then(resolve, reject);
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

    expect(seen).toEqual([['X-Twice', '1', 'x-twice', '2']]);
  });

  it('passes a request through its behaviours in order', async () => {
    const mark =
      (name: string): Behaviour =>
      (request, forward) =>
        forward({
          ...request,
          headers: { ...request.headers, 'x-path': `${request.headers['x-path'] ?? ''}${name}` },
        });
    const { url } = await aGate(
      (request, response) => void response.end(request.headers['x-path']),
      [mark('a'), mark('b')],
    );

    expect(await (await fetch(url)).text()).toBe('ab');
  });

  it('answers many requests at once', async () => {
    const held: (() => void)[] = [];
    const { url } = await aGate((request, response) => {
      held.push(() => response.end(request.url));
      if (held.length === 50) for (const release of held) release();
    });

    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    const answers = await Promise.all(
      paths.map(async (path) => (await fetch(`${url}${path}`)).text()),
    );

    expect(answers).toEqual(paths);
  });

  it('resets the connection where the emulator or a behaviour fails, and goes on', async () => {
    const fail: Behaviour = (request: GateRequest, forward) =>
      request.url === '/fault' ? Promise.reject(new Error('a fault')) : forward(request);
    const { url } = await aGate(
      (request, response) => {
        if (request.url === '/reset') request.socket.destroy();
        else if (request.url === '/cut')
          response.writeHead(200, { 'content-length': '9' }).write('a');
        else response.end('fine');
        if (request.url === '/cut') setImmediate(() => request.socket.destroy());
      },
      [fail],
    );

    for (const path of ['/reset', '/fault', '/cut']) {
      await expect(fetch(`${url}${path}`), path).rejects.toThrow('fetch failed');
    }
    expect(await (await fetch(url)).text()).toBe('fine');
  });

  it('goes on after a client that leaves in the middle of a request', async () => {
    const { url, port } = await aGate((_, response) => void response.end('fine'));

    await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nabc', () => {
          socket.destroy();
        });
      });
      socket.on('close', resolve);
    });

    expect(await (await fetch(url)).text()).toBe('fine');
  });

  it('ends its connections when it stops', async () => {
    const emulator = createServer((_, response) => void response.end('fine'));
    const emulatorUrl = new URL(await listenOnLoopback(emulator));
    stops.push(() => emulator.close());
    const port = await reservePort(0);
    const gate = await openGate(port, Number(emulatorUrl.port), []);
    await (await fetch(`http://127.0.0.1:${port}`)).text();

    await gate.stop();

    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  });
});
