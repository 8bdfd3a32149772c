/** Authorisation: the scopes and clients that each operation accepts. */
import { ProblemError } from '../account/errors.ts';
import { API_SCOPES, READ_SCOPE, SELF_SERVICE_SCOPE, WRITE_SCOPE } from '../contract.ts';
import type { AccessToken, Caller } from '../self-service/caller.ts';

/** What an operation requires of a token. */
export interface Access {
  /** Scopes each of which is enough. */
  anyOf: readonly string[];
  /** The scope a client is told to request when it has none of them. */
  requiredScope: string;
  /** True for an operation that a token which may not change the account cannot call. */
  requiresWrite: boolean;
}

/** For reading the account. */
export const READ_ACCESS: Access = {
  anyOf: API_SCOPES,
  requiredScope: READ_SCOPE,
  requiresWrite: false,
};

/** For changing the account. */
export const WRITE_ACCESS: Access = {
  anyOf: [WRITE_SCOPE, SELF_SERVICE_SCOPE],
  requiredScope: WRITE_SCOPE,
  requiresWrite: true,
};

/**
 * Admits the caller to the operation.
 * @param patchClientIds app clients whose tokens may change an account; empty for all
 * @throws ProblemError `insufficient_scope` naming the scope to request; `client_not_allowed`
 */
export function authorise(
  token: AccessToken,
  access: Access,
  patchClientIds: readonly string[],
): Caller {
  const hasAny = (scopes: readonly string[]) => scopes.some((one) => token.scopes.includes(one));
  if (!hasAny(access.anyOf)) {
    throw new ProblemError('insufficient_scope', [], { scope: access.requiredScope });
  }
  const isClientAllowed = patchClientIds.length === 0 || patchClientIds.includes(token.clientId);
  const clientDenial = isClientAllowed ? null : 'client_not_allowed';
  const writeDenial = hasAny(WRITE_ACCESS.anyOf) ? clientDenial : 'insufficient_scope';
  if (access.requiresWrite && writeDenial !== null) throw new ProblemError(writeDenial);
  return { ...token.principal, writeDenial, scopes: token.scopes };
}
