/** What a change of an account is told as, and to whom: pure. */
import type { AccountRecord } from '../account/account-record.ts';

/** One mail. Holds no value of the account but the address it goes to. */
export interface Notice {
  to: string;
  changed: ('username' | 'email' | 'password')[];
  /** The new address, masked; null where the account has none after the change. */
  maskedEmail: string | null;
  /** When the change was asked for, epoch seconds: a mail that is sent twice says the same twice. */
  at: number;
}

/** A mail to each address that the open intent of a record names; none where nothing is to tell. */
export function noticesOf({ account, intent }: AccountRecord): Notice[] {
  if (intent === null) return [];
  const { username, email } = intent.changes;
  const changed: Notice['changed'] = [];
  if (username !== undefined && username !== account.username) changed.push('username');
  if (email !== undefined && email !== account.email) changed.push('email');
  // A crash leaves unknown whether the password was set. Told in vain is better than not told.
  if (intent.revokesSessions !== null) changed.push('password');
  if (changed.length === 0) return [];
  const maskedEmail = email == null ? null : masked(email);
  return (intent.notify ?? []).map((to) => ({ to, changed, maskedEmail, at: intent.openedAt }));
}

/**
 * Enough for the owner of both addresses to recognise the new one. Whoever else still reads the old
 * mailbox does not learn where the account can be reached now, and no mail program makes a link of it.
 */
function masked(email: string): string {
  const at = email.lastIndexOf('@');
  const first = (text: string) => [...text].slice(0, 1).join('');
  return `${first(email.slice(0, at))}***@${first(email.slice(at + 1))}***`;
}
