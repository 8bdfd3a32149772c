/** Changes that operators make to accounts. Each can be run again after a crash. */

import { isFederated } from '../account/account.ts';
import { type AccountRecord, endedSessions } from '../account/account-record.ts';
import { withChanges } from '../account/record-change.ts';
import { changeWithDirectory } from '../self-service/directory-change.ts';
import { withLease } from '../self-service/lease.ts';
import { type AccountReference, changeRecord, OperationError } from './account-lookup.ts';
import type { OperatorPorts } from './ports.ts';
import { ensureSuperusersListed } from './superusers.ts';

/** Changes flags that the directory does not have. */
export async function setFlags(
  ports: OperatorPorts,
  account: AccountReference,
  flags: { is_superuser?: boolean; internal?: boolean },
): Promise<AccountRecord> {
  if (flags.is_superuser) await ensureSuperusersListed(ports);
  return changeRecord(ports, account, async (record) => {
    const { is_superuser = record.account.is_superuser, internal = record.internal } = flags;
    if (is_superuser !== record.account.is_superuser) {
      const now = ports.runtime.nowSeconds();
      const next = { ...withChanges(record, { is_superuser }, now), internal };
      return ports.store.replace(record, next);
    }
    return internal === record.internal
      ? record
      : ports.store.replace(record, { ...record, internal });
  });
}

/** Activates or deactivates an account, in the directory as well. */
export function setActive(ports: OperatorPorts, account: AccountReference, is_active: boolean) {
  return changeRecord(ports, account, async (record) => {
    if (record.account.is_active === is_active) return record;
    const changes = { is_active };
    return record.directoryName === null
      ? ports.store.replace(record, withChanges(record, changes, ports.runtime.nowSeconds()))
      : changeWithDirectory(ports, record, { changes, password: null }, null, () => {});
  });
}

/** Ends every session of a person: tokens of sign-ins until now are refused. */
export function signOut(ports: OperatorPorts, account: AccountReference): Promise<AccountRecord> {
  return changeRecord(ports, account, async (record) => {
    const directoryName = directoryNameOf(record);
    const sessions = endedSessions(record, ports.runtime.nowSeconds(), null);
    const stored = await ports.store.replace(record, { ...record, sessions });
    await ports.directory.signOutEverywhere(directoryName);
    return stored;
  });
}

/**
 * Gives a local person a temporary password and ends their sessions.
 * @returns the password, which is not stored
 */
export async function expirePassword(ports: OperatorPorts, account: AccountReference) {
  const temporaryPassword = ports.newPassword();
  const record = await changeRecord(ports, account, async (current) => {
    const directoryName = localDirectoryNameOf(current, 'password');
    // After a crash the person has to choose a new password; nothing else is half done.
    return withLease(ports, current, async () => {
      // Twice: whoever may not end sessions must not lock somebody out with a password nobody saw.
      await ports.directory.signOutEverywhere(directoryName);
      await ports.admin.setTemporaryPassword(directoryName, temporaryPassword);
      await ports.directory.signOutEverywhere(directoryName);
      const now = ports.runtime.nowSeconds();
      return {
        ...withChanges(current, { password_expired: true }, now, now),
        temporaryPasswordSince: now,
        sessions: endedSessions(current, now, null),
      };
    });
  });
  return { record, temporaryPassword };
}

/**
 * Turns off every second factor of a local person, who has lost theirs: the password alone signs in
 * until they set up another.
 * @returns the account; made first where the person has not called yet
 */
export function turnOffSecondFactors(
  ports: OperatorPorts,
  account: AccountReference,
): Promise<AccountRecord> {
  return changeRecord(ports, account, async (record) => {
    const directoryName = localDirectoryNameOf(record, 'second factors');
    await ports.admin.turnOffSecondFactors({ subject: record.subject, directoryName });
    return record;
  });
}

/**
 * Of a person who signs in here.
 * @param kept what an identity provider keeps of the others
 * @throws OperationError for them, and for a service account
 */
export function localDirectoryNameOf(record: AccountRecord, kept: string): string {
  const directoryName = directoryNameOf(record);
  if (!isFederated(record.account)) return directoryName;
  throw new OperationError(`Its identity provider keeps the ${kept} of this account.`);
}

function directoryNameOf({ directoryName }: AccountRecord): string {
  if (directoryName === null) throw new OperationError('A service account does not sign in.');
  return directoryName;
}
