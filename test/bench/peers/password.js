/** Sets a password and ends all sessions; loaded when one is sent. */
import {
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';

const client = new CognitoIdentityProviderClient();
const UserPoolId = process.env.USER_POOL_ID;

export async function setPassword(Username, Password) {
  const user = { UserPoolId, Username };
  await client.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
  await client.send(new AdminUserGlobalSignOutCommand(user));
}
