/**
 * What comes of a new e-mail that waits for its owner to prove it (email-change.ts asks for it).
 * Loaded only while one is pending.
 */
import {
  type AccountRecord,
  EMAIL_CHANGE_SECONDS,
  type PendingEmail,
} from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  NamesTakenError,
  ProblemError,
  UnavailableError,
} from '../account/errors.ts';
import { isSameName } from '../account/names.ts';
import { changeWithDirectory } from './directory-change.ts';
import { directoryNameOf, isVerifiedEmail } from './directory-saga.ts';
import { accountChange, type EventSink } from './events.ts';
import { directoryOf, type Lease, newIntent, runLeased } from './lease.ts';
import type { DirectoryPerson, Ports } from './ports.ts';
import { namesOfOthers } from './sign-in-names.ts';

/** The record whose pending change is taken back. Its code may still be used. */
export function withdrawn(record: AccountRecord): AccountRecord {
  const { pendingEmail } = record;
  return pendingEmail === null
    ? record
    : { ...record, pendingEmail: { ...pendingEmail, isWithdrawn: true } };
}

/**
 * Asks the directory what has become of the pending address: one that was proven becomes the
 * account's, or, where another account has it or it was taken back, the directory gets its former
 * address again; one that was not ends after a day.
 * @throws RecordConflictError, UnavailableError
 */
export async function resolveEmailChange(
  ports: Ports,
  record: AccountRecord,
  report: EventSink,
): Promise<AccountRecord> {
  const { pendingEmail, subject } = record;
  if (pendingEmail === null) return record;
  const { address, former, since, isWithdrawn } = pendingEmail;
  const person = await ports.directory.find(directoryNameOf(record)).catch((error) => {
    // Nothing has begun: the account is as it is stored.
    if (error instanceof UnavailableError) return null;
    throw error;
  });
  if (person?.subject !== subject) return record;
  if (isVerifiedEmail(person, address) && !isWithdrawn) {
    try {
      return await adopt(ports, record, address, person, report);
    } catch (error) {
      const isTaken = error instanceof ProblemError && error.code === 'email_taken';
      if (!isTaken && !(error instanceof NamesTakenError)) throw error;
    }
  } else if (isSameAddress(person.email, former.address) || waitsUnproven(person, pendingEmail)) {
    if (ports.runtime.nowSeconds() - since < EMAIL_CHANGE_SECONDS) return record;
    const ended = waitsUnproven(person, pendingEmail)
      ? await restoreFormer(ports, record, former)
      : await ports.store.replace(record, { ...record, pendingEmail: null });
    if (!isWithdrawn) report({ event: 'EMAIL_CHANGE', subject, step: 'expired' });
    return ended;
  }
  // The code of an earlier change was entered: that of this one may still be.
  const remaining = isSameAddress(person.email, address) ? null : pendingEmail;
  const restored = await restoreFormer(ports, record, former, remaining);
  report({ event: 'EMAIL_CHANGE', subject, step: 'undone' });
  return restored;
}

/** Makes an address the account's that the directory has already, as proven. */
export async function adopt(
  ports: Ports,
  record: AccountRecord,
  email: string,
  person: DirectoryPerson,
  report: EventSink,
): Promise<AccountRecord> {
  // Pending, so that the saga asks the directory whether it is proven, also when it is resumed.
  const pendingEmail = record.pendingEmail ?? pendingFrom(person, email, ports);
  const planned = { changes: { email }, password: null };
  const pending = { ...record, pendingEmail };
  const adopted = await changeWithDirectory(ports, pending, planned, null, report);
  report(accountChange(record, adopted, ['email']));
  return adopted;
}

/** Gives the directory the address back that it had; the change has ended, unless it remains. */
function restoreFormer(
  ports: Ports,
  record: AccountRecord,
  { address, verified }: PendingEmail['former'],
  remaining: PendingEmail | null = null,
): Promise<AccountRecord> {
  const { email } = record.account;
  // Its owner may have respelled it meanwhile.
  const own = address !== null && isSameName(address, email) ? email : address;
  const intent = newIntent(ports, { changes: {}, revokesSessions: null });
  const restore = async (lease: Lease) => {
    const names = verified && own !== null ? [own] : [];
    // Marked as verified, it would be taken from whoever has verified it meanwhile.
    const others = await namesOfOthers(ports.directory, record.subject, names);
    const former = { address: own, verified: verified && others.size === 0 };
    const isRestored = await directoryOf(ports, lease)
      .setNames(directoryNameOf(record), { email: former })
      .then(
        () => true,
        (error) => {
          // Another signs in by it now. The directory keeps the other address, as operators can see.
          if (error instanceof DirectoryRefusalError && error.reason === 'alias_exists')
            return false;
          throw error;
        },
      );
    const isProven = isRestored && former.verified && isSameAddress(own, email);
    const pendingEmail = isRestored ? remaining : null;
    return { ...lease.record, pendingEmail, emailVerified: isProven || null };
  };
  return runLeased(ports, record, intent, restore, {
    pendingEmail: withdrawn(record).pendingEmail,
  });
}

/** A change that begins now, from what the directory has. */
export function pendingFrom(
  { email, emailVerified }: DirectoryPerson,
  address: string,
  { runtime }: Ports,
): PendingEmail {
  const former = { address: email, verified: emailVerified };
  return { address, since: runtime.nowSeconds(), former, isWithdrawn: false };
}

function isSameAddress(one: string | null, other: string | null): boolean {
  return one === null ? other === null : isSameName(one, other);
}

/**
 * A directory may give a person without an address one that is not proven. From anybody else it was
 * taken by whoever was vouched for meanwhile.
 */
export function waitsUnproven(
  person: Pick<DirectoryPerson, 'email' | 'emailVerified'>,
  { address, former }: PendingEmail,
): boolean {
  return former.address === null && !person.emailVerified && isSameName(address, person.email);
}
