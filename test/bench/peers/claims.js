/** Validates the authorizer's claims, for all JavaScript peers. */

/** @returns the subject @throws Error when the claims are not of a valid access token */
export function subjectOf(claims) {
  if (claims?.token_use !== 'access') throw new Error('no access token');
  const expires = /^\d+$/.test(claims.exp) ? Number(claims.exp) * 1000 : Date.parse(claims.exp);
  if (!(expires > Date.now())) throw new Error('expired');
  if (typeof claims.sub !== 'string' || claims.sub === '') throw new Error('no subject');
  return claims.sub;
}
