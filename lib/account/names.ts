/** Usernames and e-mail addresses: what may be one, and the one form under which they are compared. */
import * as v from 'valibot';

/** Most characters of a username that is no e-mail address. */
export const USERNAME_MAX_LENGTH = 50;
/** Most characters of an e-mail address (RFC 5321 section 4.5.3.1.3, without the angle brackets). */
export const EMAIL_MAX_LENGTH = 254;

/** Characters of a username that is not an e-mail address. */
const USERNAME_PATTERN = /^[a-zA-Z0-9_\-@.]+$/;

/** Form of the ids of people and service accounts, in any spelling that folds to one. */
const ID_PATTERN = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\.*$/;

/** A username that somebody may choose, unless it is an e-mail address: none in the form of an id. */
export const CHOSEN_USERNAME_PATTERN = new RegExp(
  `^(?!${ID_PATTERN.source.slice(1)})${USERNAME_PATTERN.source.slice(1)}`,
);

// One `atext` of RFC 5322, and one label of a domain (RFC 5321 section 4.1.2, RFC 1035).
const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/**
 * A mailbox of RFC 5321 without quotes or address literals: at most 64 characters before the `@`,
 * then two labels or more. Internationalised domains are sent as `xn--` labels (RFC 5890).
 */
export const EMAIL_PATTERN = new RegExp(
  `^(?=[^@]{1,64}@)${ATEXT}+(?:\\.${ATEXT}+)*@${LABEL}(?:\\.${LABEL})+$`,
);

/** An e-mail address: ASCII only, so that two addresses that look alike are the same address. */
export const EmailSchema = v.pipe(
  v.string(),
  v.maxLength(EMAIL_MAX_LENGTH, 'too_long'),
  v.regex(EMAIL_PATTERN, 'invalid_email'),
);

/** True for a value that may stand as a username: 1 to 50 of the pattern, or an e-mail address. */
export function isUsername(value: string): boolean {
  const matches =
    value.length >= 1 && value.length <= USERNAME_MAX_LENGTH && USERNAME_PATTERN.test(value);
  return matches || v.is(EmailSchema, value);
}

/** True for a username that somebody may choose: operators type ids, and must reach whom they mean. */
export function isChosenUsername(value: string): boolean {
  return isUsername(value) && !hasIdForm(value);
}

/** True for the form of the ids of people and service accounts. */
export function hasIdForm(value: string): boolean {
  return ID_PATTERN.test(value);
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

/** True for a new username that is reserved. An account that has one may write it in other letter case. */
export function takesReserved(
  changes: { username?: string },
  current: { username: string },
  reserved: ReservedUsernames,
): boolean {
  const { username } = changes;
  if (username === undefined || isSameName(username, current.username)) return false;
  return isReservedUsername(username, reserved);
}
