/** The local cloud: ministack, reached through the gate that makes it as strict as AWS. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcesses } from '../support/child-processes.ts';
import { cloudEnvironment } from '../support/cloud-access.ts';
import { createBehaviours } from './gate/behaviours.ts';
import { openGate } from './gate/gate.ts';
import { portError, reservePort } from './ports.ts';

const HEALTH_PATH = '/_ministack/health';
/** For a process that hangs: one that exits is known at once. */
const START_SECONDS = 300;

/** A running local cloud. */
export interface LocalCloud {
  /** Origin of the gate. */
  endpoint: string;
  /** Resolves when the cloud exits. */
  ended: Promise<unknown>;
  /** Closes the gate; the emulator is one of the child processes. */
  stop(): Promise<void>;
}

/** How a cloud is started. */
export interface CloudOptions {
  /** Path of a Python that has the emulator. */
  python: string;
  /** Port of 127.0.0.1. */
  port: number;
  /** Folder for its state. */
  folder: string;
}

/** Starts the cloud with its state in the folder, and waits until it is healthy. */
export async function startCloud(
  children: ChildProcesses,
  { python, port, folder }: CloudOptions,
): Promise<LocalCloud> {
  const endpoint = `http://127.0.0.1:${port}`;
  const emulatorPort = await reservePort(0);
  const behaviours = createBehaviours(stateFolder(folder));
  const gate = await openGate(port, emulatorPort, behaviours).catch((error) => {
    throw portError(error, port, 'CLOUD_PORT');
  });
  try {
    const options = { python, port: emulatorPort, folder };
    // The emulator hands its functions this endpoint, so their calls pass the gate too.
    const { ended } = await startEmulator(children, options, endpoint);
    return { endpoint, ended, stop: () => gate.stop() };
  } catch (error) {
    await gate.stop();
    throw error;
  }
}

const stateFolder = (folder: string) => join(folder, 'state');

/**
 * Starts the emulator alone, and waits until it is healthy.
 * @param endpoint at which its functions find the cloud
 */
export async function startEmulator(
  children: ChildProcesses,
  { python, port, folder }: CloudOptions,
  endpoint: string,
): Promise<Pick<LocalCloud, 'ended'>> {
  const env = {
    ...cloudEnvironment(endpoint, folder),
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_REGION: 'us-east-1',
    S3_DATA_DIR: join(folder, 's3'),
    STATE_DIR: stateFolder(folder),
    LOG_LEVEL: 'WARNING',
    // Otherwise it would remove containers of other instances.
    DOCKER_HOST: `unix://${join(folder, 'no-docker')}`,
    // These would listen on other ports, on all interfaces.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
  };
  const ended = children.start(python, ['-m', 'ministack'], { env, cwd: folder });
  const exit = new AbortController();
  void ended.then(() => exit.abort(new Error('the cloud exited unexpectedly')));
  await untilHealthy(() => isHealthy(`http://127.0.0.1:${port}`), exit.signal);
  return { ended };
}

/**
 * Asks until the cloud is healthy.
 * @throws the signal's reason as soon as it fires; Error after five minutes
 */
export async function untilHealthy(
  isHealthy: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!(await isHealthy())) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`no response within ${START_SECONDS} s`);
    await sleep(100);
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  const response = await fetch(`${endpoint}${HEALTH_PATH}`).catch(() => null);
  return response?.ok === true;
}
