/**
 * The claims an API Gateway authorizer hands over, turned into a caller. The gateway has verified
 * the token's signature, and may have done so minutes ago; everything else is checked again here,
 * without network (docs/decisions/0004). The only user of aws-jwt-verify.
 */
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import { JwtInvalidScopeError } from 'aws-jwt-verify/error';
import { validateJwtFields } from 'aws-jwt-verify/jwt';
import * as v from 'valibot';
import { ProblemError } from '../account/errors.ts';
import type { Config } from '../config.ts';
import type { Caller, WriteDenial } from '../self-service/caller.ts';

/** Scope that lets a token read the caller's account. */
export const READ_SCOPE = 'users/me.read';
/** Scope that lets a token change the caller's account, and read it. */
export const WRITE_SCOPE = 'users/me.write';
/** Scope of tokens from sign-ins through Cognito's own API; equal to both others. */
export const SELF_SERVICE_SCOPE = 'aws.cognito.signin.user.admin';

/** Which scopes let a token pass, any of them, and the one a refused client should ask for. */
export interface ScopeRule {
  anyOf: readonly string[];
  ask: string;
}

/** For reading the account. */
export const READ_ACCESS: ScopeRule = {
  anyOf: [READ_SCOPE, WRITE_SCOPE, SELF_SERVICE_SCOPE],
  ask: READ_SCOPE,
};
/** For changing the account. */
export const WRITE_ACCESS: ScopeRule = {
  anyOf: [WRITE_SCOPE, SELF_SERVICE_SCOPE],
  ask: WRITE_SCOPE,
};

/** The date form of `exp` and `iat` on real AWS, for example `Mon Apr 14 12:33:31 UTC 2025`. */
const AWS_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{2}:\d{2}:\d{2} UTC \d{4}$/;

/** An instant as the gateway hands it over: epoch seconds in a string or number, or an AWS date. */
const NumericDateSchema = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((value) => {
    if (typeof value === 'number') return value;
    if (/^\d{1,12}$/.test(value)) return Number(value);
    return AWS_DATE.test(value) ? Date.parse(value) / 1000 : Number.NaN;
  }),
  v.safeInteger(),
);

const NonEmptySchema = v.pipe(v.string(), v.minLength(1));

const ClaimsSchema = v.object({
  sub: NonEmptySchema,
  iss: NonEmptySchema,
  client_id: NonEmptySchema,
  token_use: v.string(),
  scope: v.string(),
  exp: NumericDateSchema,
  iat: v.optional(NumericDateSchema),
  nbf: v.optional(NumericDateSchema),
  auth_time: v.optional(NumericDateSchema),
  username: v.optional(NonEmptySchema),
  origin_jti: v.optional(NonEmptySchema),
});

/**
 * Checks claims and says who calls. Fails closed: anything missing or odd is refused.
 * @param claims `requestContext.authorizer.claims` of a REST API's Cognito authorizer
 * @throws ProblemError `invalid_token`; `insufficient_scope` naming the scope to ask for; for
 * changing the account also `client_not_allowed`
 */
export function parseCaller(
  claims: unknown,
  { userPoolId, patchClientIds }: Pick<Config, 'userPoolId' | 'patchClientIds'>,
  scopes: ScopeRule,
): Caller {
  const parsed = v.safeParse(ClaimsSchema, claims);
  if (!parsed.success || hasInconsistentTimes(parsed.output)) {
    throw new ProblemError('invalid_token');
  }
  const { sub, username, client_id, auth_time, origin_jti, iat, nbf, ...rest } = parsed.output;
  const payload = { ...rest, sub, client_id, ...(nbf === undefined ? {} : { nbf }) };
  try {
    // Every client of the pool may call: service accounts are added while the service runs.
    validateCognitoJwtFields(payload, { tokenUse: 'access', clientId: null });
    const issuer = issuersOf(userPoolId);
    validateJwtFields(payload, { issuer, audience: null, scope: [...scopes.anyOf] });
  } catch (error) {
    if (!(error instanceof JwtInvalidScopeError)) throw new ProblemError('invalid_token');
    throw new ProblemError('insufficient_scope', [], { scope: scopes.ask });
  }
  const writeDenial = obstacleOf(rest.scope, client_id, patchClientIds);
  if (scopes === WRITE_ACCESS && writeDenial !== null) throw new ProblemError(writeDenial);
  const session = {
    subject: sub,
    authTime: auth_time ?? null,
    originJti: origin_jti ?? null,
    writeDenial,
  };
  if (username !== undefined) return { ...session, kind: 'person', directoryName: username };
  if (sub !== client_id) throw new ProblemError('invalid_token');
  return { ...session, kind: 'service', directoryName: null };
}

/** A sign-in after the token's end would count as recent, and outlive every ended session. */
function hasInconsistentTimes({ exp, iat = 0, auth_time = 0 }: v.InferOutput<typeof ClaimsSchema>) {
  return Math.max(iat, auth_time) > exp;
}

function obstacleOf(
  scope: string,
  clientId: string,
  patchClientIds: readonly string[],
): WriteDenial | null {
  const granted = scope.split(' ');
  if (!WRITE_ACCESS.anyOf.some((name) => granted.includes(name))) return 'insufficient_scope';
  const isAllowed = patchClientIds.length === 0 || patchClientIds.includes(clientId);
  return isAllowed ? null : 'client_not_allowed';
}

/** Cognito's two issuer forms: by region, and the global one. */
function issuersOf(userPoolId: string): string[] {
  const region = userPoolId.split('_')[0];
  return [
    `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    `https://issuer-cognito-idp.${region}.amazonaws.com/${userPoolId}`,
  ];
}
