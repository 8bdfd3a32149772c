/**
 * The mending of inconsistencies where that is safe: the account is the truth, and what reserves its
 * names and signs its person in is made to follow it. Nothing is mended that would take a name or
 * a way to sign in from somebody.
 */

import type { StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import { namesHeldBy } from '../account/account-record.ts';
import { DirectoryRefusalError, RecordConflictError } from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import { resumeIntent } from '../self-service/directory-saga.ts';
import type { DirectoryPerson, UserDirectory } from '../self-service/ports.ts';
import type { Inconsistency, InconsistencyKind } from './invariants.ts';
import type { OperatorPorts } from './ports.ts';

/** @returns whether it was mended */
type Mend = (
  ports: OperatorPorts,
  inconsistency: Inconsistency,
  record: AccountRecord | null,
) => Promise<boolean>;

type Tell = (
  directory: UserDirectory,
  person: DirectoryPerson,
  account: StoredAccount,
) => Promise<void>;

const reserveName: Mend = async ({ index }, { name, subject }, record) => {
  if (record === null || name === undefined || !namesHeldBy(record).has(name)) return false;
  return index.reserveName(name, subject);
};

const freeName: Mend = async ({ index }, { name, subject }) => {
  if (name === undefined) return false;
  await index.freeName(name, subject);
  return (await index.holdersOf([name])).get(name) !== subject;
};

/** Makes the directory follow, unless a change is under way, which will do so itself. */
const following =
  (tell: Tell): Mend =>
  async ({ directory }, _disagreement, record) => {
    if (record === null || record.directoryName === null || record.intent !== null) return false;
    const person = await directory.find(record.directoryName);
    if (person?.subject !== record.subject) return false;
    await tell(directory, person, record.account);
    return true;
  };

const tellUsername = following((directory, { directoryName }, { username }) =>
  directory.setNames(directoryName, { username }),
);

const tellEmail = following(async (directory, person, { email: address }) => {
  const isSame = address !== null && foldName(person.email ?? '') === foldName(address);
  const email = { address, verified: isSame && person.emailVerified };
  await directory.setNames(person.directoryName, { email });
});

const tellActivation = following((directory, { directoryName }, { is_active }) =>
  directory.setEnabled(directoryName, is_active),
);

const MENDS: Partial<Record<InconsistencyKind, Mend>> = {
  name_not_reserved: reserveName,
  name_without_account: freeName,
  name_not_used: freeName,
  username_differs: tellUsername,
  // An address that the account was never given may be how its person signs in.
  email_differs: async (ports, inconsistency, record) =>
    record?.account.email != null && tellEmail(ports, inconsistency, record),
  activation_differs: tellActivation,
  intent_open: async (ports, _disagreement, record) => {
    if (!record?.intent) return false;
    await resumeIntent(ports, record, record.intent, () => {});
    return true;
  },
};

/**
 * Mends one inconsistency if that is safe, after a fresh look at the record.
 * @returns whether it was mended; a check afterwards says whether it holds
 * @throws UnavailableError
 */
export async function mend(ports: OperatorPorts, inconsistency: Inconsistency): Promise<boolean> {
  const repair = MENDS[inconsistency.kind];
  if (repair === undefined) return false;
  const record = await ports.store.find(inconsistency.subject);
  try {
    return await repair(ports, inconsistency, record);
  } catch (error) {
    // A request came in between, or the directory will not have it.
    const isLeft = [RecordConflictError, DirectoryRefusalError].some((E) => error instanceof E);
    if (isLeft) return false;
    throw error;
  }
}
