/**
 * The cure for a request that stood still: it told the directory of a change that others had
 * finished meanwhile, and perhaps changed again since. The account is the truth.
 */
import type { AccountChanges, AccountRecord } from '../account/account-record.ts';
import type { Ports, UserDirectory } from './ports.ts';

const MAX_ATTEMPTS = 5;
const PAUSE_MS = 100;

/**
 * Tells the directory what the account says now, of those fields that `told` may have undone.
 * A change that others have under way meanwhile is waited for; left open, the next request finishes
 * it, which tells the directory as well.
 */
export async function tellAgain(
  { store, directory, runtime }: Ports,
  subject: string,
  told: AccountChanges,
): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const record = await store.find(subject);
    if (record === null || isAsTold(record, told)) return;
    if (record.intent === null) {
      await tell(directory, record, told);
      if ((await store.find(subject))?.revision === record.revision) return;
    }
    await runtime.sleep(runtime.random() * PAUSE_MS * attempt);
  }
}

function isAsTold({ account, intent }: AccountRecord, told: AccountChanges): boolean {
  const isSame = <Value>(given: Value | undefined, now: Value) =>
    given === undefined || given === now;
  return (
    intent === null &&
    isSame(told.username, account.username) &&
    isSame(told.email, account.email) &&
    isSame(told.is_active, account.is_active)
  );
}

async function tell(directory: UserDirectory, record: AccountRecord, told: AccountChanges) {
  const { directoryName, account } = record;
  if (directoryName === null) return;
  const { username, email, is_active } = account;
  if (told.username !== undefined || told.email !== undefined) {
    await directory.setNames(directoryName, {
      ...(told.username === undefined ? {} : { username }),
      // The late call has taken what was confirmed of the address away.
      ...(told.email === undefined ? {} : { email: { address: email, verified: false } }),
    });
  }
  if (told.is_active !== undefined) await directory.setEnabled(directoryName, is_active);
}
