/** A second user pool in the same cloud, as any AWS account can create one. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { stack } from './deployed-service.ts';

const cognito = new CognitoIdentityProviderClient(clientSettings(stack.endpointUrl));

export interface OtherPool {
  userPoolId: string;
  /** Access token of a user of that pool. */
  token: string;
  remove(): Promise<void>;
}

/** Creates a pool with a signed-in user. */
export async function anotherPool(): Promise<OtherPool> {
  const made = await cognito.send(new CreateUserPoolCommand({ PoolName: 'of-mallory' }));
  const userPoolId = made.UserPool?.Id ?? '';
  const token = await tokenOfClient(userPoolId, 'mallory');
  const remove = async () => {
    await cognito.send(new DeleteUserPoolCommand({ UserPoolId: userPoolId }));
  };
  return { userPoolId, token, remove };
}

/** Access token of a new user, signed in through a new client of the pool. */
async function tokenOfClient(UserPoolId: string, Username: string): Promise<string> {
  const Password = newPassword();
  await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username }));
  const password = { UserPoolId, Username, Password, Permanent: true };
  await cognito.send(new AdminSetUserPasswordCommand(password));
  return signInThroughNewClient(UserPoolId, { username: Username, password: Password });
}

/** Signs a user in through a new app client. */
export async function signInThroughNewClient(
  UserPoolId: string,
  { username, password }: { username: string; password: string },
): Promise<string> {
  const client = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'another-app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const answer = await cognito.send(
    new InitiateAuthCommand({
      ClientId: client.UserPoolClient?.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  return answer.AuthenticationResult?.AccessToken ?? '';
}
