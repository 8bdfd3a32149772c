/**
 * Who may change what. Pure; a PATCH and the capabilities of a caller are both decided here. Which
 * fields a reason concerns stands in the table of fields.
 */
import { isFederated, type StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import {
  DENIAL_REASONS,
  type DenialReason,
  type EditableField,
  fieldRow,
} from '../account/fields.ts';
import { isSameName } from '../account/names.ts';

/** What a decision depends on besides the account. */
export interface EditContext {
  /** When the caller signed in, epoch seconds; null where the token does not say. */
  authTime: number | null;
  nowSeconds: number;
  /** Greatest age in seconds of a sign-in for sensitive fields; 0 is off. */
  recentSignInSeconds: number;
}

/** Why nobody edits this account here; null when its owner may. */
export function accountDenial(record: AccountRecord, adminUsername: string) {
  if (record.account.is_service_account) return 'service_account_not_editable';
  if (record.internal) return 'internal_account_not_editable';
  const isAdmin = isSameName(record.account.username, adminUsername);
  return isAdmin ? 'admin_account_not_editable' : null;
}

/** Why the account's owner may not change this field now: the first reason that applies, or null. */
export function fieldDenial(
  field: EditableField,
  account: StoredAccount,
  context: EditContext,
): DenialReason | null {
  const { denials } = fieldRow(field);
  const applies = (reason: DenialReason) =>
    denials.includes(reason) && DENIALS[reason](account, context);
  return DENIAL_REASONS.find(applies) ?? null;
}

/** When each reason applies to the fields that name it. */
const DENIALS: Record<DenialReason, (account: StoredAccount, context: EditContext) => boolean> = {
  managed_by_identity_provider: (account) => isFederated(account),
  privileged_field: (account) => !account.is_superuser,
  insufficient_user_authentication: (_account, context) => !isRecent(context),
};

function isRecent({ authTime, nowSeconds, recentSignInSeconds }: EditContext): boolean {
  if (recentSignInSeconds === 0) return true;
  return authTime !== null && nowSeconds - authTime <= recentSignInSeconds;
}
