/** Who calls, from the claims that the gateway's authorizer hands over: what every peer checks. */

/** @throws Error for a token that is no valid access token */
export function subjectOf(claims) {
  if (claims?.token_use !== 'access') throw new Error('no access token');
  const expires = /^\d+$/.test(claims.exp) ? Number(claims.exp) * 1000 : Date.parse(claims.exp);
  if (!(expires > Date.now())) throw new Error('expired');
  if (typeof claims.sub !== 'string' || claims.sub === '') throw new Error('no subject');
  return claims.sub;
}
