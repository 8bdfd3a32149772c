/** Retries work that met a concurrent write: bounded, with backoff and jitter. */
import type { AccountRecord } from '../account/account-record.ts';
import { RecordConflictError, UnavailableError } from '../account/errors.ts';
import { type Backoff, backoffDelay } from '../backoff.ts';
import type { Ports, Runtime } from './ports.ts';

// Enough for 50 requests that all write one account at once, and within the function's timeout:
// about 5 seconds of pauses on average.
const MAX_ATTEMPTS = 40;
const PAUSE_MS: Backoff = { first: 20, longest: 250 };

/**
 * Runs `work` until it meets no concurrent write, with full jitter between attempts.
 * @param onConflict told the number of the attempt that failed, from 1
 * @throws UnavailableError when every attempt met one
 */
export async function retryOnConflict<Result>(
  runtime: Runtime,
  work: () => Promise<Result>,
  onConflict: (attempt: number) => void,
): Promise<Result> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RecordConflictError)) throw error;
      onConflict(attempt);
      await runtime.sleep(runtime.random() * backoffDelay(attempt, PAUSE_MS));
    }
  }
  throw new UnavailableError('Too many concurrent writes to one account');
}

/**
 * Runs `work` on a record as known, and after each concurrent write on what is stored then. Waits
 * while another request holds the lease: a write would take it away.
 * @returns null where the record is gone
 * @throws UnavailableError when every attempt met a concurrent write
 */
export function retryOnRecord<Result>(
  { store, runtime }: Pick<Ports, 'store' | 'runtime'>,
  record: AccountRecord,
  work: (current: AccountRecord) => Promise<Result>,
): Promise<Result | null> {
  let known: AccountRecord | null = record;
  const attempt = async () => {
    const current = known ?? (await store.find(record.subject));
    known = null;
    if (current === null) return null;
    if (current.intent !== null) throw new RecordConflictError('Another request holds the lease');
    return work(current);
  };
  return retryOnConflict(runtime, attempt, () => {});
}
