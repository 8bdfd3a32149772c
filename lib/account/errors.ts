/**
 * The closed family of errors of this service. Knows codes and sentences, no status numbers: those
 * are lib/http/problem.ts's. No error ever holds a value that was sent.
 */

import type { Field } from './fields.ts';

/** Every problem a caller can meet: its permanent code, and its detail. */
export const PROBLEM_DETAILS = {
  invalid_token: 'The access token is missing, malformed, expired or not meant for this service.',
  insufficient_scope: 'The access token does not carry the scope this operation needs.',
  client_not_allowed: 'The app client of the access token may read the account, not change it.',
  unsupported_media_type:
    'Send the changes as application/json or application/merge-patch+json, without content coding.',
  content_too_large: 'The body is larger than 64 KiB.',
  invalid_json:
    'The body is not JSON in UTF-8, or has a key or a nesting that this service does not take.',
  account_not_found: 'The account this token was issued to no longer exists.',
  session_revoked: 'This session was ended. Sign in again.',
  account_inactive: 'This account is not active.',
  service_account_not_registered: 'No service account is registered for this client.',
  service_account_not_editable: 'Service accounts are edited by operators only.',
  internal_account_not_editable: 'Internal accounts are edited by operators only.',
  admin_account_not_editable: 'The reserved admin account is edited by operators only.',
  invalid_precondition: 'If-Match or If-None-Match is neither * nor a list of entity tags.',
  precondition_failed: 'The account is not at the version the request was made for.',
  invalid_fields: 'Some fields cannot be accepted: errors lists each of them.',
  managed_by_identity_provider:
    'The sign-in names and the password of this account are kept by its identity provider.',
  username_reserved: 'This username is reserved.',
  privileged_field: 'Only a superuser may change these fields.',
  insufficient_user_authentication: 'This change needs a more recent sign-in. Sign in again.',
  too_many_attempts:
    'Too many names were refused to this account, or too many codes mailed for it. Try again later.',
  username_taken: 'Another account holds this name.',
  email_taken: 'Another account holds this e-mail address.',
  last_superuser: 'No other superuser is active: this account has to stay an active superuser.',
  unavailable: 'The service cannot finish this request now. Try again in a moment.',
  internal_error: 'Something went wrong on our side. The request id says which request it was.',
} as const satisfies Record<string, string>;

/** Permanent name of a problem; clients may switch on it. */
export type ProblemCode = keyof typeof PROBLEM_DETAILS;

/** One thing wrong with a request: where (JSON pointer, RFC 6901), a permanent code, a sentence. */
export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

/** What a client must obtain to have the request accepted. */
export interface Challenge {
  /** Greatest age in seconds of a sign-in that would do (RFC 9470). */
  maxAge?: number;
  /** The scope that is missing (RFC 6750 section 3). */
  scope?: string;
  /** Seconds until the request may be sent again (RFC 9110 section 10.2.3). */
  retryAfter?: number;
  /** The entity tag of the account as it is now. */
  entityTag?: string;
  /** The fields that changed since the version that was asked for; null where that cannot be told. */
  changed?: readonly Field[] | null;
}

/** Root of every error of this service: what is none of these is a fault of the code. */
export abstract class ServiceError extends Error {}

/** A request that is refused for a reason its sender can know. */
export class ProblemError extends ServiceError {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly faults: readonly FieldError[];
  readonly challenge: Challenge;

  constructor(code: ProblemCode, faults: readonly FieldError[] = [], challenge: Challenge = {}) {
    super(PROBLEM_DETAILS[code]);
    this.code = code;
    this.faults = faults;
    this.challenge = challenge;
  }
}

/** An error at a top-level field of the account. */
export function fieldError(field: string, code: string, detail: string): FieldError {
  const token = field.replaceAll('~', '~0').replaceAll('/', '~1');
  return { pointer: `/${token}`, code, detail };
}

/** A store or directory timed out or was throttled; the outcome is unknown unless `settled`. */
export class UnavailableError extends ServiceError {
  override readonly name = 'UnavailableError';
  /** True when the call is known to have ended: it will not be carried out later. */
  readonly settled: boolean;

  constructor(message?: string, { cause, settled = false }: UnavailableOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.settled = settled;
  }
}

interface UnavailableOptions {
  cause?: unknown;
  /** @default false */
  settled?: boolean;
}

/** The stored record is not the one that was read: read it again. */
export class RecordConflictError extends ServiceError {
  override readonly name = 'RecordConflictError';
}

/** The subject has a record already. */
export class RecordExistsError extends ServiceError {
  override readonly name = 'RecordExistsError';
}

/** Names that another record holds, or that rest for the one that gave them up. */
export class NamesTakenError extends ServiceError {
  override readonly name = 'NamesTakenError';
  /** The taken names, folded. */
  readonly names: ReadonlySet<string>;

  constructor(names: Iterable<string>) {
    super('A name is held by another record or rests for it');
    this.names = new Set(names);
  }
}

/** The change would leave no active superuser. */
export class LastSuperuserError extends ServiceError {
  override readonly name = 'LastSuperuserError';
}

/** Why the directory refuses a change for good. */
export type DirectoryRefusal = 'alias_exists' | 'invalid_value' | 'password_refused' | 'not_found';

/** The directory refuses a change for good, and nothing was changed by that call. */
export class DirectoryRefusalError extends ServiceError {
  override readonly name = 'DirectoryRefusalError';
  readonly reason: DirectoryRefusal;
  /** The name that is refused; null where the directory does not say. */
  readonly field: 'username' | 'email' | null;

  constructor(reason: DirectoryRefusal, field: 'username' | 'email' | null = null) {
    super(`The directory refuses the change: ${reason}`);
    this.reason = reason;
    this.field = field;
  }
}
