/** Run-time configuration from `/config.json`, so that one build serves every deployment. */
import * as v from 'valibot';

const ConfigSchema = v.object({
  /** Base URL: the operations are at `/users/me`. */
  apiUrl: v.string(),
  authorizeUrl: v.string(),
  tokenUrl: v.string(),
  revokeUrl: v.string(),
  logoutUrl: v.string(),
  /** Endpoint of the Cognito API, for e-mail verification. */
  cognitoUrl: v.string(),
  clientId: v.string(),
  redirectUri: v.string(),
  /** Names of the identity providers offered besides passwords. */
  identityProviders: v.array(v.string()),
  /** What people sign in with: the kind of user pool. */
  signInNames: v.optional(v.picklist(['aliases', 'email', 'username']), 'aliases'),
});

/** Endpoints and client id of one deployment. */
export type AppConfig = v.InferOutput<typeof ConfigSchema>;

/** Loads the configuration. @throws Error when it is missing or invalid */
export async function loadConfig(): Promise<AppConfig> {
  const response = await fetch('/config.json');
  return v.parse(ConfigSchema, await response.json());
}
