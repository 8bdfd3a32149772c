/** A user pool for probes, with one person and one app client. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientSettings } from '../../support/cloud-access.ts';

export const CALLBACK = 'http://localhost:5173/callback';
export const PASSWORD = 'Probe-password-1';

/** Names of a pool like that of the service, the default of probes. */
const ALIASES: Partial<CreateUserPoolCommandInput> = {
  AliasAttributes: ['preferred_username', 'email'],
};

/** A pool of its own for each probe, so that none disturbs another. */
export async function createProbePool(endpoint: string, names = ALIASES) {
  const client = new CognitoIdentityProviderClient(clientSettings(endpoint));
  const pool = await client.send(
    new CreateUserPoolCommand({
      PoolName: 'probe',
      ...names,
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
    }),
  );
  const UserPoolId = pool.UserPool?.Id;
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'probe',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'aws.cognito.signin.user.admin'],
      CallbackURLs: [CALLBACK],
      SupportedIdentityProviders: ['COGNITO'],
    }),
  );
  const ClientId = UserPoolClient?.ClientId;
  const nameOf = (Username: string) => ({ UserPoolId, Username });

  const create = async (username: string, attributes: Record<string, string> = {}) => {
    const UserAttributes = listed(attributes);
    const input = { ...nameOf(username), UserAttributes, TemporaryPassword: PASSWORD };
    await client.send(new AdminCreateUserCommand({ ...input, MessageAction: 'SUPPRESS' }));
  };
  return {
    client,
    UserPoolId,
    ClientId,
    ada: nameOf('ada'),
    create,
    /** Creates a person who can sign in. */
    register: async (username: string, attributes: Record<string, string> = {}) => {
      await create(username, attributes);
      const input = { ...nameOf(username), Password: PASSWORD, Permanent: true };
      await client.send(new AdminSetUserPasswordCommand(input));
    },
    update: (username: string, attributes: Record<string, string>) =>
      client.send(
        new AdminUpdateUserAttributesCommand({
          ...nameOf(username),
          UserAttributes: listed(attributes),
        }),
      ),
    signIn: async (USERNAME: string) => {
      const { AuthenticationResult } = await client.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
        }),
      );
      return {
        AccessToken: AuthenticationResult?.AccessToken ?? '',
        RefreshToken: AuthenticationResult?.RefreshToken ?? '',
      };
    },
  };
}

/** A pool in which ada can sign in. */
export async function createPoolWithAda(endpoint: string) {
  const pool = await createProbePool(endpoint);
  await pool.register('ada', { email: 'ada@probe.example', email_verified: 'true' });
  return pool;
}

const listed = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
