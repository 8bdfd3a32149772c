/** Authorisation: what a token must grant for an operation, whoever's token it is. */
import { ProblemError } from '../account/errors.ts';
import { API_SCOPES, READ_SCOPE, SELF_SERVICE_SCOPE, WRITE_SCOPE } from '../contract.ts';
import type { AccessToken, Caller, WriteDenial } from '../self-service/caller.ts';

/** What an operation asks of a token. */
export interface Access {
  /** Scopes each of which is enough. */
  anyOf: readonly string[];
  /** The scope a client is told to request when it has none of them. */
  requiredScope: string;
  /** True where a token that may not change the account is refused as well. */
  refusesWriteDenial: boolean;
}

/** For reading the account. */
export const READ_ACCESS: Access = {
  anyOf: API_SCOPES,
  requiredScope: READ_SCOPE,
  refusesWriteDenial: false,
};

/** For changing the account. */
export const WRITE_ACCESS: Access = {
  anyOf: [WRITE_SCOPE, SELF_SERVICE_SCOPE],
  requiredScope: WRITE_SCOPE,
  refusesWriteDenial: true,
};

/**
 * The caller, for whom the operation is open.
 * @param patchClientIds app clients whose tokens may change an account; empty for all
 * @throws ProblemError `insufficient_scope` naming the scope to request; `client_not_allowed`
 */
export function authorise(
  token: AccessToken,
  access: Access,
  patchClientIds: readonly string[],
): Caller {
  if (!hasAnyScope(token, access.anyOf)) {
    throw new ProblemError('insufficient_scope', [], { scope: access.requiredScope });
  }
  const writeDenial = writeDenialOf(token, patchClientIds);
  if (access.refusesWriteDenial && writeDenial !== null) throw new ProblemError(writeDenial);
  return { ...token.principal, writeDenial };
}

function writeDenialOf(token: AccessToken, patchClientIds: readonly string[]): WriteDenial | null {
  if (!hasAnyScope(token, WRITE_ACCESS.anyOf)) return 'insufficient_scope';
  const isAllowed = patchClientIds.length === 0 || patchClientIds.includes(token.clientId);
  return isAllowed ? null : 'client_not_allowed';
}

function hasAnyScope({ scopes }: AccessToken, anyOf: readonly string[]): boolean {
  return anyOf.some((scope) => scopes.includes(scope));
}
