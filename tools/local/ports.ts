/** Ports of this machine, and what a person can do about one that cannot be had. */
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
 * Checks that a port on 127.0.0.1 is free, or finds a free one for 0.
 * @throws UserFacingError when another process uses it
 */
export function reservePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(portError(error, port, 'CLOUD_PORT')));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? port) : port));
    });
  });
}
