/** Creates and removes people and clients of one Cognito user pool: for operators, never a request. */
import { randomUUID } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import { errorName } from '../aws-errors.ts';
import { READ_SCOPE, WRITE_SCOPE } from '../contract.ts';
import type { DirectoryAdmin } from '../operations/ports.ts';
import type { UserDirectory } from '../self-service/ports.ts';
import { rethrow } from './cognito-errors.ts';

/** Scopes of a service account's client. */
const CLIENT_SCOPES = [READ_SCOPE, WRITE_SCOPE];

/** Cognito's default validity of temporary passwords. */
const DEFAULT_DAYS = 7;

const CredentialsSchema = v.object({ ClientId: v.string(), ClientSecret: v.string() });

/** The administration of the pool of that id. */
export function createCognitoAdmin(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  directory: UserDirectory,
): DirectoryAdmin {
  const pool = { UserPoolId: userPoolId };
  const ignoring = async (missing: string, work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      if (errorName(error) === missing) return false;
      return rethrow(error);
    }
  };

  return {
    async createPerson({ username, email, temporaryPassword }) {
      const attributes: Record<string, string> = {
        preferred_username: username,
        ...(email === null ? {} : { email, email_verified: 'true' }),
      };
      const input = {
        ...pool,
        // Cognito never lets this name change, so it says nothing.
        Username: randomUUID(),
        TemporaryPassword: temporaryPassword,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        MessageAction: 'SUPPRESS' as const,
      };
      await client.send(new AdminCreateUserCommand(input)).catch(rethrow);
      const person = await directory.find(input.Username);
      if (person === null) throw new Error('The person was made and is not found');
      return person;
    },

    async setTemporaryPassword(directoryName, password) {
      const input = { ...pool, Username: directoryName, Password: password, Permanent: false };
      await client.send(new AdminSetUserPasswordCommand(input)).catch(rethrow);
    },

    async temporaryPasswordDays() {
      const { UserPool } = await client.send(new DescribeUserPoolCommand(pool)).catch(rethrow);
      return UserPool?.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ?? DEFAULT_DAYS;
    },

    async removePerson(directoryName) {
      const input = new AdminDeleteUserCommand({ ...pool, Username: directoryName });
      await ignoring('UserNotFoundException', client.send(input));
    },

    async createClient(name) {
      const input = new CreateUserPoolClientCommand({
        ...pool,
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

    async hasClient(clientId) {
      const input = new DescribeUserPoolClientCommand({ ...pool, ClientId: clientId });
      return ignoring('ResourceNotFoundException', client.send(input));
    },

    async removeClient(clientId) {
      const input = new DeleteUserPoolClientCommand({ ...pool, ClientId: clientId });
      await ignoring('ResourceNotFoundException', client.send(input));
    },
  };
}
