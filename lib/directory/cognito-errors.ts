/** Cognito's errors as the domain's, for every adapter of the pool. */
import * as v from 'valibot';
import {
  type DirectoryRefusal,
  DirectoryRefusalError,
  UnavailableError,
} from '../account/errors.ts';
import { errorName, isTransient } from '../aws-errors.ts';

const REFUSALS = new Map<string | null, DirectoryRefusal>([
  ['AliasExistsException', 'alias_exists'],
  ['InvalidParameterException', 'invalid_value'],
  ['InvalidPasswordException', 'password_refused'],
  ['PasswordHistoryPolicyViolationException', 'password_refused'],
  ['UserNotFoundException', 'not_found'],
  ['UsernameExistsException', 'alias_exists'],
]);

/** An error whose one attempt got an HTTP response; an earlier attempt might still be carried out. */
const SettledSchema = v.object({
  $metadata: v.object({ httpStatusCode: v.number(), attempts: v.literal(1) }),
});

/**
 * The domain's error for one of the client; anything unknown as it is. The cause is left out of
 * refusals, because Cognito's messages can quote what was sent.
 */
export function mapCognitoError(error: unknown): unknown {
  const refusal = REFUSALS.get(errorName(error));
  if (refusal) return new DirectoryRefusalError(refusal, refusedField(error));
  if (!isTransient(error)) return error;
  const settled = v.is(SettledSchema, error);
  return new UnavailableError('Cognito did not respond', { cause: error, settled });
}

/** The name that Cognito's sentence is about, by the attribute that it mentions. */
function refusedField(error: unknown) {
  const message = error instanceof Error ? error.message : '';
  if (/preferred_?username/i.test(message)) return 'username';
  return /\bemail\b/i.test(message) ? 'email' : null;
}

/** Throws the domain's error for one of the client. */
export function rethrow(error: unknown): never {
  throw mapCognitoError(error);
}
