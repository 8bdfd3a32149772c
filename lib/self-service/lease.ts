/**
 * The lease on a record's intent: while one request holds it, no other calls the directory for that
 * account (docs/decisions/0024).
 */
import type { AccountRecord, Intent } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  ProblemError,
  RecordConflictError,
  UnavailableError,
} from '../account/errors.ts';
import { FUNCTION_TIMEOUT_SECONDS, LEASE_SECONDS } from '../contract.ts';
import type { Ports, UserDirectory } from './ports.ts';
import { retryOnConflict } from './retry.ts';

/** A record whose intent this request alone may work on. */
export interface Lease {
  /** As stored, with the intent. */
  record: AccountRecord;
  intent: Intent;
}

/** True while another request may be calling the directory for this account. */
export function isLeased({ intent }: AccountRecord, nowSeconds: number): boolean {
  return intent !== null && intent.leaseUntil > nowSeconds;
}

/** An intent of now, to be opened by `runLeased`. */
export function newIntent(
  { runtime }: Ports,
  given: Pick<Intent, 'changes' | 'revokesSessions' | 'isVouched' | 'notify'>,
): Intent {
  const now = runtime.nowSeconds();
  const { notify = [], ...change } = given;
  return {
    id: runtime.uuid(),
    openedAt: now,
    leaseUntil: now + LEASE_SECONDS,
    ...change,
    ...(notify.length > 0 && { notify }),
  };
}

/**
 * Stores the intent, runs `work`, and stores the record that it returns, without the intent. Where
 * the directory refuses, the record is stored as it was; where all calls have ended otherwise, the
 * lease is given back; where one may still be carried out, the lease runs out by itself.
 * @param noted of the record, stored together with the intent: outlasts a crash
 * @throws RecordConflictError, NamesTakenError before `work` runs
 */
export async function runLeased(
  ports: Ports,
  record: AccountRecord,
  intent: Intent,
  work: (lease: Lease) => Promise<AccountRecord>,
  noted: Partial<Pick<AccountRecord, 'pendingEmail' | 'emailCodes'>> = {},
): Promise<AccountRecord> {
  const opened = await ports.store.replace(record, { ...record, ...noted, intent });
  const lease = { record: opened, intent };
  let next: AccountRecord;
  try {
    next = await work(lease);
  } catch (error) {
    if (error instanceof DirectoryRefusalError) await replaceLeased(ports, lease, record);
    else if (!(error instanceof UnavailableError) || error.settled) await giveBack(ports, lease);
    throw error;
  }
  return replaceLeased(ports, lease, next);
}

/** Runs `work`, which calls the directory, alone; then stores the record that it returns. */
export function withLease(
  ports: Ports,
  record: AccountRecord,
  work: () => Promise<AccountRecord>,
): Promise<AccountRecord> {
  return runLeased(ports, record, newIntent(ports, { changes: {}, revokesSessions: null }), work);
}

/** Ends the lease by a write; concurrent writes of its names are met by trying again. */
function replaceLeased(ports: Ports, lease: Lease, next: AccountRecord): Promise<AccountRecord> {
  const { store, runtime } = ports;
  const { record } = lease;
  const work = async () => {
    try {
      return await store.replace(record, { ...next, intent: null });
    } catch (error) {
      if (!(error instanceof RecordConflictError)) throw error;
      const found = await store.find(record.subject);
      if (found === null) throw new ProblemError('account_not_found');
      if (found.revision === record.revision) throw error;
      throw new UnavailableError('The lease was lost', { cause: error });
    }
  };
  return retryOnConflict(runtime, work, () => {});
}

/** Lets the next request resume at once. Best effort: the lease ends by itself. */
async function giveBack({ store }: Ports, { record, intent }: Lease): Promise<void> {
  const returned = { ...record, intent: { ...intent, leaseUntil: 0 } };
  await store.replace(record, returned).catch(() => {});
}

/**
 * The directory, for one more call by the holder of a lease.
 * @throws UnavailableError for a request that stood still for longer than one can live
 */
export function directoryOf({ directory, runtime }: Ports, { intent }: Lease): UserDirectory {
  const acquiredAt = intent.leaseUntil - LEASE_SECONDS;
  if (runtime.nowSeconds() - acquiredAt <= FUNCTION_TIMEOUT_SECONDS) return directory;
  throw new UnavailableError('The request is too old to call the directory', { settled: true });
}
