/** A static site on localhost: serves files from memory at its own origin, as a CDN would. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { portError } from './ports.ts';

/** Files by path, and headers of every response. */
export interface SiteContent {
  files: ReadonlyMap<string, string | Buffer>;
  headers: Readonly<Record<string, string>>;
}

/** A listening site; it responds 503 until content is published. */
export interface StaticSite {
  /** Its origin. */
  url: string;
  /** Replaces the content; unknown paths get `/index.html`. */
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

/** Both addresses of localhost: a browser may try either first. */
const HOSTS = ['127.0.0.1', '::1'];

/**
 * Opens a site at a port of localhost, 0 for a free one.
 * @param variable the environment variable for the port, named in the error message
 * @throws UserFacingError when the port is in use
 */
export async function openSite(port: number, variable: string): Promise<StaticSite> {
  let content: SiteContent | null = null;
  let url = '';
  const servers = HOSTS.map(() =>
    createServer((request, response) => {
      const requested = URL.parse(request.url ?? '/', url);
      if (content === null || requested === null) response.writeHead(503).end();
      // Sign-in state is kept per origin, so there is only one. This also prevents DNS rebinding.
      else if (`http://${request.headers.host}` !== url)
        response.writeHead(308, { location: requested.href }).end();
      else serve(response, content, requested.pathname);
    }),
  );
  const stop = async () => {
    await Promise.all(servers.map(close));
  };
  try {
    for (const [index, server] of servers.entries()) {
      port = (await listen(server, port, HOSTS[index] ?? '', variable)) ?? port;
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

function serve(response: ServerResponse, { files, headers }: SiteContent, path: string): void {
  const found = files.has(path) ? path : '/index.html';
  response
    .writeHead(200, {
      ...headers,
      'content-type': MEDIA_TYPES[extname(found)] ?? 'application/octet-stream',
      'cache-control': found.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    })
    .end(files.get(found));
}

/** @returns the port; null if the machine does not have the address */
function listen(
  server: Server,
  port: number,
  host: string,
  variable: string,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(null);
      else reject(portError(error, port, variable));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
