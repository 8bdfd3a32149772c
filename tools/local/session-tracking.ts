/**
 * Session management of the deployed pool: what the stack's own resources set up on AWS, whose types
 * the local cloud's CloudFormation lacks.
 */
import {
  CognitoIdentityProviderClient,
  SetUserPoolClientSessionConfigurationCommand,
  SetUserPoolSessionConfigurationCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientSettings } from '../support/cloud-access.ts';
import type { Deployment } from './deployment.ts';

type Target = Pick<Deployment, 'endpointUrl' | 'userPoolId' | 'spaClientId'>;

/**
 * Tracks sessions, and says for how long the page's client may reuse the hosted sign-in.
 * @param minutes 0 for never, so that every sign-in asks for credentials
 */
export async function trackSessions(
  { endpointUrl, userPoolId, spaClientId }: Target,
  minutes = 0,
): Promise<void> {
  const client = new CognitoIdentityProviderClient(clientSettings(endpointUrl));
  const pool = { UserPoolId: userPoolId };
  await client.send(
    new SetUserPoolSessionConfigurationCommand({
      ...pool,
      UserSessionTracking: 'ENABLED',
      TokenSession: { MaxPerUser: 100 },
    }),
  );
  await client.send(
    new SetUserPoolClientSessionConfigurationCommand({
      ...pool,
      ClientId: spaClientId,
      SSOSession: { MaxValidityMinutes: minutes },
    }),
  );
  client.destroy();
}
