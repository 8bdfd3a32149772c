/** Creates and removes people of one Cognito user pool: for operators, never a request. */
import { randomUUID } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DirectoryRefusalError } from '../account/errors.ts';
import { errorName } from '../aws-errors.ts';
import type { SignInNames } from '../contract.ts';
import type { DirectoryAdmin, NewPerson } from '../operations/ports.ts';
import type { DirectoryPerson, UserDirectory } from '../self-service/ports.ts';
import { createCognitoClients } from './cognito-clients.ts';
import { rethrow } from './cognito-errors.ts';
import { toPerson } from './cognito-user.ts';

/** Cognito's default validity of temporary passwords. */
const DEFAULT_DAYS = 7;

/** The administration of the pool of that id. */
export function createCognitoAdmin(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  directory: UserDirectory,
  signInNames: SignInNames,
): DirectoryAdmin {
  const pool = { UserPoolId: userPoolId };

  const createUser = async (
    Username: string,
    alias: string | null,
    { email, temporaryPassword }: Omit<NewPerson, 'username'>,
  ): Promise<DirectoryPerson> => {
    const attributes: Record<string, string> = {
      ...(alias === null ? {} : { preferred_username: alias }),
      ...(email === null ? {} : { email, email_verified: 'true' }),
    };
    const input = {
      ...pool,
      Username,
      TemporaryPassword: temporaryPassword,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      MessageAction: 'SUPPRESS' as const,
    };
    const { User = {} } = await client.send(new AdminCreateUserCommand(input)).catch(rethrow);
    return toPerson(User, User.Attributes);
  };

  const removePerson = async (directoryName: string): Promise<void> => {
    const input = new AdminDeleteUserCommand({ ...pool, Username: directoryName });
    await client.send(input).catch((error) => {
      if (errorName(error) !== 'UserNotFoundException') rethrow(error);
    });
  };

  return {
    ...createCognitoClients(client, userPoolId),

    async createPerson({ username, ...given }) {
      if (signInNames === 'username') return createUser(username, null, given);
      // Cognito makes up the user name, and refuses what is no e-mail.
      if (signInNames === 'email') return createUser(given.email ?? username, null, given);
      // Cognito never lets the user name change, so it says nothing.
      const name = randomUUID();
      try {
        return await createUser(name, username, given);
      } catch (error) {
        if (!isInvalidValue(error)) throw error;
      }
      // A pool may take the alias only for somebody who exists already, as it does at sign-up.
      const person = await createUser(name, null, given);
      try {
        await directory.setNames(person.directoryName, { username });
      } catch (error) {
        // Without the alias nobody would find this person again.
        await removePerson(person.directoryName).catch(() => {});
        throw error;
      }
      return { ...person, preferredUsername: username };
    },

    async setTemporaryPassword(directoryName, password) {
      const input = { ...pool, Username: directoryName, Password: password, Permanent: false };
      await client.send(new AdminSetUserPasswordCommand(input)).catch(rethrow);
    },

    async turnOffSecondFactors({ directoryName }) {
      const off = { Enabled: false, PreferredMfa: false };
      const input = new AdminSetUserMFAPreferenceCommand({
        ...pool,
        Username: directoryName,
        SoftwareTokenMfaSettings: off,
        SMSMfaSettings: off,
      });
      await client.send(input).catch(rethrow);
    },

    async temporaryPasswordDays() {
      const { UserPool } = await client.send(new DescribeUserPoolCommand(pool)).catch(rethrow);
      return UserPool?.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ?? DEFAULT_DAYS;
    },

    removePerson,
  };
}

function isInvalidValue(error: unknown): boolean {
  return error instanceof DirectoryRefusalError && error.reason === 'invalid_value';
}
