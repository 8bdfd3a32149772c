/**
 * What a caller may edit now, and why not: made by the rules that decide about an update
 * (edit-permissions.ts), so that the two cannot disagree. Beside it, the state of the account and of
 * the sign-in, which only its owner sees.
 */
import {
  type AccountRecord,
  directoryFields,
  pendingEmailOf,
  updatedAtOf,
} from '../account/account-record.ts';
import {
  ACCOUNT_FIELDS,
  type DenialReason,
  EDITABLE_FIELDS,
  type Field,
  fieldRecord,
  fieldRow,
  PROFILE_FIELDS,
  type ProfileField,
} from '../account/fields.ts';
import type { PasswordPolicy } from '../account/password-policy.ts';
import type { AccountPolicy } from './account-update.ts';
import type { Caller, WriteDenial } from './caller.ts';
import { accountDenial, fieldDenial } from './edit-permissions.ts';

/** The code that a change of a field would be refused with. */
export type CapabilityReason =
  | 'read_only'
  | WriteDenial
  | NonNullable<ReturnType<typeof accountDenial>>
  | DenialReason;

/** Whether a field may be changed now, and why not. */
export type FieldCapability = { editable: true } | { editable: false; reason: CapabilityReason };

/** Greatest age in seconds of a sign-in that may change a field; absent where any may, or none. */
type WithMaxAge = FieldCapability & { max_age?: number };

/** Times are of RFC 3339, in whole seconds; null is what the service does not know. */
export interface Capabilities {
  /** Every field of the account, each with what the caller may do with it. */
  fields: Record<Field, WithMaxAge>;
  /** The new e-mail that waits to be proven, and when its code was asked for; null for none. */
  pending_email: { address: string; since: string } | null;
  /** Whether the e-mail is proven (docs/decisions/0035). */
  email_verified: boolean | null;
  created_at: string | null;
  updated_at: string | null;
  password_changed_at: string | null;
  /** When the caller signed in. */
  auth_time: string | null;
  /** Of the token. */
  scopes: readonly string[];
  /** Where the value of each field of the profile came from; null where it has none. */
  sources: Record<ProfileField, 'directory' | 'owner' | null>;
  /** What the user pool asks of a password. */
  password_rules: PasswordRules;
}

interface PasswordRules {
  min_length: number;
  requires: ('lowercase' | 'uppercase' | 'digit' | 'symbol')[];
}

/** What the owner of this record may edit with the token they called with, at this moment. */
export function capabilitiesOf(
  record: AccountRecord,
  caller: Caller,
  rules: AccountPolicy,
  nowSeconds: number,
): Capabilities {
  const denial = caller.writeDenial ?? accountDenial(record, rules.adminUsername);
  const context = { ...rules, authTime: caller.authTime, nowSeconds };
  const capabilityOf = (field: Field): WithMaxAge => {
    const editable = EDITABLE_FIELDS.find((one) => one === field);
    const own = editable ? fieldDenial(editable, record.account, context) : 'read_only';
    const reason = denial ?? own;
    const isHelped = reason === null || reason === 'insufficient_user_authentication';
    const hasMaxAge = isHelped && rules.recentSignInSeconds > 0 && needsRecentSignIn(field);
    return {
      ...(reason === null ? { editable: true } : { editable: false, reason }),
      ...(hasMaxAge && { max_age: rules.recentSignInSeconds }),
    };
  };
  const pending = pendingEmailOf(record, nowSeconds);
  const fromDirectory = directoryFields(record);
  const sourceOf = (field: ProfileField) => {
    if (record.account[field] === null) return null;
    return fromDirectory.includes(field) ? 'directory' : 'owner';
  };
  return {
    fields: fieldRecord(ACCOUNT_FIELDS, capabilityOf),
    pending_email: pending && { address: pending.address, since: timestamp(pending.since) },
    email_verified: record.emailVerified,
    created_at: timestamp(record.createdAt),
    updated_at: timestamp(updatedAtOf(record, nowSeconds)),
    password_changed_at: timestamp(record.passwordChangedAt),
    auth_time: timestamp(caller.authTime),
    scopes: caller.scopes,
    sources: fieldRecord(PROFILE_FIELDS, sourceOf),
    password_rules: passwordRulesOf(rules.passwordPolicy),
  };
}

function passwordRulesOf(policy: PasswordPolicy): PasswordRules {
  const kinds = [
    ['lowercase', policy.requireLowercase],
    ['uppercase', policy.requireUppercase],
    ['digit', policy.requireDigits],
    ['symbol', policy.requireSymbols],
  ] as const;
  const requires = kinds.filter(([, isRequired]) => isRequired).map(([kind]) => kind);
  return { min_length: policy.minLength, requires };
}

const needsRecentSignIn = (field: Field) =>
  fieldRow(field).denials.includes('insufficient_user_authentication');

function timestamp(epochSeconds: number): string;
function timestamp(epochSeconds: number | null): string | null;
function timestamp(epochSeconds: number | null): string | null {
  return epochSeconds === null ? null : new Date(epochSeconds * 1000).toISOString();
}
