/** App clients of service accounts in one Cognito user pool: for operators, never a request. */
import { isDeepStrictEqual } from 'node:util';
import {
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import { errorName } from '../aws-errors.ts';
import { READ_SCOPE, WRITE_SCOPE } from '../contract.ts';
import type { DirectoryAdmin } from '../operations/ports.ts';
import { rethrow } from './cognito-errors.ts';

/** Scopes of a service account's client. */
const CLIENT_SCOPES = [READ_SCOPE, WRITE_SCOPE];

/**
 * What keeps a client from signing people in. Left out, each is far wider: people sign in through the
 * client, may write their names with its tokens, and are told from people who do not exist.
 */
const RESTRICTIONS = {
  // Neither list may be empty. A service gets no refresh token, and nothing here reads the locale.
  ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
  WriteAttributes: ['locale'],
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: true,
} satisfies Partial<UserPoolClientType>;

const CredentialsSchema = v.object({ ClientId: v.string(), ClientSecret: v.string() });

type ClientAdmin = Pick<
  DirectoryAdmin,
  'createClient' | 'findClient' | 'restrictClient' | 'removeClient'
>;

/** The clients of the pool of that id. */
export function createCognitoClients(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
): ClientAdmin {
  const pool = { UserPoolId: userPoolId };
  const describe = async (clientId: string): Promise<UserPoolClientType | null> => {
    const input = new DescribeUserPoolClientCommand({ ...pool, ClientId: clientId });
    try {
      return (await client.send(input)).UserPoolClient ?? null;
    } catch (error) {
      return isMissing(error) ? null : rethrow(error);
    }
  };

  return {
    async createClient(name) {
      const input = new CreateUserPoolClientCommand({
        ...pool,
        ...RESTRICTIONS,
        ClientName: name,
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: CLIENT_SCOPES,
      });
      const { UserPoolClient } = await client.send(input).catch(rethrow);
      const { ClientId, ClientSecret } = v.parse(CredentialsSchema, UserPoolClient);
      return { clientId: ClientId, clientSecret: ClientSecret };
    },

    async findClient(clientId) {
      const found = await describe(clientId);
      return found && { isRestricted: isRestricted(found) };
    },

    async restrictClient(clientId) {
      const found = await describe(clientId);
      if (found === null) return;
      // An update sets what it leaves out to its default.
      const { ClientSecret, CreationDate, LastModifiedDate, ClientType, ...kept } = found;
      const input = { ...kept, ...pool, ...RESTRICTIONS, ClientId: clientId };
      await client.send(new UpdateUserPoolClientCommand(input)).catch(rethrow);
    },

    async removeClient(clientId) {
      const input = new DeleteUserPoolClientCommand({ ...pool, ClientId: clientId });
      await client.send(input).catch((error) => {
        if (!isMissing(error)) rethrow(error);
      });
    },
  };
}

function isMissing(error: unknown): boolean {
  return errorName(error) === 'ResourceNotFoundException';
}

function isRestricted(found: UserPoolClientType): boolean {
  return Object.entries(RESTRICTIONS).every(([name, value]) =>
    isDeepStrictEqual(Reflect.get(found, name), value),
  );
}
