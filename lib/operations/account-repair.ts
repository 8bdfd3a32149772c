/**
 * Repairs inconsistencies where that cannot lose data. The account is the truth: reservations and
 * the directory are made to agree with it. Nothing takes a name or a way to sign in from somebody.
 */

import { type AccountRecord, namesHeldBy } from '../account/account-record.ts';
import { DirectoryRefusalError, RecordConflictError } from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import { settle } from '../self-service/directory-saga.ts';
import { resolveEmailChange } from '../self-service/email-proof.ts';
import { withLease } from '../self-service/lease.ts';
import type { DirectoryPerson, UserDirectory } from '../self-service/ports.ts';
import { namesOfOthers } from '../self-service/sign-in-names.ts';
import type { Inconsistency, InconsistencyKind } from './invariants.ts';
import type { OperatorPorts } from './ports.ts';
import { listSuperusers } from './superusers.ts';

/** @returns whether it was repaired */
type Repair = (
  ports: OperatorPorts,
  inconsistency: Inconsistency,
  record: AccountRecord | null,
) => Promise<boolean>;

/** @returns what the record then knows of the directory, where that changes */
type Push = (
  directory: UserDirectory,
  person: DirectoryPerson,
  record: AccountRecord,
) => Promise<Pick<AccountRecord, 'emailVerified'> | undefined>;

const reserveName: Repair = async ({ index }, { name, subject }, record) => {
  if (record === null || name === undefined || !namesHeldBy(record).has(name)) return false;
  return index.reserveName(name, subject);
};

const freeName: Repair = async ({ index }, { name, subject }) => {
  if (name === undefined) return false;
  await index.freeName(name, subject);
  return (await index.holdersOf([name])).get(name) !== subject;
};

/** Pushes the account's values to the directory, unless an open intent will do so itself. */
const syncDirectory =
  (push: Push): Repair =>
  async (ports, _inconsistency, record) => {
    if (record === null || record.directoryName === null || record.intent !== null) return false;
    const { directoryName, subject } = record;
    let isSynced = false;
    await withLease(ports, record, async () => {
      const person = await ports.directory.find(directoryName);
      isSynced = person?.subject === subject;
      const known = person && isSynced ? await push(ports.directory, person, record) : null;
      return { ...record, ...known };
    });
    return isSynced;
  };

const syncUsername = syncDirectory(async (directory, { directoryName }, { account }) => {
  await directory.setNames(directoryName, { username: account.username });
  return undefined;
});

/** An address stays verified that is known to have been proven, by the directory or by the record. */
const syncEmail = syncDirectory(async (directory, person, { subject, account, emailVerified }) => {
  const { email: address } = account;
  if (address === null) return undefined;
  // The directory would move a verified address from another person without a word.
  const others = await namesOfOthers(directory, subject, [address]);
  if (others.size > 0) throw new DirectoryRefusalError('alias_exists', 'email');
  const isSame = foldName(person.email ?? '') === foldName(address);
  const verified = (isSame && person.emailVerified) || emailVerified === true;
  await directory.setNames(person.directoryName, { email: { address, verified } });
  return { emailVerified: verified || null };
});

const syncActivation = syncDirectory(async (directory, { directoryName }, { account }) => {
  await directory.setEnabled(directoryName, account.is_active);
  return undefined;
});

const REPAIRS: Partial<Record<InconsistencyKind, Repair>> = {
  name_not_reserved: reserveName,
  name_without_account: freeName,
  name_not_used: freeName,
  username_differs: syncUsername,
  // An address that the account was never given may be how its person signs in.
  email_differs: async (ports, inconsistency, record) =>
    record?.account.email != null && syncEmail(ports, inconsistency, record),
  email_change_open: async (ports, _inconsistency, record) => {
    if (!record?.pendingEmail || record.intent !== null) return false;
    await resolveEmailChange(ports, record, () => {});
    return true;
  },
  activation_differs: syncActivation,
  client_too_permissive: async ({ admin }, { subject }, record) => {
    if (!record?.account.is_service_account) return false;
    await admin.restrictClient(subject);
    return true;
  },
  superusers_differ: async (ports) => {
    await listSuperusers(ports);
    return true;
  },
  intent_open: async (ports, _inconsistency, record) => {
    if (!record?.intent) return false;
    await settle(ports, record, () => {});
    return true;
  },
};

/** True for a kind that `repair` can repair. */
export function isRepairable(kind: InconsistencyKind): boolean {
  return REPAIRS[kind] !== undefined;
}

/**
 * Repairs one inconsistency if that is safe, after a fresh read of the record.
 * @returns whether it was repaired; a check afterwards says whether it holds
 * @throws UnavailableError
 */
export async function repair(ports: OperatorPorts, inconsistency: Inconsistency): Promise<boolean> {
  const repairOne = REPAIRS[inconsistency.kind];
  if (repairOne === undefined) return false;
  const record = await ports.store.find(inconsistency.subject);
  try {
    return await repairOne(ports, inconsistency, record);
  } catch (error) {
    if (isSkippable(error)) return false;
    throw error;
  }
}

/** True where a request came in between, or the directory refuses the value. */
function isSkippable(error: unknown): boolean {
  return error instanceof RecordConflictError || error instanceof DirectoryRefusalError;
}
