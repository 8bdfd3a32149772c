/** Creates people for operators, in an order that lets the command be run again after a crash. */
import type { StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import {
  DirectoryRefusalError,
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
} from '../account/errors.ts';
import { isChosenUsername, isSameName } from '../account/names.ts';
import { newRecord } from '../account/record-change.ts';
import { TOMBSTONE_SECONDS } from '../contract.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';
import { firstAccount } from '../self-service/provisioning.ts';
import { emailVerification } from '../self-service/sign-in-names.ts';
import { removeRecord } from './account-lifecycle.ts';
import { OperationError } from './account-lookup.ts';
import { vouchForEmail } from './account-names.ts';
import {
  existingPersonError,
  refuseNameOfAnother,
  refuseNames,
  refuseTakenNames,
  takenError,
} from './new-names.ts';
import type { NewPerson, OperatorPorts } from './ports.ts';
import { ensureSuperusersListed } from './superusers.ts';

/** A person who was made, with their password, which is not stored. */
export interface CreatedPerson {
  record: AccountRecord;
  temporaryPassword: string;
  /** What is left to do, in a sentence; null for nothing. */
  left: string | null;
}

/**
 * Creates a local person with a temporary password, and their record.
 * @throws OperationError when a name is taken or not acceptable; nothing is kept then
 */
export async function createPerson(
  ports: OperatorPorts,
  given: { username: string; email: string | null; isSuperuser: boolean },
): Promise<CreatedPerson> {
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
    // A readable user name that others remove too may by then be how somebody else signs in.
    const isOwn = isNew || !isChosenUsername(directoryName);
    if (error instanceof NamesTakenError) {
      if (isOwn) await removeUnusedPerson(ports, person);
      throw takenError(error);
    }
    // After a lost response the record may exist; if not, the next run takes the person over.
    if (await ports.store.find(subject)) return;
    if (!(error instanceof RecordExistsError)) throw error;
    if (isOwn) await ports.admin.removePerson(directoryName);
    throw removedMeanwhile(username);
  });
  // Only now, when nobody else can sign in by that name.
  if (!isNew) {
    await ports.admin
      .setTemporaryPassword(directoryName, temporaryPassword)
      .catch(async (error) => {
        if (!(error instanceof DirectoryRefusalError)) {
          throw new OperationError(
            `The account "${username}" was made and nobody knows its password: run expire-password ${subject}.`,
            { cause: error },
          );
        }
        await removeRecord(ports, subject);
        throw removedMeanwhile(username);
      });
  }
  if (email === null || signsInByEmail) return { record, temporaryPassword, left: null };
  // Last, when it can be reserved: the directory would hold it for a person without an account.
  try {
    const withEmail = await vouchForEmail(ports, { word: subject, as: 'id' }, email, false);
    return { record: withEmail, temporaryPassword, left: null };
  } catch (error) {
    // The password is shown nonetheless: nobody would see it again.
    const { message, name } = error instanceof Error ? error : new Error(String(error));
    const reason = ` (${error instanceof OperationError ? message.replace(/\.$/, '') : name})`;
    const left = `The account "${username}" was made and its e-mail could not be set${reason}: run set-email ${subject} <address>.`;
    return { record, temporaryPassword, left };
  }
}

/**
 * Removes a person whose names others have taken, unless another run has made their record. The
 * tombstone comes first: that run would make a record of a person who is gone.
 */
async function removeUnusedPerson(
  { store, admin, runtime }: OperatorPorts,
  { subject, directoryName }: DirectoryPerson,
): Promise<void> {
  const createdFrom = runtime.nowSeconds() + TOMBSTONE_SECONDS;
  const isUnused = await store.remove(subject, null, createdFrom).then(
    () => true,
    (error) => {
      if (error instanceof RecordConflictError) return false;
      throw error;
    },
  );
  if (isUnused) await admin.removePerson(directoryName);
}

function removedMeanwhile(username: string): OperationError {
  return new OperationError(`The person "${username}" was removed meanwhile: run this again.`);
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
