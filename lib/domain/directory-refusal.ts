/** What a caller is told when the directory refuses their change for good. */
import type { AccountChanges } from './account-record.ts';
import {
  type DirectoryRefusalError,
  type ErrorCode,
  faultAt,
  REFUSALS,
  RequestRefusedError,
} from './errors.ts';

/** The refusal of a change, at the field that the directory refuses. */
export function refusalOf({ reason }: DirectoryRefusalError, changes: AccountChanges) {
  if (reason === 'not_found') return new RequestRefusedError('account_not_found');
  if (reason === 'password_refused') {
    const detail = 'The password was refused, for example because it was used before.';
    const fault = faultAt('password', 'password_refused', detail);
    return new RequestRefusedError('invalid_fields', [fault]);
  }
  const field = changes.username === undefined ? 'email' : 'username';
  if (reason === 'invalid_value') {
    const fault = faultAt(field, `invalid_${field}`, 'The sign-in directory refuses this value.');
    return new RequestRefusedError('invalid_fields', [fault]);
  }
  const code: ErrorCode = `${field}_taken`;
  return new RequestRefusedError(code, [faultAt(field, code, REFUSALS[code])]);
}
