/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda hands its
 * credentials over in the environment; the default chain would load code for profiles, SSO and web
 * identities that never runs there, in every cold start. Must not import anything else of ours.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Reads once, like the chain it stands in for: an environment keeps its credentials to its end. */
export function defaultProvider(...init: Parameters<typeof fromEnv>): ReturnType<typeof fromEnv> {
  const read = fromEnv(...init);
  let credentials: ReturnType<typeof read> | undefined;
  return () => {
    credentials ??= read();
    return credentials;
  };
}
