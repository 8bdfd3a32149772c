/** A static site on this machine: files at an origin of their own, as a content network serves them. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { UserFacingError } from '../support/progress.ts';

/** What is served: files by path, and headers of every answer. */
export interface SiteContent {
  files: ReadonlyMap<string, string | Buffer>;
  headers: Readonly<Record<string, string>>;
}

/** A site that listens; it answers 503 until something is published. */
export interface StaticSite {
  /** Its origin. */
  url: string;
  /** From now on serves this; every path that is no file gets `/index.html`. */
  publish(content: SiteContent): void;
  stop(): Promise<void>;
}

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Both addresses of localhost: a browser may try either first, and must not find another program. */
const HOSTS = ['127.0.0.1', '::1'];

/**
 * Opens a site at a port of localhost, 0 for a free one.
 * @param setting the variable that chooses the port, for the sentence that says it is taken
 * @throws UserFacingError where another program has the port
 */
export async function openSite(port: number, setting: string): Promise<StaticSite> {
  let content: SiteContent | null = null;
  let url = '';
  const servers = HOSTS.map(() =>
    createServer((request, response) => {
      const address = URL.parse(request.url ?? '/', url);
      if (content === null || address === null) response.writeHead(503).end();
      // Sign-in state is kept by origin, so there is only one: this also ends DNS rebinding.
      else if (`http://${request.headers.host}` !== url)
        response.writeHead(308, { location: address.href }).end();
      else answer(response, content, address.pathname);
    }),
  );
  const stop = async () => {
    await Promise.all(servers.map(close));
  };
  try {
    for (const [index, server] of servers.entries()) {
      const taken = `Port ${port} is taken by another program: choose another with ${setting}=${port + 10} npm start.`;
      port = (await listen(server, port, HOSTS[index] ?? '', taken)) ?? port;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  url = `http://localhost:${port}`;
  const publish = (published: SiteContent) => {
    content = published;
  };
  return { url, publish, stop };
}

function answer(response: ServerResponse, { files, headers }: SiteContent, path: string): void {
  const found = files.has(path) ? path : '/index.html';
  response
    .writeHead(200, {
      ...headers,
      'content-type': MEDIA_TYPES[extname(found)] ?? 'application/octet-stream',
      'cache-control': found.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    })
    .end(files.get(found));
}

/** @returns the port, or null on a machine that has no such address */
function listen(server: Server, port: number, host: string, taken: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(null);
      else reject(error.code === 'EADDRINUSE' ? new UserFacingError(taken) : error);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
