/**
 * Authentication: the claims an API Gateway authorizer hands over, checked and read. The gateway has
 * verified the token's signature, and may have done so minutes ago; everything else is checked again
 * here, without network (docs/decisions/0004). The only user of aws-jwt-verify.
 */
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import { validateJwtFields } from 'aws-jwt-verify/jwt';
import * as v from 'valibot';
import { ProblemError } from '../account/errors.ts';
import type { AccessToken } from '../self-service/caller.ts';

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
 * Checks claims and says whose token they are. Fails closed: anything missing or odd is refused.
 * @param claims `requestContext.authorizer.claims` of a REST API's Cognito authorizer
 * @throws ProblemError `invalid_token`
 */
export function authenticate(claims: unknown, userPoolId: string): AccessToken {
  const parsed = v.safeParse(ClaimsSchema, claims);
  if (!parsed.success || hasInconsistentTimes(parsed.output)) {
    throw new ProblemError('invalid_token');
  }
  const { sub, username, client_id, auth_time, origin_jti, iat, nbf, ...rest } = parsed.output;
  const payload = { ...rest, sub, client_id, ...(nbf === undefined ? {} : { nbf }) };
  try {
    // Every client of the pool may call: service accounts are added while the service runs.
    validateCognitoJwtFields(payload, { tokenUse: 'access', clientId: null });
    // Scopes are a matter of the operation: see lib/http/access.ts.
    validateJwtFields(payload, { issuer: issuersOf(userPoolId), audience: null, scope: null });
  } catch {
    throw new ProblemError('invalid_token');
  }
  const session = { subject: sub, authTime: auth_time ?? null, originJti: origin_jti ?? null };
  const grant = { clientId: client_id, scopes: rest.scope.split(' ') };
  if (username !== undefined) {
    return { principal: { ...session, kind: 'person', directoryName: username }, ...grant };
  }
  if (sub !== client_id) throw new ProblemError('invalid_token');
  return { principal: { ...session, kind: 'service', directoryName: null }, ...grant };
}

/**
 * True for a token whose `iat` or `auth_time` is later than its `exp`: it would pass the checks of
 * recency and of revoked sessions.
 */
function hasInconsistentTimes({ exp, iat = 0, auth_time = 0 }: v.InferOutput<typeof ClaimsSchema>) {
  return Math.max(iat, auth_time) > exp;
}

/** Cognito's two issuer forms: by region, and the global one. */
function issuersOf(userPoolId: string): string[] {
  const region = userPoolId.split('_')[0];
  return [
    `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    `https://issuer-cognito-idp.${region}.amazonaws.com/${userPoolId}`,
  ];
}
