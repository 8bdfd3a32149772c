/** The password in the body of an update, and everything that is wrong with it. */
import type { StoredAccount } from '../account/account.ts';
import { type FieldError, fieldError } from '../account/errors.ts';
import { isJsonObject, type JsonValue } from '../account/metadata.ts';
import { brokenRules, guessableBy, type PasswordPolicy } from '../account/password-policy.ts';

/** The password that a body sets; null where it sets none. */
export function sentPassword(body: JsonValue): string | null {
  const password = isJsonObject(body) ? body['password'] : null;
  return typeof password === 'string' && password !== '' ? password : null;
}

/**
 * The errors of a password for an account.
 * @param changes what the same body says of the account: a password must not hold its new name
 */
export function passwordErrors(
  password: string,
  account: StoredAccount,
  changes: Readonly<Record<string, JsonValue>>,
  policy: PasswordPolicy,
  isCommon: boolean,
): FieldError[] {
  const nameOf = <Name extends 'username' | 'email' | 'name'>(field: Name) => {
    const value = changes[field];
    return typeof value === 'string' ? value : account[field];
  };
  const names = { username: nameOf('username'), email: nameOf('email'), name: nameOf('name') };
  return [...brokenRules(password, policy), ...guessableBy(password, names, isCommon)].map(
    ({ code, detail, params }) => fieldError('password', code, detail, params),
  );
}
