/**
 * Who may change what: the one statement of section "Who may change what" of the design. Pure; both
 * PATCH and anything that tells a caller what they may edit ask here.
 */

import { foldName, isFederated, type StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import type { ProblemCode } from '../account/errors.ts';
import type { EditableField } from '../account/field-rules.ts';

/** What an answer depends on besides the account. */
export interface EditContext {
  /** When the caller signed in, epoch seconds; null where the token does not say. */
  authTime: number | null;
  nowSeconds: number;
  /** Greatest age in seconds of a sign-in for sensitive fields; 0 is off. */
  recentSignInSeconds: number;
}

const PROVIDER_FIELDS: ReadonlySet<EditableField> = new Set([
  'username',
  'email',
  'password',
  'password_expired',
]);
const PRIVILEGED_FIELDS: ReadonlySet<EditableField> = new Set([
  'is_superuser',
  'is_active',
  'password_expired',
]);
const SENSITIVE_FIELDS: ReadonlySet<EditableField> = new Set(['password', 'username', 'email']);

/** Why nobody edits this account here; null when its owner may. */
export function accountDenial(record: AccountRecord, adminUsername: string) {
  if (record.account.is_service_account) return 'service_account_not_editable';
  if (record.internal) return 'internal_account_not_editable';
  const isAdmin = foldName(record.account.username) === foldName(adminUsername);
  return isAdmin ? 'admin_account_not_editable' : null;
}

/** Obstacles of single fields, in the order in which they are answered. */
export const DENIAL_REASONS = [
  'managed_by_identity_provider',
  'privileged_field',
  'insufficient_user_authentication',
] as const satisfies ProblemCode[];
export type DenialReason = (typeof DENIAL_REASONS)[number];

/** Which fields each obstacle can hinder. */
export const RESTRICTED_FIELDS: Record<DenialReason, ReadonlySet<EditableField>> = {
  managed_by_identity_provider: PROVIDER_FIELDS,
  privileged_field: PRIVILEGED_FIELDS,
  insufficient_user_authentication: SENSITIVE_FIELDS,
};

/** Why the account's owner may not change this field now: the first obstacle, or null. */
export function fieldDenial(
  field: EditableField,
  account: StoredAccount,
  circumstances: EditContext,
): DenialReason | null {
  if (PROVIDER_FIELDS.has(field) && isFederated(account)) return 'managed_by_identity_provider';
  if (PRIVILEGED_FIELDS.has(field) && !account.is_superuser) return 'privileged_field';
  if (SENSITIVE_FIELDS.has(field) && !isRecent(circumstances)) {
    return 'insufficient_user_authentication';
  }
  return null;
}

function isRecent({ authTime, nowSeconds, recentSignInSeconds }: EditContext): boolean {
  if (recentSignInSeconds === 0) return true;
  return authTime !== null && nowSeconds - authTime <= recentSignInSeconds;
}
