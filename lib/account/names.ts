/** Usernames and e-mail addresses: what may be one, and the one form under which they are compared. */
import * as v from 'valibot';

/** Most characters of a username that is no e-mail address. */
export const USERNAME_MAX_LENGTH = 50;
/** Most characters of an e-mail address (RFC 5321 section 4.5.3.1.3, without the angle brackets). */
export const EMAIL_MAX_LENGTH = 254;

/** Characters of a username that is not an e-mail address. */
export const USERNAME_PATTERN = /^[a-zA-Z0-9_\-@.]+$/;

/** An e-mail address: ASCII only, so that two addresses that look alike are the same address. */
export const EmailSchema = v.pipe(
  v.string(),
  v.maxLength(EMAIL_MAX_LENGTH, 'too_long'),
  v.email('invalid_email'),
);

/** True for a value that may stand as a username: 1 to 50 of the pattern, or an e-mail address. */
export function isUsername(value: string): boolean {
  const matches =
    value.length >= 1 && value.length <= USERNAME_MAX_LENGTH && USERNAME_PATTERN.test(value);
  return matches || v.is(EmailSchema, value);
}

/**
 * The form under which usernames and e-mails are compared and reserved, in one shared namespace:
 * NFKC, lower case, no trailing dots. Idempotent.
 */
export function foldName(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  return folded.replace(/\.+$/u, '');
}

/** Usernames that nobody can take; the account that has the first cannot be edited either. */
export interface ReservedUsernames {
  adminUsername: string;
  reservedNames: readonly string[];
}

/** True for a username that nobody can take. */
export function isReservedUsername(name: string, reserved: ReservedUsernames): boolean {
  return [reserved.adminUsername, ...reserved.reservedNames].some((one) => isSameName(name, one));
}

/** True where both are one name; null is the name of nobody. */
export function isSameName(one: string, other: string | null): boolean {
  return other !== null && foldName(one) === foldName(other);
}
