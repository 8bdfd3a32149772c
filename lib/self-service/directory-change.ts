/**
 * Begins a change that the directory must know of too (directory-saga.ts): a module of its own, as most
 * requests only read.
 */
import type { AccountChanges, AccountRecord } from '../account/account-record.ts';
import { DirectoryRefusalError, NamesTakenError } from '../account/errors.ts';
import { isSameName } from '../account/names.ts';
import type { PlannedUpdate } from './account-update.ts';
import { toProblem } from './directory-problem.ts';
import { updateDirectory, withIntentApplied } from './directory-saga.ts';
import type { EventSink } from './events.ts';
import { newIntent, runLeased } from './lease.ts';
import { provenAddresses, tellOwner } from './owner-notices.ts';
import type { Ports } from './ports.ts';
import { namesOfOthers } from './sign-in-names.ts';

/**
 * True for an update that the directory must know of. Where people sign in by e-mail alone, a username is
 * the table's alone, unless its owner is told of the change, which needs an intent.
 */
export function touchesDirectory(
  { changes, password }: PlannedUpdate,
  { signInNames, notices }: Ports,
): boolean {
  const { username, email, is_active } = changes;
  const isOwnMatter = signInNames === 'email' && !notices;
  const others = isOwnMatter ? [email, is_active] : [username, email, is_active];
  return others.some((value) => value !== undefined) || password !== null;
}

/**
 * Carries out an update that touches the directory, all of its fields together.
 * @throws ProblemError when the directory refuses for good; all is undone then
 * @throws RecordConflictError, NamesTakenError before anything was changed
 * @throws UnavailableError with the intent left open; a request after the lease resumes it
 */
export async function changeWithDirectory(
  ports: Ports,
  record: AccountRecord,
  planned: PlannedUpdate,
  originJti: string | null,
  report: EventSink,
): Promise<AccountRecord> {
  const { password } = planned;
  const { username, email } = planned.changes;
  const isTold = [username, email, password ?? undefined].some((value) => value !== undefined);
  const [kept, notify] = await Promise.all([
    keptSignInName(ports, record, planned.changes),
    isTold ? provenAddresses(ports, record) : [],
    refuseNamesOfOthers(ports, record, planned.changes),
  ]);
  const { password_expired, ...withoutExpiry } = planned.changes;
  // A crash leaves unknown whether the password was set: until it is sent again, it stays expired.
  const changes = { ...(password === null ? planned.changes : withoutExpiry), ...kept };
  const expiryReset =
    password === null || password_expired === undefined ? {} : { password_expired };
  const intent = newIntent(ports, {
    changes,
    revokesSessions: password === null ? null : { exemptOriginJti: originJti },
    notify,
  });
  return runLeased(ports, record, intent, async (lease) => {
    const isProven = await updateDirectory(ports, lease, password);
    await tellOwner(ports, lease.record, report);
    return withIntentApplied(ports, lease, isProven, expiryReset);
  }).catch((error) => {
    throw error instanceof DirectoryRefusalError ? toProblem(error, planned.changes) : error;
  });
}

/** @throws NamesTakenError where another person of the directory signs in by a new name */
async function refuseNamesOfOthers(
  { directory }: Ports,
  { subject }: AccountRecord,
  { username, email }: AccountChanges,
): Promise<void> {
  const names = [username, email].filter((name) => typeof name === 'string');
  const taken = await namesOfOthers(directory, subject, names);
  if (taken.size > 0) throw new NamesTakenError(taken);
}

/**
 * The username of the account, as a change to make together with that of the e-mail, for a person
 * whom the directory knows by the e-mail alone: nobody signs in with a new one before it is verified.
 */
async function keptSignInName(
  { directory, signInNames }: Ports,
  { account, directoryName }: AccountRecord,
  changes: AccountChanges,
): Promise<Pick<AccountChanges, 'username'>> {
  // Elsewhere a new e-mail signs in at once, or none ever does.
  if (signInNames !== 'aliases') return {};
  const { username } = account;
  const isNeeded = changes.email !== undefined && changes.username === undefined;
  // The directory name signs in by itself.
  if (!isNeeded || directoryName === null || isSameName(username, directoryName)) return {};
  const person = await directory.find(directoryName);
  return person === null || person.preferredUsername !== null ? {} : { username };
}
