/**
 * Changes that the directory must know of too, as a saga: record an intent, tell the directory,
 * apply. A crash at any step leaves an intent that `resumeIntent` brings to an end
 * (docs/decisions/0009 has the order of the calls and what each crash leaves).
 */
import type { AccountChanges, AccountRecord, Intent } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  ProblemError,
  RecordConflictError,
  UnavailableError,
} from '../account/errors.ts';
import { changedFields, type PlannedUpdate } from './account-update.ts';
import { refusalOf } from './directory-problem.ts';
import { accountChange, type EventSink } from './events.ts';
import { tellAgain } from './late-calls.ts';
import type { DirectoryNames, Ports, Runtime, UserDirectory } from './ports.ts';

/** No request runs longer: after that many seconds a password it set is set. */
const LONGEST_REQUEST_SECONDS = 30;
const MAX_APPLY_ATTEMPTS = 5;

/** True for an update that the directory must know of. */
export function touchesDirectory({ changes, password }: PlannedUpdate): boolean {
  const { username, email, is_active } = changes;
  return [username, email, is_active].some((value) => value !== undefined) || password !== null;
}

/** The record after some of its account's fields changed. */
export function withChanges(record: AccountRecord, changes: AccountChanges): AccountRecord {
  const account = { ...record.account, ...changes };
  return { ...record, account, version: record.version + 1 };
}

/**
 * Carries out an update that touches the directory, all of its fields together.
 * @throws ProblemError when the directory refuses for good; all is undone then
 * @throws RecordConflictError, NamesTakenError before anything was changed
 * @throws UnavailableError with the intent left open; the next request finishes it
 */
export async function changeWithDirectory(
  ports: Ports,
  record: AccountRecord,
  planned: PlannedUpdate,
  originJti: string | null,
): Promise<AccountRecord> {
  const { store, directory, runtime } = ports;
  const { password } = planned;
  const { password_expired, ...withoutExpiry } = planned.changes;
  const intent: Intent = {
    id: runtime.uuid(),
    openedAt: runtime.nowSeconds(),
    // After a crash nobody knows whether the password was set: the mark of expiry stays until then.
    changes: password === null ? planned.changes : withoutExpiry,
    revokesSessions: password === null ? null : { exemptOriginJti: originJti },
  };
  const open = await store.replace(record, { ...record, intent });
  try {
    await updateDirectory(directory, record, intent.changes, password);
  } catch (error) {
    if (!(error instanceof DirectoryRefusalError)) throw error;
    await store.replace(open, { ...open, intent: null });
    throw refusalOf(error, intent.changes);
  }
  await endSessions(directory, record, intent);
  const cleared = password !== null && password_expired !== undefined ? { password_expired } : {};
  return apply(ports, open, intent, cleared);
}

/**
 * Brings an intent that an earlier request left open to its end: applied, or undone where the
 * directory refuses it for good.
 * @throws RecordConflictError when a concurrent request got in the way: read again
 * @throws UnavailableError with the intent still open
 */
export async function resumeIntent(
  ports: Ports,
  record: AccountRecord,
  intent: Intent,
  report: EventSink,
): Promise<AccountRecord> {
  const { store, directory, runtime } = ports;
  const end = { subject: record.subject, ageSeconds: runtime.nowSeconds() - intent.openedAt };
  try {
    await updateDirectory(directory, record, intent.changes, null);
  } catch (error) {
    if (!(error instanceof DirectoryRefusalError)) throw error;
    const undone = await store.replace(record, { ...record, intent: null });
    report({ event: 'INTENT_FINISHED', outcome: 'undone', ...end });
    return undone;
  }
  await endSessions(directory, record, intent);
  try {
    const applied = await store.replace(record, finished(record, intent, runtime));
    report({ event: 'INTENT_FINISHED', outcome: 'applied', ...end });
    report(accountChange(record, applied, changedFields({ ...intent, password: null })));
    return applied;
  } catch (error) {
    if (error instanceof RecordConflictError) await tellAgain(ports, end.subject, intent.changes);
    throw error;
  }
}

/** The directory's part of a change; a refused password takes the names back. */
async function updateDirectory(
  directory: UserDirectory,
  record: AccountRecord,
  changes: AccountChanges,
  password: string | null,
): Promise<void> {
  const name = directoryNameOf(record);
  const { username, email, is_active } = changes;
  const names: DirectoryNames = {
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email: { address: email, verified: false } }),
  };
  const namesChange = Object.keys(names).length > 0;
  // Only a refused password needs the way back, and only the directory knows what was verified.
  const before = namesChange && password !== null ? await directory.find(name) : null;
  if (namesChange) await directory.setNames(name, names);
  if (password !== null) {
    try {
      await directory.setPassword(name, password);
    } catch (error) {
      if (error instanceof DirectoryRefusalError && namesChange) {
        await directory.setNames(name, {
          username: record.account.username,
          email: { address: record.account.email, verified: before?.emailVerified ?? false },
        });
      }
      throw error;
    }
  }
  if (is_active !== undefined) await directory.setEnabled(name, is_active);
}

async function endSessions(directory: UserDirectory, record: AccountRecord, intent: Intent) {
  if (intent.revokesSessions === null && intent.changes.is_active !== false) return;
  await directory.signOutEverywhere(directoryNameOf(record));
}

/** Applies an intent, which a concurrent request of the same person may have finished meanwhile. */
async function apply(
  ports: Ports,
  open: AccountRecord,
  intent: Intent,
  cleared: AccountChanges,
): Promise<AccountRecord> {
  const { store, runtime } = ports;
  let current: AccountRecord | null = open;
  for (let attempt = 1; ; attempt += 1) {
    const isOpen: boolean = current.intent?.id === intent.id;
    if (!isOpen) await tellAgain(ports, open.subject, intent.changes);
    if (!isOpen && Object.keys(cleared).length === 0) return current;
    const next: AccountRecord = isOpen
      ? finished(current, intent, runtime, cleared)
      : withChanges(current, cleared);
    try {
      return await store.replace(current, next);
    } catch (error) {
      if (!(error instanceof RecordConflictError)) throw error;
      if (attempt === MAX_APPLY_ATTEMPTS) throw new UnavailableError('Conflicts', { cause: error });
    }
    current = await store.find(open.subject);
    if (current === null) throw new ProblemError('account_not_found');
  }
}

/** The record with its intent applied, and with `cleared` on top. */
function finished(
  record: AccountRecord,
  intent: Intent,
  runtime: Runtime,
  cleared: AccountChanges = {},
): AccountRecord {
  // The password was set at some moment of the request that opened the intent: sign-ins until then
  // may have used the old one.
  const latest = intent.openedAt + LONGEST_REQUEST_SECONDS;
  const sessions = intent.revokesSessions && {
    validFrom: Math.min(runtime.nowSeconds(), latest),
    exemptOriginJti: intent.revokesSessions.exemptOriginJti,
  };
  return {
    ...withChanges(record, { ...intent.changes, ...cleared }),
    sessions: sessions ?? record.sessions,
    intent: null,
  };
}

function directoryNameOf(record: AccountRecord): string {
  if (record.directoryName === null) throw new Error('A record of a person has a directory name');
  return record.directoryName;
}
