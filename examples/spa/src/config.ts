/** Where the service is: read from `/config.json`, so that one build serves every deployment. */
import * as v from 'valibot';

const ConfigSchema = v.object({
  /** The operations are at `/users/me` below it. */
  apiUrl: v.string(),
  authorizeUrl: v.string(),
  tokenUrl: v.string(),
  revokeUrl: v.string(),
  logoutUrl: v.string(),
  /** Cognito's own API, for the confirmation of e-mail addresses. */
  cognitoUrl: v.string(),
  clientId: v.string(),
  redirectUri: v.string(),
  /** Names of the identity providers that sign-in offers beside passwords. */
  identityProviders: v.array(v.string()),
});

/** Addresses and names of one deployment. */
export type AppConfig = v.InferOutput<typeof ConfigSchema>;

/** Reads the deployment's addresses. @throws Error where they cannot be had */
export async function loadConfig(): Promise<AppConfig> {
  const response = await fetch('/config.json');
  return v.parse(ConfigSchema, await response.json());
}
