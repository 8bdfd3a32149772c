/** Finds accounts for operators, and changes their records safely. */

import { type AccountRecord, newRecord } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
} from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import { settle } from '../self-service/directory-saga.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';
import { firstAccount } from '../self-service/provisioning.ts';
import { retryOnConflict } from '../self-service/retry.ts';
import type { OperatorPorts, RestingName } from './ports.ts';

/** An operation that cannot be done as asked; its message is for the operator. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
}

/** An account as an operator finds it: its record, its person in the directory, or both. */
export interface FoundAccount {
  record: AccountRecord | null;
  person: DirectoryPerson | null;
}

/**
 * Finds an account by username, e-mail, token subject (the id of a person, the app client id of a
 * service) or directory name.
 * @throws OperationError when there is none
 */
export async function findAccount(ports: OperatorPorts, name: string): Promise<FoundAccount> {
  const { store, index, directory } = ports;
  const holder = (await index.holdersOf([foldName(name)])).get(foldName(name));
  const record = (holder ? await store.find(holder) : null) ?? (await store.find(name));
  if (record) {
    const { directoryName } = record;
    return { record, person: directoryName === null ? null : await directory.find(directoryName) };
  }
  const person = await directory.find(name);
  if (person === null) throw new OperationError(`There is no account "${name}".`);
  return { record: await store.find(person.subject), person };
}

/**
 * Changes the record of an account, made first where the person has not called yet.
 * @param change gets the record without an open intent; called again after a concurrent write
 * @throws OperationError when there is no such account, or the directory refuses the change
 */
export async function changeRecord(
  ports: OperatorPorts,
  name: string,
  change: (record: AccountRecord) => Promise<AccountRecord>,
): Promise<AccountRecord> {
  const work = async () => {
    const record = await recordOf(ports, name);
    return change(await settle(ports, record, () => {}));
  };
  return retryOnConflict(ports.runtime, work, () => {}).catch((error) => {
    // For example: the person was deleted from the directory.
    throw error instanceof DirectoryRefusalError ? new OperationError(error.message) : error;
  });
}

/** Those names, folded, that others hold or that rest for others than the subject. */
export async function takenNames(
  { index, runtime }: OperatorPorts,
  names: readonly string[],
  subject: string | null,
): Promise<Set<string>> {
  const folded = names.map(foldName);
  const holders = await index.holdersOf(folded);
  const now = runtime.nowSeconds();
  const resting = (await index.restingOf(folded.filter((name) => !holders.has(name)))).values();
  const isOthers = (one: RestingName) => one.restingFor !== subject && one.until > now;
  return new Set([...holders.keys(), ...resting.filter(isOthers).map(({ name }) => name)]);
}

async function recordOf(ports: OperatorPorts, name: string): Promise<AccountRecord> {
  const { record, person } = await findAccount(ports, name);
  if (record) {
    // Refuse: the directory user now belongs to another account.
    if (person === null || person.subject === record.subject) return record;
    throw new OperationError('The user of its directory name belongs to another account.');
  }
  if (person === null) throw new OperationError(`There is no account "${name}".`);
  const { subject, directoryName } = person;
  const candidates = [person.preferredUsername, person.email, directoryName];
  const taken = await takenNames(
    ports,
    candidates.filter((one) => one !== null),
    subject,
  );
  const made = newRecord(subject, firstAccount(person, taken, ports), {
    directoryName,
    // A later sign-in proves that they have chosen their own password.
    temporaryPasswordSince: person.passwordExpired ? ports.runtime.nowSeconds() : null,
  });
  await ports.store.create(made).catch((error) => {
    // A first call of this person, or of one with the same name, came first.
    const cameSecond = error instanceof RecordExistsError || error instanceof NamesTakenError;
    throw cameSecond ? new RecordConflictError(error.message) : error;
  });
  return made;
}
