/** Finds accounts for operators, and changes their records safely. */

import type { AccountRecord } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
} from '../account/errors.ts';
import { foldName, hasIdForm } from '../account/names.ts';
import { newRecord } from '../account/record-change.ts';
import { settle } from '../self-service/directory-saga.ts';
import type { DirectoryPerson, UserDirectory } from '../self-service/ports.ts';
import { firstAccount } from '../self-service/provisioning.ts';
import { retryOnConflict } from '../self-service/retry.ts';
import {
  emailVerification,
  namesOfOthers,
  unverifiedEmail,
} from '../self-service/sign-in-names.ts';
import type { OperatorPorts } from './ports.ts';
import { takenNames } from './taken-names.ts';

/** An operation that cannot be done as asked; its message is for the operator. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
}

/** An account as an operator finds it: its record, its person in the directory, or both. */
export interface FoundAccount {
  record: AccountRecord | null;
  person: DirectoryPerson | null;
}

/** What a word is read as: an id, or a username or e-mail; null for either. */
type Reading = 'id' | 'name' | null;

/** How an operator says which account: by a word that is either, or by one that is an id or a name. */
export type AccountReference = string | { word: string; as: Reading };

/**
 * Finds the one account that a reference means. An id is that of a user or service account, the app
 * client id of a service, or the directory's own name of a user; a name is a username or e-mail. A
 * word in the form of an id is read as a name only where the reference says so: anybody can choose a
 * name.
 * @throws OperationError when there is none, or when a word can mean several accounts
 */
export async function findAccount(
  ports: OperatorPorts,
  reference: AccountReference,
): Promise<FoundAccount> {
  const { word, as } = typeof reference === 'string' ? { word: reference, as: null } : reference;
  const person = await personOf(ports.directory, word);
  const isOwnId = [person?.subject, person?.directoryName].some((id) => isSameId(id, word));
  const [known, alias] = isOwnId ? [person, null] : [null, person];
  const byId = as === 'name' ? [] : await accountsById(ports, word, known);
  const byName = as === 'id' ? [] : await accountsByName(ports, word, alias);
  const all = new Map([...byName, ...byId].map((found) => [subjectOf(found), found]));
  const [only] = all.values();
  if (only === undefined) throw new OperationError(`There is no account "${word}".`);
  const isNameOnly = as === null && byId.length === 0 && hasIdForm(word);
  if (all.size === 1 && !isNameOnly) return only;
  const meanings = [
    ...byId.map((found) => `the id of ${describe(found)}`),
    ...byName.map((found) => `a name of ${describe(found)}`),
  ];
  const which = 'Say which with --id and its id, or with --name.';
  throw new OperationError(`"${word}" is ${meanings.join(' and ')}. ${which}`);
}

/** Accounts with that id; `person` is whom the directory has under it. */
async function accountsById(
  { store, index, directory }: OperatorPorts,
  word: string,
  person: DirectoryPerson | null,
): Promise<FoundAccount[]> {
  const subjects = new Set([word, foldName(word), ...(person ? [person.subject] : [])]);
  const records = await Promise.all([...subjects].map((subject) => store.find(subject)));
  const found = await Promise.all(
    records
      .filter((record) => record !== null)
      .map((record) => withPerson(directory, record, person)),
  );
  if (person && !found.some((one) => subjectOf(one) === person.subject)) {
    found.push({ record: null, person });
  }
  if (found.length > 0 || !hasIdForm(word)) return found;
  // Nothing reserves the id of a service account, so the whole table is read for it.
  for await (const { records: page } of index.pages()) {
    const service = page.find(
      (one) => one.directoryName === null && isSameId(one.account.id, word),
    );
    if (service) return [{ record: service, person: null }];
  }
  return [];
}

/** Accounts with that username or e-mail; `person` is whom the directory signs in by it. */
async function accountsByName(
  { store, index, directory }: OperatorPorts,
  word: string,
  person: DirectoryPerson | null,
): Promise<FoundAccount[]> {
  const name = foldName(word);
  const holder = (await index.holdersOf([name])).get(name);
  const record = holder === undefined ? null : await store.find(holder);
  const found = record ? [await withPerson(directory, record, person)] : [];
  if (person === null || person.subject === record?.subject) return found;
  return [...found, { record: await store.find(person.subject), person }];
}

/** The person that the directory knows by a word; null also for a word that it takes for no name. */
async function personOf(directory: UserDirectory, word: string): Promise<DirectoryPerson | null> {
  try {
    return await directory.find(word);
  } catch (error) {
    if (error instanceof DirectoryRefusalError) return null;
    throw error;
  }
}

/** A record with its person, who may be known already. */
async function withPerson(
  directory: UserDirectory,
  record: AccountRecord,
  known: DirectoryPerson | null,
): Promise<FoundAccount> {
  const { directoryName, subject } = record;
  if (directoryName === null) return { record, person: null };
  return {
    record,
    person: known?.subject === subject ? known : await directory.find(directoryName),
  };
}

function isSameId(id: string | undefined, word: string): boolean {
  return id !== undefined && foldName(id) === foldName(word);
}

function describe({ record, person }: FoundAccount): string {
  const name = record?.account.username ?? person?.preferredUsername ?? person?.directoryName;
  return `"${name}" (${record?.account.id ?? person?.subject})`;
}

/** The token subject of a found account. */
export function subjectOf({ record, person }: FoundAccount): string {
  const subject = record?.subject ?? person?.subject;
  if (subject === undefined) throw new Error('A found account has a record or a person');
  return subject;
}

/**
 * Changes the record of an account, made first where the person has not called yet.
 * @param change gets the record without an open intent; called again after a concurrent write
 * @throws OperationError when there is no such account, or the directory refuses the change
 */
export async function changeRecord(
  ports: OperatorPorts,
  reference: AccountReference,
  change: (record: AccountRecord) => Promise<AccountRecord>,
): Promise<AccountRecord> {
  const work = async () => {
    const record = await recordOf(ports, reference);
    return change(await settle(ports, record, () => {}));
  };
  return retryOnConflict(ports.runtime, work, () => {}).catch((error) => {
    // For example: the person was deleted from the directory.
    throw error instanceof DirectoryRefusalError ? new OperationError(error.message) : error;
  });
}

async function recordOf(ports: OperatorPorts, reference: AccountReference): Promise<AccountRecord> {
  const { record, person } = await findAccount(ports, reference);
  if (record) {
    // Refuse: the directory user now belongs to another account.
    if (person === null || person.subject === record.subject) return record;
    throw new OperationError('The user of its directory name belongs to another account.');
  }
  if (person === null) throw new Error('A found account has a record or a person');
  const { subject, directoryName } = person;
  const candidates = [person.preferredUsername, person.email, directoryName];
  const taken = await takenNames(
    ports,
    candidates.filter((one) => one !== null),
    subject,
  );
  const provenByOthers = await namesOfOthers(ports.directory, subject, unverifiedEmail(person));
  for (const name of provenByOthers) taken.add(name);
  const now = ports.runtime.nowSeconds();
  const account = firstAccount(person, taken, ports);
  const made = newRecord(subject, account, now, {
    directoryName,
    emailVerified: emailVerification(person, account.email),
    // A later sign-in proves that they have chosen their own password.
    temporaryPasswordSince: person.passwordExpired ? now : null,
  });
  await ports.store.create(made).catch((error) => {
    // A first call of this person, or of one with the same name, came first.
    const cameSecond = error instanceof RecordExistsError || error instanceof NamesTakenError;
    throw cameSecond ? new RecordConflictError(error.message) : error;
  });
  return made;
}
