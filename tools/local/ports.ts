/** Ports of this machine, and what a person can do about one that cannot be had. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { UserFacingError } from '../support/progress.ts';

/**
 * The error of listening on a port, as a sentence where one helps.
 * @param variable the environment variable that chooses the port
 */
export function portError(error: NodeJS.ErrnoException, port: number, variable: string): Error {
  const why = { EADDRINUSE: 'is in use', EACCES: 'needs the rights of an administrator' };
  const reason = Object.entries(why).find(([code]) => code === error.code)?.[1];
  if (reason === undefined) return error;
  const other = port < 1024 || port > 65_000 ? 8080 : port + 10;
  return new UserFacingError(
    `Port ${port} ${reason}: choose another with ${variable}=${other} npm start.`,
    { cause: error },
  );
}

/**
 * Below the ports that systems give to connections by themselves (Linux from 32,768 on, macOS from
 * 49,152): no connection takes one of these before its program listens.
 */
const OWN_PORTS = { first: 20_000, end: 32_768 };
/** Ports to try before the machine counts as one that has none. */
const CANDIDATES = 100;

/**
 * Checks that a port on 127.0.0.1 is free, or finds a free one for 0.
 * @throws UserFacingError when another process uses it
 */
export async function reservePort(port: number): Promise<number> {
  if (port !== 0) {
    await tryPort(port).catch((error) => {
      throw portError(error, port, 'CLOUD_PORT');
    });
    return port;
  }
  for (let tried = 0; tried < CANDIDATES; tried += 1) {
    const candidate = randomInt(OWN_PORTS.first, OWN_PORTS.end);
    const isFree = await tryPort(candidate).then(
      () => true,
      () => false,
    );
    if (isFree) return candidate;
  }
  throw new UserFacingError('No free port was found: choose one with CLOUD_PORT.');
}

/** Listens on a port for a moment. @throws Error where that cannot be */
function tryPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
