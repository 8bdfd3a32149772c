/** Why something cannot be edited, in words. Knows the codes of the API, no pages. */
import type { Capabilities, User } from './account-client.ts';

type Capability = Capabilities[keyof Capabilities];
type Reason = NonNullable<Capability['reason']>;

/** Reasons that hold for the whole account: said once, not at every field. */
const WHOLE: ReadonlySet<Reason> = new Set<Reason>([
  'insufficient_scope',
  'client_not_allowed',
  'service_account_not_editable',
  'internal_account_not_editable',
  'admin_account_not_editable',
]);

const SENTENCES = {
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

/** Why nothing of the account can be edited; null where something can. */
export function wholeReason(capabilities: Capabilities): string | null {
  const { reason } = capabilities.id;
  return reason !== undefined && WHOLE.has(reason) ? SENTENCES[reason] : null;
}

/** Why this field alone cannot be edited now; null where it can, or where nothing can. */
export function fieldReason(capabilities: Capabilities, field: keyof User): string | null {
  const { reason } = capabilities[field];
  return reason === undefined || WHOLE.has(reason) ? null : SENTENCES[reason];
}

/** How recent a sign-in this field wants before it may be changed; null where that is no obstacle. */
export function wantedSignInAge(capabilities: Capabilities, field: keyof User): number | null {
  const { reason, max_age } = capabilities[field];
  return reason === 'insufficient_user_authentication' ? (max_age ?? 0) : null;
}
