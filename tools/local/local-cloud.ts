/** The local cloud: starts ministack, or finds one that runs already. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcesses } from '../support/child-processes.ts';
import { cloudEnvironment, loopbackOrigin } from '../support/cloud-access.ts';
import { UserFacingError } from '../support/progress.ts';

const HEALTH_PATH = '/_ministack/health';
const START_SECONDS = 60;

/**
 * A port on 127.0.0.1 to listen at: the given one, or a free one for 0.
 * @throws UserFacingError where another process has it
 */
export function reservePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => {
      reject(
        new UserFacingError(
          `Port ${port} is taken by another program: choose another with CLOUD_PORT=4567 npm start.`,
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? port) : port));
    });
  });
}

/** A cloud that can be used. */
export interface LocalCloud {
  endpoint: string;
  /** Resolves when the cloud ended; never for one that was not started here. */
  ended: Promise<unknown>;
}

/** Starts the cloud with its state in the folder, and waits until it answers. */
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
    // It would tidy up containers of other instances.
    DOCKER_HOST: `unix://${join(folder, 'no-docker')}`,
    // These would listen at ports of their own, on every address.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
  };
  const ended = children.start(python, ['-m', 'ministack'], { env, cwd: folder });
  const gone = ended.then(() => {
    throw new Error('the cloud ended by itself');
  });
  await Promise.race([untilHealthy(endpoint), gone]);
  gone.catch(() => undefined);
  return { endpoint, ended };
}

/**
 * A cloud that runs already.
 * @throws UserFacingError where it is not on this machine or does not answer
 */
export async function findCloud(address: string): Promise<LocalCloud> {
  const endpoint = loopbackOrigin(address);
  if (await isHealthy(endpoint)) return { endpoint, ended: new Promise(() => undefined) };
  throw new UserFacingError(`No local cloud answers at ${endpoint}.`);
}

async function untilHealthy(endpoint: string): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!(await isHealthy(endpoint))) {
    if (performance.now() > deadline) throw new Error(`no answer in ${START_SECONDS} s`);
    await sleep(100);
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}${HEALTH_PATH}`).catch(() => null);
  return answer?.ok === true;
}
