/** Messages for the API's denial reasons: why a field or the account cannot be edited. */
import type { Capabilities, User } from './account-client.ts';

type Capability = Capabilities[keyof Capabilities];
type Reason = NonNullable<Capability['reason']>;

/** Reasons that hold for the whole account: shown once, not at every field. */
const ACCOUNT_WIDE: ReadonlySet<Reason> = new Set<Reason>([
  'insufficient_scope',
  'client_not_allowed',
  'service_account_not_editable',
  'internal_account_not_editable',
  'admin_account_not_editable',
]);

const MESSAGES = {
  read_only: 'This cannot be changed.',
  insufficient_scope: 'This sign-in may read the account, not change it.',
  client_not_allowed: 'This app may read the account, not change it.',
  service_account_not_editable: 'Service accounts are edited by operators only.',
  internal_account_not_editable: 'Internal accounts are edited by operators only.',
  admin_account_not_editable: 'The reserved admin account is edited by operators only.',
  managed_by_identity_provider: 'Kept by your identity provider. Change it there.',
  privileged_field: 'Only a superuser may change this.',
  insufficient_user_authentication: 'To change this, you will be asked to sign in again.',
} satisfies Record<Reason, string>;

/** Why no field can be edited; null if at least one can. */
export function accountDenialReason(capabilities: Capabilities): string | null {
  const { reason } = capabilities.id;
  return reason !== undefined && ACCOUNT_WIDE.has(reason) ? MESSAGES[reason] : null;
}

/** Why this field cannot be edited; null if it can, or if an account-wide reason applies. */
export function fieldDenialReason(capabilities: Capabilities, field: keyof User): string | null {
  const { reason } = capabilities[field];
  return reason === undefined || ACCOUNT_WIDE.has(reason) ? null : MESSAGES[reason];
}

/** Maximum age in seconds of the sign-in that this field requires; null if the sign-in is recent enough. */
export function requiredSignInAge(capabilities: Capabilities, field: keyof User): number | null {
  const { reason, max_age } = capabilities[field];
  return reason === 'insufficient_user_authentication' ? (max_age ?? 0) : null;
}
