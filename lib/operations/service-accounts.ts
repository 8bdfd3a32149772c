/** Creates service accounts and replaces their app clients, for operators. */
import type { StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import { UnavailableError } from '../account/errors.ts';
import { NEW_SERVICE_ACCOUNT } from '../account/fields.ts';
import { newRecord } from '../account/record-change.ts';
import { type AccountReference, findAccount, OperationError } from './account-lookup.ts';
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

/** The account of a new service. */
function serviceAccount(id: string, username: string, organization_id: string): StoredAccount {
  return { ...NEW_SERVICE_ACCOUNT, id, username, organization_id };
}
