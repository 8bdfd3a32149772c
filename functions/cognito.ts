/** The user directory on Cognito. Loaded when first needed: see aws-ports.ts. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Config } from '../lib/config.ts';
import { createCognitoDirectory } from '../lib/directory/cognito-directory.ts';
import type { UserDirectory } from '../lib/self-service/ports.ts';
import { AWS_CLIENT_CONFIG } from './aws-client-config.ts';

const client = new CognitoIdentityProviderClient(AWS_CLIENT_CONFIG);

/** The directory on the pool of the settings, for one request: the signal ends its calls. */
export function openDirectory(
  { userPoolId, profileAttributes }: Config,
  signal: AbortSignal,
): UserDirectory {
  return createCognitoDirectory(client, userPoolId, signal, profileAttributes);
}
