/**
 * How operators find an account, and change its record safely: the first steps of everything in
 * account-administration.ts and account-lifecycle.ts.
 */

import { type AccountRecord, newRecord } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
} from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import { resumeIntent } from '../self-service/directory-saga.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';
import { firstAccount } from '../self-service/provisioning.ts';
import { retryOnConflict } from '../self-service/retry.ts';
import type { OperatorPorts } from './ports.ts';

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
 * @param change is given the record with no change under way, again after a concurrent write
 * @throws OperationError when there is no such account, or the directory refuses the change
 */
export async function changeRecord(
  ports: OperatorPorts,
  name: string,
  change: (record: AccountRecord) => Promise<AccountRecord>,
): Promise<AccountRecord> {
  const work = async () => {
    const record = await recordOf(ports, name);
    const ready = record.intent
      ? await resumeIntent(ports, record, record.intent, () => {})
      : record;
    return change(ready);
  };
  return retryOnConflict(ports.runtime, work, () => {}).catch((error) => {
    // For example because the user is gone from the directory.
    throw error instanceof DirectoryRefusalError ? new OperationError(error.message) : error;
  });
}

async function recordOf(ports: OperatorPorts, name: string): Promise<AccountRecord> {
  const { record, person } = await findAccount(ports, name);
  if (record) {
    // What is done to the directory's user would be done to somebody else.
    if (person === null || person.subject === record.subject) return record;
    throw new OperationError('The user of its directory name belongs to another account.');
  }
  if (person === null) throw new OperationError(`There is no account "${name}".`);
  const { subject, directoryName } = person;
  const candidates = [person.preferredUsername, person.email, directoryName];
  const holders = await ports.index.holdersOf(
    candidates.filter((one) => one !== null).map(foldName),
  );
  const made = newRecord(subject, firstAccount(person, new Set(holders.keys()), null), {
    directoryName,
    // A first sign-in then proves that they have chosen a password.
    temporaryPasswordSince: person.passwordExpired ? ports.runtime.nowSeconds() : null,
  });
  await ports.store.create(made).catch((error) => {
    // A first call of the person, or of somebody with the same name, came in between.
    const isOvertaken = error instanceof RecordExistsError || error instanceof NamesTakenError;
    throw isOvertaken ? new RecordConflictError(error.message) : error;
  });
  return made;
}
