/**
 * Creates and rotates service accounts, and deletes accounts, for operators. The order of the steps lets
 * every command be run again after a crash, and never leaves a sign-in that should not work.
 */
import type { StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import { UnavailableError } from '../account/errors.ts';
import { NEW_SERVICE_ACCOUNT } from '../account/fields.ts';
import { newRecord } from '../account/record-change.ts';
import { TOMBSTONE_SECONDS } from '../contract.ts';
import { retryOnConflict } from '../self-service/retry.ts';
import {
  type AccountReference,
  type FoundAccount,
  findAccount,
  OperationError,
  subjectOf,
} from './account-lookup.ts';
import { existingPersonError, refuseNames, refuseTakenNames, takenError } from './new-names.ts';
import type { ClientCredentials, OperatorPorts } from './ports.ts';

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
 * @returns also what is left to do, in a sentence; null for nothing
 */
export async function rotateServiceAccount(
  ports: OperatorPorts,
  reference: AccountReference,
): Promise<{ record: AccountRecord; credentials: ClientCredentials; left: string | null }> {
  const { record } = await findAccount(ports, reference);
  if (!record?.account.is_service_account) throw new OperationError('This is no service account.');
  const credentials = await ports.admin.createClient(record.account.username);
  const moved = await ports.index
    .move(record, credentials.clientId)
    .catch((error) => settled(ports, credentials, error));
  // Nobody would see the new secret again, so it is returned whatever becomes of the old client.
  const left = await ports.admin.removeClient(record.subject).then(
    () => null,
    () =>
      `The old app client ${record.subject} is refused from now on but could not be deleted: delete it in the user pool.`,
  );
  return { record: moved, credentials, left };
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

/** Deletes the record of a subject, which gets no other for a while. */
export function removeRecord({ store, runtime }: OperatorPorts, subject: string): Promise<void> {
  const remove = async () => {
    const createdFrom = runtime.nowSeconds() + TOMBSTONE_SECONDS;
    await store.remove(subject, await store.find(subject), createdFrom);
  };
  return retryOnConflict(runtime, remove, () => {});
}

/** The account of a new service. */
function serviceAccount(id: string, username: string, organization_id: string): StoredAccount {
  return { ...NEW_SERVICE_ACCOUNT, id, username, organization_id };
}
