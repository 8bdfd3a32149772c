/**
 * `npm start`: runs the service, the example app and the API reference on this machine until
 * Ctrl-C. Variables: tools/local/start-options.ts. Exits with 0 after a signal to a running service; a
 * signal before that ends it as a signal does (130 after Ctrl-C); with 1 on failure.
 */
import { startLocalService } from './local/local-service.ts';
import { untilStopped } from './local/running.ts';
import { startOptions } from './local/start-options.ts';
import { describeService } from './local/start-report.ts';
import { removeTemporaryFolder, temporaryFolder } from './local/temporary-folder.ts';
import { LOCAL_FOLDER } from './support/cloud-access.ts';
import { explainDiskFailure } from './support/disk-failure.ts';
import { UserFacingError } from './support/progress.ts';
import { HeldError, type RunLock, takeRunLock } from './support/run-lock.ts';
import {
  readStackFile,
  removeStackFile,
  STACK_LOCK,
  writeStackFile,
} from './support/stack-file.ts';
import { endProgram, StopRequest, stopRequested } from './support/stop-request.ts';

const signal = stopRequested();
let isReady = false;

async function run(): Promise<never> {
  const { cloudPort, callbackUrls, ...options } = startOptions(process.env);
  const folder = temporaryFolder();
  await using cleanup = new AsyncDisposableStack();
  const lock = await takeLock(folder);
  cleanup.defer(() => lock.release());
  // Of an earlier run, too.
  cleanup.defer(removeStackFile);
  await removeFilesOf(lock.predecessor);
  const name = `start-${cloudPort}`;
  const service = await startLocalService({
    ...options,
    ...{ name, folder, cloudPort, callbackUrls, signal, print: console.log },
  });
  cleanup.defer(() => service.stop());
  await writeStackFile(service.stack);
  isReady = true;
  console.log(describeService(service.stack));
  return await untilStopped(service, signal, `.local/${name}.log`);
}

async function takeLock(folder: string): Promise<RunLock> {
  try {
    return await takeRunLock(STACK_LOCK, folder);
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    const { pid } = error.holder;
    const url = await readStackFile().then(
      ({ apiUrl }) => `${apiUrl}/users/me`,
      () => null,
    );
    const what =
      url === null
        ? `is starting here as process ${pid}`
        : `runs here as process ${pid}, its API at ${url}`;
    throw new UserFacingError(
      `The service already ${what}: use it, or end it first with Ctrl-C in its terminal or kill ${pid}.`,
    );
  }
}

async function removeFilesOf(predecessor: RunLock['predecessor']): Promise<void> {
  if (predecessor === null) return;
  await removeStackFile();
  await removeTemporaryFolder(predecessor.folder);
  console.log(`An earlier run (process ${predecessor.pid}) was killed: its files are removed.`);
}

/** @returns how the program ends */
function conclude(error: unknown): Parameters<typeof endProgram>[0] {
  if (!(error instanceof StopRequest)) {
    console.error(error instanceof UserFacingError ? error.message : error);
    return 1;
  }
  if (isReady && error.signalName) {
    console.log(`${error.message}: all of it has ended, and the accounts of this run are gone.`);
    return 0;
  }
  console.error(
    `${error.message}${isReady ? '' : ' before the service was ready'}: all of it has ended.`,
  );
  return error.signalName ?? 1;
}

signal.addEventListener('abort', () => console.log('Stopping ...'));
try {
  await run();
} catch (error) {
  endProgram(conclude(await explainDiskFailure(error, [LOCAL_FOLDER])));
}
