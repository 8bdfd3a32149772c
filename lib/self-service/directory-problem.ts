/** What a caller is told when the directory refuses their change for good. */
import type { AccountChanges } from '../account/account-record.ts';
import {
  type DirectoryRefusalError,
  fieldError,
  PROBLEM_DETAILS,
  type ProblemCode,
  ProblemError,
} from '../account/errors.ts';

/** The refusal of a change, at the field that the directory refuses. */
export function refusalOf({ reason }: DirectoryRefusalError, changes: AccountChanges) {
  if (reason === 'not_found') return new ProblemError('account_not_found');
  if (reason === 'password_refused') {
    const detail = 'The password was refused, for example because it was used before.';
    const fault = fieldError('password', 'password_refused', detail);
    return new ProblemError('invalid_fields', [fault]);
  }
  const field = changes.username === undefined ? 'email' : 'username';
  if (reason === 'invalid_value') {
    const fault = fieldError(
      field,
      `invalid_${field}`,
      'The sign-in directory refuses this value.',
    );
    return new ProblemError('invalid_fields', [fault]);
  }
  const code: ProblemCode = `${field}_taken`;
  return new ProblemError(code, [fieldError(field, code, PROBLEM_DETAILS[code])]);
}
