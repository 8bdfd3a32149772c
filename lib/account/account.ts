/**
 * The account as callers see it: its 17 fields, their limits, and the one rule that folds names.
 * Knows nothing of storage, HTTP or tokens. Field names are those of the wire (docs/decisions/0008).
 */
import * as v from 'valibot';

/** Any value JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** Most characters (code points) of name, company, job_title and of a username that is no e-mail. */
export const TEXT_MAX_LENGTH = 50;
/** Most characters of an e-mail address (RFC 5321 section 4.5.3.1.3, without the angle brackets). */
export const EMAIL_MAX_LENGTH = 254;
/** Most characters of an avatar address. */
export const AVATAR_URL_MAX_LENGTH = 2048;
/** Most bytes of metadata as UTF-8 JSON text. */
export const METADATA_MAX_BYTES = 16 * 1024;
/** Deepest nesting of metadata; a scalar has depth 0, `[]` depth 1. */
export const METADATA_MAX_DEPTH = 32;

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
    value.length >= 1 && value.length <= TEXT_MAX_LENGTH && USERNAME_PATTERN.test(value);
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

const nullableText = v.nullable(v.string());

/**
 * An account as stored: the wire's fields without `password`, which is never stored, and with
 * `metadata` as JSON text, so that it is kept exactly as sent (docs/decisions/0005).
 */
export const StoredAccountSchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  username: v.pipe(v.string(), v.check(isUsername)),
  email: nullableText,
  name: nullableText,
  company: nullableText,
  job_title: nullableText,
  avatar_url: nullableText,
  metadata: nullableText,
  password_expired: v.nullable(v.boolean()),
  oauth_provider: nullableText,
  oauth_id: nullableText,
  is_active: v.boolean(),
  is_superuser: v.boolean(),
  is_service_account: v.boolean(),
  is_onboarded: v.boolean(),
  organization_id: v.nullable(v.pipe(v.string(), v.uuid())),
});
export type StoredAccount = v.InferOutput<typeof StoredAccountSchema>;

/** The account on the wire: exactly these 17 keys, each always present. */
export type AccountView = Omit<StoredAccount, 'metadata'> & { password: null; metadata: JsonValue };

/** The wire form of an account. `password` is always null; `metadata` is the value that was sent. */
export function toAccountView(account: StoredAccount): AccountView {
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    name: account.name,
    company: account.company,
    job_title: account.job_title,
    avatar_url: account.avatar_url,
    metadata: account.metadata === null ? null : JSON.parse(account.metadata),
    password: null,
    password_expired: account.password_expired,
    oauth_provider: account.oauth_provider,
    oauth_id: account.oauth_id,
    is_active: account.is_active,
    is_superuser: account.is_superuser,
    is_service_account: account.is_service_account,
    is_onboarded: account.is_onboarded,
    organization_id: account.organization_id,
  };
}

/** True for an account whose sign-in is kept by an outside identity provider (SSO). */
export function isFederated(account: StoredAccount): boolean {
  return account.oauth_provider !== null;
}
