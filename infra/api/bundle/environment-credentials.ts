/**
 * Replaces `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda passes credentials
 * in the environment; the default chain would load code for profiles, SSO and web identities in
 * every cold start, although it never runs there. Must import nothing of this project.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Reads once, like the chain it replaces: credentials do not change within an environment. */
export function defaultProvider(...init: Parameters<typeof fromEnv>): ReturnType<typeof fromEnv> {
  const read = fromEnv(...init);
  let credentials: ReturnType<typeof read> | undefined;
  return () => {
    credentials ??= read();
    return credentials;
  };
}
