/** What a caller is told when the directory refuses their change for good. */
import type { AccountChanges } from '../account/account-record.ts';
import {
  type DirectoryRefusalError,
  fieldError,
  PROBLEM_DETAILS,
  ProblemError,
} from '../account/errors.ts';

/** The problem of a refused change, at every field that the refusal can be about. */
export function toProblem(
  { reason, field: refused }: DirectoryRefusalError,
  changes: AccountChanges,
) {
  if (reason === 'not_found') return new ProblemError('account_not_found');
  if (reason === 'password_refused') {
    const detail = 'The password was refused, for example because it was used before.';
    return new ProblemError('invalid_fields', [fieldError('password', 'password_refused', detail)]);
  }
  const sent = (['username', 'email'] as const).filter((field) => changes[field] !== undefined);
  // The directory takes both names in one call, and does not always say which of them it refuses.
  const named = sent.filter((field) => field === refused);
  const fields = named.length > 0 ? named : sent;
  if (reason === 'invalid_value') {
    const errors = fields.map((field) =>
      fieldError(field, `invalid_${field}`, invalidDetail(field, changes)),
    );
    return new ProblemError('invalid_fields', errors);
  }
  const codes = fields.map((field) => [field, `${field}_taken`] as const);
  const errors = codes.map(([field, code]) => fieldError(field, code, PROBLEM_DETAILS[code]));
  return new ProblemError(codes[0]?.[1] ?? 'username_taken', errors);
}

/** A pool whose users sign in by e-mail as well may take no username that looks like one. */
function invalidDetail(field: 'username' | 'email', { username }: AccountChanges): string {
  return field === 'username' && username?.includes('@')
    ? 'The sign-in directory refuses an e-mail address as username: send a name without an at sign.'
    : 'The sign-in directory refuses this value.';
}
