/** Which problems end a sign-in. All others may pass, and leave it as it is. */
import type { Problem } from './account-client.ts';
import { textOf } from './texts.ts';

const ENDS: ReadonlySet<string> = new Set(['signed_out', 'session_revoked', 'account_not_found']);

/** Why the user has to sign in again; null where the problem does not end the sign-in. */
export function signInEnd({ code }: Pick<Problem, 'code'>): string | null {
  return ENDS.has(code) ? textOf(code) : null;
}
