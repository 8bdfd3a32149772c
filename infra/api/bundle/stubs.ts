/**
 * Stands in, in the functions' bundles, for code of packages that never runs there. Must not
 * import anything of ours.
 */

/** Made by the SDK's client and never asked: no call of ours discovers its endpoint. */
export class EndpointCache {}

/** The functions check claims, the gateway signatures (docs/decisions/0004): no keys are fetched. */
export class JwtVerifierBase {
  constructor() {
    throw new Error('The bundles hold no verifier of signatures: see infra/api/bundle/bundle.ts');
  }
}

/** For a Node.js without its own hashes. */
export class Sha256Js {
  constructor() {
    throw new Error(
      'The bundles hold no SHA-256 but that of Node.js: see infra/api/bundle/bundle.ts',
    );
  }
}
