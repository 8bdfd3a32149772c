/** A running service until somebody stops it, or it ends by itself. */
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { LOCAL_FOLDER } from '../support/cloud-access.ts';
import { explainDiskFailure } from '../support/disk-failure.ts';
import { UserFacingError } from '../support/progress.ts';
import type { LocalService } from './local-service.ts';

/**
 * Waits for its end.
 * @param log the log file, as people find it
 * @throws the signal's reason when it fires; UserFacingError when the cloud exits before
 */
export async function untilStopped(
  { ended }: Pick<LocalService, 'ended'>,
  signal: AbortSignal,
  log: string,
): Promise<never> {
  if (!signal.aborted) await Promise.race([once(signal, 'abort'), ended]);
  signal.throwIfAborted();
  const failure = new UserFacingError(`The local cloud ended by itself: its log is ${log}.`, {
    cause: new Error('the cloud exited'),
  });
  throw await explainDiskFailure(failure, [tmpdir(), LOCAL_FOLDER]);
}
