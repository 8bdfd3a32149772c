/**
 * Creates, rotates and deletes accounts for operators. The order of the steps lets every command be
 * run again after a crash, and never leaves a sign-in that should not work.
 */
import type { StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import { DirectoryRefusalError, NamesTakenError, UnavailableError } from '../account/errors.ts';
import { NEW_SERVICE_ACCOUNT } from '../account/fields.ts';
import { isChosenUsername, isSameName } from '../account/names.ts';
import { newRecord } from '../account/record-change.ts';
import { TOMBSTONE_SECONDS } from '../contract.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';
import { firstAccount } from '../self-service/provisioning.ts';
import { retryOnConflict } from '../self-service/retry.ts';
import { emailVerification } from '../self-service/sign-in-names.ts';
import {
  type AccountReference,
  type FoundAccount,
  findAccount,
  OperationError,
  subjectOf,
} from './account-lookup.ts';
import { vouchForEmail } from './account-names.ts';
import {
  existingPersonError,
  refuseNameOfAnother,
  refuseNames,
  refuseTakenNames,
} from './new-names.ts';
import type { ClientCredentials, NewPerson, OperatorPorts } from './ports.ts';
import { ensureSuperusersListed } from './superusers.ts';

/**
 * Creates a local person with a temporary password, and their record.
 * @throws OperationError when a name is taken or not acceptable; nothing is kept then
 */
export async function createPerson(
  ports: OperatorPorts,
  given: { username: string; email: string | null; isSuperuser: boolean },
) {
  const { username, email } = given;
  const signsInByEmail = ports.signInNames === 'email';
  refuseNames(ports, username, email);
  if (signsInByEmail && email === null) {
    throw new OperationError('People sign in by e-mail here: give one with --email.');
  }
  await refuseTakenNames(ports, [username, email]);
  if (given.isSuperuser) await ensureSuperusersListed(ports);
  await refuseNameOfAnother(ports, signsInByEmail ? [email, username] : [username, email]);
  const temporaryPassword = ports.newPassword();
  const first = { username, email: signsInByEmail ? email : null, temporaryPassword };
  const { person, isNew } = await newPerson(ports, first);
  const account: StoredAccount = {
    ...firstAccount(person, new Set(), ports),
    username,
    password_expired: true,
    is_superuser: given.isSuperuser,
  };
  const { subject, directoryName } = person;
  const now = ports.runtime.nowSeconds();
  const record = newRecord(subject, account, now, {
    directoryName,
    temporaryPasswordSince: now,
    emailVerified: emailVerification(person, account.email),
  });
  await ports.store.create(record).catch(async (error) => {
    if (error instanceof NamesTakenError) {
      // A readable user name that others remove too may by then be how somebody else signs in.
      const isOwn = isNew || !isChosenUsername(directoryName);
      if (isOwn) await ports.admin.removePerson(directoryName);
    }
    // After a lost response the record may exist; if not, the next run takes the person over.
    else if (await ports.store.find(subject)) return;
    throw takenError(error);
  });
  // Only now, when nobody else can sign in by that name.
  if (!isNew) {
    await ports.admin
      .setTemporaryPassword(directoryName, temporaryPassword)
      .catch(async (error) => {
        if (!(error instanceof DirectoryRefusalError)) throw error;
        await removeRecord(ports, subject);
        throw new OperationError(`The person "${username}" was removed meanwhile: run this again.`);
      });
  }
  if (email === null || signsInByEmail) return { record, temporaryPassword };
  // Last, when it can be reserved: the directory would hold it for a person without an account.
  const self: AccountReference = { word: subject, as: 'id' };
  const withEmail = await vouchForEmail(ports, self, email, false).catch((error) => {
    if (!(error instanceof OperationError)) throw error;
    throw new OperationError(
      `The account "${username}" was made without an e-mail: ${error.message} Run set-email and expire-password.`,
    );
  });
  return { record: withEmail, temporaryPassword };
}

/** A new person, or the one that a crashed run left in the directory without a record. */
async function newPerson(
  ports: OperatorPorts,
  given: NewPerson,
): Promise<{ person: DirectoryPerson; isNew: boolean }> {
  const signInName = given.email ?? given.username;
  try {
    const known = await ports.directory.find(signInName);
    if (known === null) return { person: await ports.admin.createPerson(given), isNew: true };
    const isSame = known.passwordExpired && isAsMade(known, given);
    if (!isSame || (await ports.store.find(known.subject))) throw existingPersonError(signInName);
    return { person: known, isNew: false };
  } catch (error) {
    if (!(error instanceof DirectoryRefusalError)) throw error;
    throw new OperationError(`The directory refuses this person: ${error.reason}.`);
  }
}

/** True for a person who has the names that they would be made with, and no others. */
function isAsMade(known: DirectoryPerson, { username, email }: NewPerson): boolean {
  if (email !== null) return known.emailVerified && isSameName(email, known.email);
  const isNamed = [known.preferredUsername, known.directoryName].includes(username);
  return isNamed && known.email === null;
}

/** Creates a service account and its app client. The secret is returned and not stored. */
export async function createServiceAccount(
  ports: OperatorPorts,
  given: { username: string; organizationId: string },
): Promise<{ record: AccountRecord; credentials: ClientCredentials }> {
  const { username, organizationId } = given;
  refuseNames(ports, username, null);
  await refuseTakenNames(ports, [username]);
  // An unprovisioned person already has this name in the directory.
  if (await ports.directory.find(username)) throw existingPersonError(username);
  const credentials = await ports.admin.createClient(username);
  const account = serviceAccount(ports.runtime.uuid(), username, organizationId);
  const record = newRecord(credentials.clientId, account, ports.runtime.nowSeconds());
  const stored = await ports.store.create(record).then(
    () => record,
    (error) => settled(ports, credentials, error),
  );
  return { record: stored, credentials };
}

/**
 * Replaces the app client of a service account. Tokens of the old client are refused from then on;
 * the account keeps its id and name.
 */
export async function rotateServiceAccount(
  ports: OperatorPorts,
  reference: AccountReference,
): Promise<{ record: AccountRecord; credentials: ClientCredentials }> {
  const { record } = await findAccount(ports, reference);
  if (!record?.account.is_service_account) throw new OperationError('This is no service account.');
  const credentials = await ports.admin.createClient(record.account.username);
  const moved = await ports.index
    .move(record, credentials.clientId)
    .catch((error) => settled(ports, credentials, error));
  await ports.admin.removeClient(record.subject);
  return { record: moved, credentials };
}

/** The record of a new client whose write failed: it exists where only the response was lost. */
async function settled(
  { store, admin }: OperatorPorts,
  { clientId }: ClientCredentials,
  error: unknown,
): Promise<AccountRecord> {
  const stored = await store.find(clientId);
  if (stored) return stored;
  // The write may still be carried out: it needs its client then.
  if (!(error instanceof UnavailableError)) await admin.removeClient(clientId);
  throw takenError(error);
}

/** Deletes an account: the sign-in first, so that no first call creates it again. */
export async function deleteAccount(
  ports: OperatorPorts,
  reference: AccountReference,
): Promise<FoundAccount> {
  const { admin } = ports;
  const found = await findAccount(ports, reference);
  const { record, person } = found;
  const subject = subjectOf(found);
  // The directory name may belong to another person by now.
  if (person?.subject === subject) await admin.removePerson(person.directoryName);
  if (record?.account.is_service_account) await admin.removeClient(subject);
  await removeRecord(ports, subject);
  return found;
}

function removeRecord({ store, runtime }: OperatorPorts, subject: string): Promise<void> {
  const remove = async () => {
    const createdFrom = runtime.nowSeconds() + TOMBSTONE_SECONDS;
    await store.remove(subject, await store.find(subject), createdFrom);
  };
  return retryOnConflict(runtime, remove, () => {});
}

function takenError(error: unknown): unknown {
  if (!(error instanceof NamesTakenError)) return error;
  return new OperationError(`Taken: ${[...error.names].join(', ')}.`);
}

/** The account of a new service. */
function serviceAccount(id: string, username: string, organization_id: string): StoredAccount {
  return { ...NEW_SERVICE_ACCOUNT, id, username, organization_id };
}
