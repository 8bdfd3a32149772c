/** The user directory on Cognito. Loaded when first needed: see aws-ports.ts. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { createCognitoDirectory } from '../lib/directory/cognito-directory.ts';
import type { UserDirectory } from '../lib/domain/ports.ts';
import { CALL_BUDGET } from './call-budget.ts';

/** The directory on the pool of that id. */
export function openDirectory(userPoolId: string): UserDirectory {
  return createCognitoDirectory(new CognitoIdentityProviderClient(CALL_BUDGET), userPoolId);
}
