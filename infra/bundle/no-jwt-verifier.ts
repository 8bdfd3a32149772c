/**
 * Stands in for the verifier of aws-jwt-verify in the functions' bundles: the functions check
 * claims, the gateway signatures (docs/decisions/0004). Without it go the code that fetches keys
 * and an HTTP client. Must not import anything of ours.
 */

/** Cannot be made: code that came to need signatures fails at once, and is noticed. */
export class JwtVerifierBase {
  constructor() {
    throw new Error('The bundles hold no verifier of signatures: see infra/bundle/bundle.ts');
  }
}
