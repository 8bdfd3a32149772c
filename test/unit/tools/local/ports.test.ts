import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { portError, reservePort } from '../../../../tools/local/ports.ts';
import { openSite } from '../../../../tools/local/static-site.ts';

/** A port of the loopback interface that is in use during a test. */
async function takenPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('a port that is in use', () => {
  it.each([
    ['CLOUD_PORT', (port: number) => reservePort(port)],
    ['APP_PORT', (port: number) => openSite(port, 'APP_PORT')],
  ])('is said with the variable %s that chooses another', async (variable, open) => {
    const port = await takenPort();

    await expect(open(port)).rejects.toThrow(
      new RegExp(`^Port ${port} is in use: choose another with ${variable}=\\d+ npm start\\.$`),
    );
  });
});

describe('a free port', () => {
  it('is none that the system may give to a connection before its program listens', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => reservePort(0)));

    for (const port of ports) {
      expect(port).toBeGreaterThan(1024);
      expect(port).toBeLessThan(32_768);
      expect(await reservePort(port)).toBe(port);
    }
  });
});

describe('portError', () => {
  it('says that a low port needs more rights', () => {
    const error = Object.assign(new Error(), { code: 'EACCES' });

    expect(portError(error, 80, 'APP_PORT').message).toBe(
      'Port 80 needs the rights of an administrator: choose another with APP_PORT=8080 npm start.',
    );
  });

  it('names a port that exists', () => {
    const error = Object.assign(new Error(), { code: 'EADDRINUSE' });

    expect(portError(error, 4566, 'CLOUD_PORT').message).toContain('CLOUD_PORT=4576 ');
    expect(portError(error, 65_535, 'CLOUD_PORT').message).toContain('CLOUD_PORT=8080 ');
  });

  it('keeps what it knows nothing about', () => {
    const error = Object.assign(new Error('odd'), { code: 'EOTHER' });

    expect(portError(error, 4566, 'CLOUD_PORT')).toBe(error);
  });
});
