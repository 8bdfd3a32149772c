/**
 * Replaces code of packages that never runs in the functions. Must import nothing of this project.
 */

/** Constructed by the client but unused: endpoint discovery is never enabled. */
export class EndpointCache {}

/** The gateway verifies signatures, the functions only claims (docs/decisions/0004). */
export class JwtVerifierBase {
  constructor() {
    throw new Error('The bundles contain no signature verifier: see infra/api/bundle/bundle.ts');
  }
}

/** Fallback for platforms without native hashes. */
export class Sha256Js {
  constructor() {
    throw new Error(
      'The bundles contain no SHA-256 besides Node.js: see infra/api/bundle/bundle.ts',
    );
  }
}

/** Asks the metadata service of EC2, which Lambda has not: it sets the region in the environment. */
export function getInstanceMetadataRegion(): never {
  throw new Error('The bundles contain no EC2 metadata client: set AWS_REGION');
}

/** For the retry mode `adaptive`, which the functions do not use. */
export class AdaptiveRetryStrategy {
  constructor() {
    throw new Error('The bundles contain no adaptive retries: see infra/api/bundle/bundle.ts');
  }
}
