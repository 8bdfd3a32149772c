/**
 * What a caller may edit now, and why not: made from the very rules that an update is held to
 * (edit-rights.ts), so that the two cannot disagree.
 */

import type { AccountView } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import type { EditableField } from '../account/field-rules.ts';
import type { AccountPolicy } from './account-update.ts';
import type { Caller, WriteDenial } from './caller.ts';
import { accountDenial, type DenialReason, fieldDenial } from './edit-permissions.ts';

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
  fields: Record<keyof AccountView, FieldCapability>;
}

/** What the owner of this record may edit with the token they called with, at this moment. */
export function capabilitiesOf(
  record: AccountRecord,
  caller: Caller,
  rules: AccountPolicy,
  nowSeconds: number,
): Capabilities {
  const whole = caller.writeDenial ?? accountDenial(record, rules.adminUsername);
  const circumstances = { ...rules, authTime: caller.authTime, nowSeconds };
  const of = (field: EditableField): FieldCapability => {
    const reason = whole ?? fieldDenial(field, record.account, circumstances);
    if (reason === null) return { editable: true };
    const isAge = reason === 'insufficient_user_authentication';
    return { editable: false, reason, ...(isAge ? { max_age: rules.recentSignInSeconds } : {}) };
  };
  const readOnly: FieldCapability = { editable: false, reason: whole ?? 'read_only' };
  return {
    fields: {
      id: readOnly,
      username: of('username'),
      email: of('email'),
      name: of('name'),
      company: of('company'),
      job_title: of('job_title'),
      avatar_url: of('avatar_url'),
      metadata: of('metadata'),
      password: of('password'),
      password_expired: of('password_expired'),
      oauth_provider: readOnly,
      oauth_id: readOnly,
      is_active: of('is_active'),
      is_superuser: of('is_superuser'),
      is_service_account: readOnly,
      is_onboarded: of('is_onboarded'),
      organization_id: readOnly,
    },
  };
}
