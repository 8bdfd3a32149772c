/**
 * Tells the owner of an account of a change of what signs them in. The addresses are part of the
 * intent: whichever request finishes the change tells them before it commits, so at least once.
 */
import type { AccountRecord } from '../account/account-record.ts';
import { isSameName } from '../account/names.ts';
import type { EventSink } from './events.ts';
import type { Ports } from './ports.ts';

/**
 * The address of the account before the change, where its owner has proven it, and a new one that
 * they have proven already: an address that anybody may have typed in is a stranger's, perhaps, whom
 * no one may make this service write to.
 */
export async function provenAddresses(
  { directory, notices }: Ports,
  { account: { email }, directoryName, pendingEmail }: AccountRecord,
): Promise<string[]> {
  if (!notices || email === null || directoryName === null) return [];
  const person = await directory.find(directoryName);
  if (!person?.emailVerified) return [];
  if (isSameName(email, person.email)) return [email];
  if (pendingEmail === null || !isSameName(pendingEmail.address, person.email)) return [];
  // The directory has the new address since it was proven, and the record knows the one before.
  const { address, verified } = pendingEmail.former;
  return [...(verified && address !== null ? [address] : []), pendingEmail.address];
}

/** Tells of the open intent of a record. Never fails: the change is made, told or not. */
export async function tellOwner(
  { notices }: Ports,
  record: AccountRecord,
  report: EventSink,
): Promise<void> {
  if (!notices || !record.intent?.notify?.length) return;
  await notices.tell(record).catch((error: unknown) => {
    const name = error instanceof Error ? error.name : typeof error;
    report({ event: 'NOTICE_FAILED', subject: record.subject, error: name });
  });
}
