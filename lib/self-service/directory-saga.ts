/**
 * Changes that the directory must know of too, as a saga: record an intent, update the directory,
 * commit (directory-change.ts begins one). An intent is a lease: only the request that holds it calls the directory for that
 * account, so that no late call undoes a newer change (docs/decisions/0024).
 */
import {
  type AccountChanges,
  type AccountRecord,
  endedSessions,
} from '../account/account-record.ts';
import { DirectoryRefusalError, RecordConflictError } from '../account/errors.ts';
import { isSameName } from '../account/names.ts';
import { withChanges } from '../account/record-change.ts';
import { LEASE_SECONDS } from '../contract.ts';
import { changedFields } from './account-update.ts';
import { accountChange, type EventSink } from './events.ts';
import { directoryOf, isLeased, type Lease, runLeased } from './lease.ts';
import { tellOwner } from './owner-notices.ts';
import type { DirectoryNames, DirectoryPerson, Ports } from './ports.ts';

/**
 * The record without an open intent: applied, or undone where the directory refuses it for good.
 * @throws RecordConflictError while another request holds the lease, or came first: read again
 * @throws UnavailableError with the intent still open
 */
export async function settle(
  ports: Ports,
  record: AccountRecord,
  report: EventSink,
): Promise<AccountRecord> {
  const { intent, subject } = record;
  if (intent === null) return record;
  const now = ports.runtime.nowSeconds();
  if (isLeased(record, now)) throw new RecordConflictError('Another request holds the lease');
  const resumed = { subject, ageSeconds: now - intent.openedAt };
  const lease = { ...intent, leaseUntil: now + LEASE_SECONDS };
  try {
    const settled = await runLeased(ports, record, lease, async (held) => {
      const isProven = await updateDirectory(ports, held, null);
      await tellOwner(ports, held.record, report);
      return withIntentApplied(ports, held, isProven, {});
    });
    report({ event: 'INTENT_FINISHED', outcome: 'applied', ...resumed });
    const { username, ...others } = intent.changes;
    const changes = username === record.account.username ? others : intent.changes;
    const fields = changedFields({ changes, password: null });
    if (settled.version > record.version) report(accountChange(record, settled, fields));
    return settled;
  } catch (error) {
    if (!(error instanceof DirectoryRefusalError)) throw error;
    report({ event: 'INTENT_FINISHED', outcome: 'undone', ...resumed });
    throw new RecordConflictError('The intent was undone', { cause: error });
  }
}

/**
 * The directory's part of a change; a refused password takes the names back.
 * @returns true where the directory has a new e-mail as verified
 */
export async function updateDirectory(
  ports: Ports,
  lease: Lease,
  password: string | null,
): Promise<boolean> {
  const { account } = lease.record;
  const name = directoryNameOf(lease.record);
  const { username, email, is_active } = lease.intent.changes;
  const namesChange = username !== undefined || email !== undefined;
  const isRespelled = email != null && isSameName(email, account.email);
  // Only the directory knows whether an address that stays, or is to go back to, was verified.
  const isRead =
    namesChange && (password !== null || isRespelled || lease.record.pendingEmail !== null);
  const before = isRead ? await ports.directory.find(name) : null;
  const emailNamed = (address: string | null, isVouched = false) => ({
    address,
    verified: address !== null && (isVouched || isVerifiedEmail(before, address)),
  });
  const names: DirectoryNames = {
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email: emailNamed(email, lease.intent.isVouched) }),
  };
  if (namesChange) await setNames(ports, lease, names);
  if (password !== null) {
    await directoryOf(ports, lease)
      .setPassword(name, password)
      .catch(async (error) => {
        if (error instanceof DirectoryRefusalError && namesChange) {
          await setNames(ports, lease, {
            ...(username === undefined ? {} : { username: account.username }),
            ...(email === undefined ? {} : { email: emailNamed(account.email) }),
          });
        }
        throw error;
      });
  }
  // First, because the directory may refuse to sign out somebody who is disabled.
  if (lease.intent.revokesSessions !== null || is_active === false) {
    await directoryOf(ports, lease).signOutEverywhere(name);
  }
  if (is_active !== undefined) await directoryOf(ports, lease).setEnabled(name, is_active);
  return names.email?.verified === true;
}

/** True where the person has proven that the address is theirs. */
export function isVerifiedEmail(person: DirectoryPerson | null, address: string): boolean {
  return person?.emailVerified === true && isSameName(address, person.email);
}

/**
 * Sets names, without a username where it is no name of the directory. One that the account has already
 * does not stand in the way of the e-mail.
 */
async function setNames(ports: Ports, lease: Lease, given: DirectoryNames): Promise<void> {
  const { account } = lease.record;
  const directoryName = directoryNameOf(lease.record);
  const { username, ...others } = given;
  const names = ports.signInNames === 'email' ? others : given;
  if (Object.keys(names).length === 0) return;
  try {
    await directoryOf(ports, lease).setNames(directoryName, names);
  } catch (error) {
    const isKept = username === account.username && others.email !== undefined;
    if (!isKept || !(error instanceof DirectoryRefusalError)) throw error;
    await directoryOf(ports, lease).setNames(directoryName, others);
  }
}

/** The record with its intent applied, whose e-mail may be proven, and with `expiryReset` on top. */
export function withIntentApplied(
  { runtime }: Ports,
  { record, intent }: Lease,
  isProven: boolean,
  expiryReset: AccountChanges,
): AccountRecord {
  const now = runtime.nowSeconds();
  const { revokesSessions } = intent;
  const changes = { ...intent.changes, ...expiryReset };
  const passwordSetAt = revokesSessions === null ? null : now;
  const changed = withChanges(record, changes, now, passwordSetAt);
  const { email } = changed.account;
  const next = {
    ...changed,
    ...(isProven && { emailVerified: true }),
    // The code that was mailed for another address goes on to work: it must come to nothing.
    ...(intent.isVouched &&
      record.pendingEmail && {
        pendingEmail: {
          ...record.pendingEmail,
          isWithdrawn: true,
          former: { address: email, verified: email !== null },
        },
      }),
  };
  if (revokesSessions === null) return next;
  // Sign-ins until the password was set may have used the old one; it was set within the lease.
  const validFrom = Math.min(now, intent.openedAt + LEASE_SECONDS);
  return { ...next, sessions: endedSessions(record, validFrom, revokesSessions.exemptOriginJti) };
}

/** The directory name of a person's record. */
export function directoryNameOf({ directoryName }: AccountRecord): string {
  if (directoryName === null) throw new Error('A record of a person has a directory name');
  return directoryName;
}
