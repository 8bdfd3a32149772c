/**
 * Proxy that simulates a sign-in an hour ago, for which the local cloud has no tokens: it sends a
 * PATCH with the first token that it sees to the deployed function with older claims, and all else to
 * the gateway.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { anApiEvent } from './api-event.ts';
import { stack } from './deployed-service.ts';
import { claimsIn, invoke } from './direct-invocation.ts';
import { listenOnLoopback } from './loopback.ts';

/** @param isBusy returns 503 with `Retry-After` to the first request */
export async function startAgedSignIn(isBusy: boolean) {
  let oldToken: string | undefined;
  let mustWait = isBusy;
  const server = createServer((asked, response) => {
    if (mustWait) {
      mustWait = false;
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    oldToken ??= asked.headers.authorization?.replace('Bearer ', '');
    answer(oldToken, asked, response).catch(() => response.destroy());
  });
  return {
    url: await listenOnLoopback(server),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(oldToken = '', asked: IncomingMessage, response: ServerResponse) {
  const body = await text(asked);
  const {
    host: _host,
    'content-length': _length,
    connection: _connection,
    ...rest
  } = asked.headers;
  const headers = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, String(value)]),
  );
  const isOld = headers['authorization'] === `Bearer ${oldToken}`;
  if (asked.method === 'PATCH' && isOld) {
    const claims = {
      ...claimsIn(oldToken),
      auth_time: String(Math.floor(Date.now() / 1000) - 3600),
    };
    const event = anApiEvent({ method: 'PATCH', claims, headers, body });
    const returned = await invoke(stack.patchMeFunctionName, event);
    const sent = Object.entries(returned.headers).map(([name, value]) => [name, String(value)]);
    response
      .writeHead(returned.status, Object.fromEntries(sent))
      .end(JSON.stringify(returned.body));
    return;
  }
  const { method = 'GET' } = asked;
  const init = { method, headers, ...(body === '' ? {} : { body }) };
  const arrived = await fetch(`${stack.apiUrl}${asked.url}`, init);
  const {
    'content-length': _size,
    'transfer-encoding': _coding,
    ...kept
  } = Object.fromEntries(arrived.headers);
  response.writeHead(arrived.status, kept).end(await arrived.text());
}
