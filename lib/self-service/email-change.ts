/**
 * A new e-mail that becomes the account's once its owner has proven it: the directory mails a code
 * and keeps the old address until then (docs/decisions/0031). What comes of it: email-proof.ts.
 */
import type { AccountRecord, PendingEmail } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  NamesTakenError,
  ProblemError,
  type RateLimit,
  UnavailableError,
} from '../account/errors.ts';
import { foldName, isSameName } from '../account/names.ts';
import type { PlannedUpdate } from './account-update.ts';
import { toProblem } from './directory-problem.ts';
import { directoryNameOf, isVerifiedEmail } from './directory-saga.ts';
import { adopt, pendingFrom } from './email-proof.ts';
import type { EventSink } from './events.ts';
import { directoryOf, type Lease, newIntent, runLeased } from './lease.ts';
import { limitAttempts, moreAttempts, WINDOW_SECONDS } from './name-attempts.ts';
import type { DirectoryPerson, Ports } from './ports.ts';
import { retryOnRecord } from './retry.ts';
import { namesOfOthers } from './sign-in-names.ts';

/** Most codes that are mailed for one account within an hour. */
const MAILED_CODES: RateLimit = { name: 'mailed-codes', attempts: 5, seconds: WINDOW_SECONDS };

/** The pool makes an unproven address the person's: it lacks the option that `verified` needs. */
class UnprovenEmailAcceptedError extends Error {
  override readonly name = 'UnprovenEmailAcceptedError';
}

/** Carries out all of an update but its e-mail. */
type Apply = (record: AccountRecord, planned: PlannedUpdate) => Promise<AccountRecord>;

/**
 * Applies an update that sends a new e-mail: all else at once, the e-mail where it is proven already;
 * otherwise a code is mailed to it.
 * @throws ProblemError `too_many_attempts`; NamesTakenError; whatever `apply` throws
 */
export async function changeEmail(
  ports: Ports,
  record: AccountRecord,
  planned: PlannedUpdate,
  apply: Apply,
  report: EventSink,
): Promise<AccountRecord> {
  const { email, ...changes } = planned.changes;
  if (typeof email !== 'string') return apply(record, planned);
  const person = await personOf(ports, record);
  const isProven = isVerifiedEmail(person, email);
  // The same address in other letters.
  if (isProven && isSameName(email, record.account.email)) return apply(record, planned);
  if (!isProven) {
    limitAttempts(record.emailCodes, MAILED_CODES, ports.runtime.nowSeconds());
    await refuseTaken(ports, record.subject, email);
  }
  const changed = await apply(record, { ...planned, changes });
  return isProven
    ? adopt(ports, changed, email, person, report)
    : requestCode(ports, changed, email, report);
}

/** Notes the address, and has the directory mail a code to it. */
async function requestCode(
  ports: Ports,
  record: AccountRecord,
  email: string,
  report: EventSink,
): Promise<AccountRecord> {
  const work = async (current: AccountRecord) => {
    const person = await ports.directory.find(directoryNameOf(current));
    if (person?.subject !== current.subject) throw personGone();
    // Proven since, for another request that asked for it.
    if (isVerifiedEmail(person, email)) return adopt(ports, current, email, person, report);
    const pending = pendingFrom(person, email, ports);
    const former = current.pendingEmail?.former ?? pending.former;
    const noted = {
      pendingEmail: { ...pending, former },
      emailCodes: moreAttempts(current.emailCodes, 1, pending.since),
    };
    let isKept = false;
    const intent = newIntent(ports, { changes: {}, revokesSessions: null });
    const ask = async (lease: Lease) => {
      isKept = await mailCode(ports, lease, email, former);
      return isKept ? lease.record : { ...lease.record, pendingEmail: current.pendingEmail };
    };
    const stored = await runLeased(ports, current, intent, ask, noted);
    if (!isKept) throw new UnprovenEmailAcceptedError();
    report({ event: 'EMAIL_CHANGE', subject: record.subject, step: 'requested' });
    return stored;
  };
  const stored = await retryOnRecord(ports, record, work).catch((error) => {
    if (!(error instanceof DirectoryRefusalError)) throw error;
    throw error.reason === 'not_found' ? personGone(error) : toProblem(error, { email });
  });
  if (stored === null) throw new ProblemError('account_not_found');
  return stored;
}

/** Being deleted. No refusal: all else of the update is applied already. */
function personGone(cause?: DirectoryRefusalError): UnavailableError {
  return new UnavailableError('The person is gone', { cause });
}

/**
 * Has the directory mail a code to the address.
 * @returns whether it keeps the former one meanwhile; where not, it was given that one again
 */
async function mailCode(
  ports: Ports,
  lease: Lease,
  email: string,
  former: PendingEmail['former'],
): Promise<boolean> {
  const name = directoryNameOf(lease.record);
  // Twice: an earlier code for the same address can be entered just before it is asked for again.
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await directoryOf(ports, lease).setNames(name, { email: { address: email, verified: false } });
    const person = await directoryOf(ports, lease).find(name);
    const isChanged = person?.email === email && !person.emailVerified;
    if (!isChanged || former.address === email) return true;
    // Some give a person without an address an unproven one: it waits there.
    if (attempt === 2 && former.address === null) return true;
    await directoryOf(ports, lease).setNames(name, { email: former });
  }
  return false;
}

/** @throws NamesTakenError where another has the address. Nothing reserves it. */
async function refuseTaken(
  { store, directory }: Ports,
  subject: string,
  email: string,
): Promise<void> {
  const [held, others] = await Promise.all([
    store.takenNames(subject, [foldName(email)]),
    namesOfOthers(directory, subject, [email]),
  ]);
  const taken = held.union(others);
  if (taken.size > 0) throw new NamesTakenError(taken);
}

async function personOf({ directory }: Ports, record: AccountRecord): Promise<DirectoryPerson> {
  const person = await directory.find(directoryNameOf(record));
  if (person?.subject !== record.subject) throw new ProblemError('account_not_found');
  return person;
}
