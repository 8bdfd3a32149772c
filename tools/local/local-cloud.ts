/** The local cloud: ministack, reached through the gate that makes it as strict as AWS. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcesses } from '../support/child-processes.ts';
import { cloudEnvironment } from '../support/cloud-access.ts';
import { UserFacingError } from '../support/progress.ts';
import { createBehaviours } from './gate/behaviours.ts';
import { openGate } from './gate/gate.ts';

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
  /** Origin of the gate. */
  endpoint: string;
  /** Resolves when the cloud exits. */
  ended: Promise<unknown>;
  /** Closes the gate; the emulator is one of the child processes. */
  stop(): Promise<void>;
}

/** Starts the cloud with its state in the folder, and waits until it is healthy. */
export async function startCloud(
  children: ChildProcesses,
  { python, port, folder }: { python: string; port: number; folder: string },
): Promise<LocalCloud> {
  const endpoint = `http://127.0.0.1:${port}`;
  const emulatorPort = await reservePort(0);
  const env = {
    // The emulator hands its functions this endpoint, so their calls pass the gate too.
    ...cloudEnvironment(endpoint, folder),
    GATEWAY_PORT: String(emulatorPort),
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
  const gate = await openGate(port, emulatorPort, createBehaviours(env.STATE_DIR));
  const ended = children.start(python, ['-m', 'ministack'], { env, cwd: folder });
  const gone = ended.then(() => {
    throw new Error('the cloud exited unexpectedly');
  });
  try {
    await Promise.race([untilHealthy(endpoint), gone]);
  } catch (error) {
    await gate.stop();
    throw error;
  }
  gone.catch(() => undefined);
  return { endpoint, ended, stop: () => gate.stop() };
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
