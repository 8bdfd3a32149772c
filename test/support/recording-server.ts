/** A server on the loopback interface that records its requests, for tests of HTTP clients. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

/** Responds to a request. */
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A running server; `handle` may be replaced. */
export interface RecordingServer {
  origin: string;
  requests: IncomingMessage[];
  handle: Handler;
  stop(): void;
}

/** Starts a server that responds with 204 until `handle` is replaced. */
export async function startRecordingServer(): Promise<RecordingServer> {
  const listener = createServer((request, response) => {
    server.requests.push(request);
    server.handle(request, response);
  });
  const server: RecordingServer = {
    origin: await listenOnLoopback(listener),
    requests: [],
    handle: (_request, response) => response.writeHead(204).end(),
    stop() {
      listener.closeAllConnections();
      listener.close();
    },
  };
  return server;
}
