/**
 * What a caller may edit now, and why not: made by the rules that decide about an update
 * (edit-permissions.ts), so that the two cannot disagree.
 */
import { type AccountRecord, pendingEmailOf } from '../account/account-record.ts';
import {
  ACCOUNT_FIELDS,
  type DenialReason,
  EDITABLE_FIELDS,
  type Field,
  fieldRecord,
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
export type FieldCapability =
  | { editable: true }
  | { editable: false; reason: CapabilityReason; max_age?: number };

/** Every field of the account, each with what the caller may do with it. */
export interface Capabilities {
  fields: Record<Field, FieldCapability>;
  /** The new e-mail that waits to be proven, and when its code was asked for; null for none. */
  pending_email: { address: string; since: string } | null;
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
  const capabilityOf = (field: Field): FieldCapability => {
    const editable = EDITABLE_FIELDS.find((one) => one === field);
    const own = editable ? fieldDenial(editable, record.account, context) : 'read_only';
    const reason = denial ?? own;
    if (reason === null) return { editable: true };
    const isAge = reason === 'insufficient_user_authentication';
    return { editable: false, reason, ...(isAge ? { max_age: rules.recentSignInSeconds } : {}) };
  };
  const pending = pendingEmailOf(record, nowSeconds);
  return {
    fields: fieldRecord(ACCOUNT_FIELDS, capabilityOf),
    pending_email: pending && {
      address: pending.address,
      since: new Date(pending.since * 1000).toISOString(),
    },
    password_rules: passwordRulesOf(rules.passwordPolicy),
  };
}

function passwordRulesOf(policy: PasswordPolicy): PasswordRules {
  return {
    min_length: policy.minLength,
    requires: [
      ...(policy.requireLowercase ? (['lowercase'] as const) : []),
      ...(policy.requireUppercase ? (['uppercase'] as const) : []),
      ...(policy.requireDigits ? (['digit'] as const) : []),
      ...(policy.requireSymbols ? (['symbol'] as const) : []),
    ],
  };
}
