/** What the use cases report while they work, for logs and metrics: a closed list, never values. */
import type { AccountRecord } from '../account/account-record.ts';

/** A change of what callers can see of an account. */
export interface AccountChange {
  event: 'ACCOUNT_CHANGED';
  subject: string;
  /** Names of what changed. */
  fields: readonly string[];
  fromVersion: number;
  toVersion: number;
}

/** A step of a new e-mail address that is not the account's before it is proven. */
export interface EmailChange {
  event: 'EMAIL_CHANGE';
  subject: string;
  /** `undone`: its address was proven too late, as another account has it or it was taken back. */
  step: 'requested' | 'withdrawn' | 'expired' | 'undone';
}

/** What of a profile of the directory did not fit, by names of fields; absent where all did. */
export interface ProfileMisfits {
  /** Texts that were cut to their greatest length. */
  cutFields?: readonly string[];
  /** Values that no account may have. */
  leftOutFields?: readonly string[];
}

/** Something worth knowing that happened to an account. */
export type DomainEvent =
  | AccountChange
  | ({ event: 'ACCOUNT_PROVISIONED'; subject: string } & ProfileMisfits)
  /** `outcome` is that of the e-mail. */
  | ({
      event: 'SSO_REFRESHED';
      subject: string;
      outcome: 'changed' | 'kept' | 'taken';
    } & ProfileMisfits)
  | {
      event: 'INTENT_FINISHED';
      subject: string;
      outcome: 'applied' | 'undone';
      /** Since it was opened. */
      ageSeconds: number;
    }
  | EmailChange
  /** Its owner was not told of a change that was made. */
  | { event: 'NOTICE_FAILED'; subject: string; error: string }
  | { event: 'WRITE_CONFLICT'; subject: string; attempt: number };

/** Takes what is reported; must not throw. */
export type EventSink = (event: DomainEvent) => void;

/** The change from one record of an account to another, in these fields. */
export function accountChange(
  before: AccountRecord,
  after: AccountRecord,
  fields: readonly string[],
): AccountChange {
  const versions = { fromVersion: before.version, toVersion: after.version };
  return { event: 'ACCOUNT_CHANGED', subject: after.subject, fields, ...versions };
}
