/** Formats accounts for the account tool, as JSON and as lines of text. */

import { toAccountView } from '../../lib/account/account.ts';
import { type AccountRecord, namesHeldBy } from '../../lib/account/account-record.ts';
import type { FoundAccount } from '../../lib/operations/account-lookup.ts';
import type { ClientCredentials, OperatorPorts } from '../../lib/operations/ports.ts';

const SECONDS_PER_DAY = 24 * 60 * 60;

/** Output of a command in both formats. */
export interface Description {
  json: Record<string, unknown>;
  text: string;
}

/** A record after a change, with secrets that are shown only once. */
export function describeRecord(
  record: AccountRecord,
  once: Record<string, string> = {},
): Description {
  return description({ ...once, ...recordFields(record) });
}

/**
 * What is shown of a temporary password: itself, and until when it works. Asks the directory first, so
 * that no password is set and then not shown because the directory does not say.
 */
export async function describeTemporaryPassword({
  admin,
  runtime,
}: OperatorPorts): Promise<(password: string) => Record<string, string>> {
  const validSeconds = (await admin.temporaryPasswordDays()) * SECONDS_PER_DAY;
  return (password) => ({
    temporary_password: password,
    temporary_password_expires: new Date(
      (runtime.nowSeconds() + validSeconds) * 1000,
    ).toISOString(),
  });
}

/** Credentials of an app client, under the names of OAuth. */
export function credentialsOf({ clientId, clientSecret }: ClientCredentials) {
  return { client_id: clientId, client_secret: clientSecret };
}

/** Everything stored about an account: its record, its reserved names, its user in the pool. */
export function describeAccount({ record, person }: FoundAccount): Description {
  return description({
    ...(record === null
      ? { record: 'none yet: created at the first request' }
      : recordFields(record)),
    user_in_pool: person,
  });
}

function recordFields(record: AccountRecord) {
  const { account, ...kept } = record;
  return { ...toAccountView(account), ...kept, names: [...namesHeldBy(record)] };
}

function description(json: Record<string, unknown>): Description {
  const width = Math.max(...Object.keys(json).map((key) => key.length));
  const lines = Object.entries(json).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${key.padEnd(width)}  ${text}`;
  });
  return { json, text: lines.join('\n') };
}

/** An account that was found, as questions name it: username, id and e-mail. */
export function nameAccount({ record, person }: FoundAccount): string {
  const account = record?.account;
  const username = account?.username ?? person?.preferredUsername ?? person?.directoryName;
  const id = `id ${account?.id ?? person?.subject}`;
  const email = account ? account.email : person?.email;
  const client = account?.is_service_account ? `client ${record?.subject}` : null;
  const known = [id, client, email].filter((one) => one != null).join(', ');
  return `${account?.is_service_account ? 'the service account ' : ''}"${username}" (${known})`;
}

/** Operators may take the last superuser away, for example a stolen account; they can make another. */
export async function warnIfNoSuperuser({ index }: OperatorPorts): Promise<void> {
  // What was asked for is done: a read that fails changes nothing of that.
  const list = await index.superusers().catch(() => null);
  if (!list?.isComplete || list.subjects.size > 0) return;
  console.error('No active superuser is left: make one with grant-superuser.');
}

/** Prints to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
