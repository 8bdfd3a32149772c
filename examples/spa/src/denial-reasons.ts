/** The API's denial reasons in words: why a field or the account cannot be edited. */
import type { Capabilities, User } from './account-client.ts';
import { textOf } from './texts.ts';

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

const inWords = (reason: Reason): string => textOf(reason) ?? 'This cannot be changed here.';

/** Why no field can be edited; null if at least one can. */
export function accountDenialReason(capabilities: Capabilities): string | null {
  const { reason } = capabilities.id;
  return reason !== undefined && ACCOUNT_WIDE.has(reason) ? inWords(reason) : null;
}

/** Why this field cannot be edited; null if it can, or if an account-wide reason applies. */
export function fieldDenialReason(capabilities: Capabilities, field: keyof User): string | null {
  const { reason } = capabilities[field];
  return reason === undefined || ACCOUNT_WIDE.has(reason) ? null : inWords(reason);
}

/** The reason that at least two of these fields have, to be shown once for all of them; or null. */
export function sharedDenialReason(
  capabilities: Capabilities,
  fields: readonly (keyof User)[],
): string | null {
  const reasons = fields.map((field) => fieldDenialReason(capabilities, field));
  return (
    reasons.find((reason, index) => reason !== null && reasons.indexOf(reason) < index) ?? null
  );
}

/** Maximum age in seconds of the sign-in that this field requires; null if the sign-in is recent enough. */
export function requiredSignInAge(capabilities: Capabilities, field: keyof User): number | null {
  const { reason, max_age } = capabilities[field];
  return reason === 'insufficient_user_authentication' ? (max_age ?? 0) : null;
}
