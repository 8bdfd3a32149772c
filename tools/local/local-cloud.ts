/** The local cloud: starts ministack, or connects to one that is running. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcesses } from '../support/child-processes.ts';
import { cloudEnvironment, loopbackOrigin } from '../support/cloud-access.ts';
import { UserFacingError } from '../support/progress.ts';

const HEALTH_PATH = '/_ministack/health';
const START_SECONDS = 60;

/**
 * Checks that a port on 127.0.0.1 is free, or finds a free one for 0.
 * @throws UserFacingError when another process uses it
 */
export function reservePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => {
      reject(
        new UserFacingError(
          `Port ${port} is in use: choose another with CLOUD_PORT=4567 npm start.`,
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? port) : port));
    });
  });
}

/** A running local cloud. */
export interface LocalCloud {
  endpoint: string;
  /** Resolves when the cloud exits; never if it was not started here. */
  ended: Promise<unknown>;
}

/** Starts the cloud with its state in the folder, and waits until it is healthy. */
export async function startCloud(
  children: ChildProcesses,
  { python, port, folder }: { python: string; port: number; folder: string },
): Promise<LocalCloud> {
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    ...cloudEnvironment(endpoint, folder),
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_REGION: 'us-east-1',
    S3_DATA_DIR: join(folder, 's3'),
    STATE_DIR: join(folder, 'state'),
    LOG_LEVEL: 'WARNING',
    // Otherwise it would remove containers of other instances.
    DOCKER_HOST: `unix://${join(folder, 'no-docker')}`,
    // These would listen on other ports, on all interfaces.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
  };
  const ended = children.start(python, ['-m', 'ministack'], { env, cwd: folder });
  const gone = ended.then(() => {
    throw new Error('the cloud exited unexpectedly');
  });
  await Promise.race([untilHealthy(endpoint), gone]);
  gone.catch(() => undefined);
  return { endpoint, ended };
}

/**
 * Connects to a running cloud.
 * @throws UserFacingError when it is not on this machine or not healthy
 */
export async function findCloud(url: string): Promise<LocalCloud> {
  const endpoint = loopbackOrigin(url);
  if (await isHealthy(endpoint)) return { endpoint, ended: new Promise(() => undefined) };
  throw new UserFacingError(`No local cloud responds at ${endpoint}.`);
}

async function untilHealthy(endpoint: string): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!(await isHealthy(endpoint))) {
    if (performance.now() > deadline) throw new Error(`no response within ${START_SECONDS} s`);
    await sleep(100);
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  const response = await fetch(`${endpoint}${HEALTH_PATH}`).catch(() => null);
  return response?.ok === true;
}
