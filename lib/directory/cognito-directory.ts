/** The user directory on one Cognito user pool: the only calls of Cognito that a request makes. */
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { DirectoryRefusalError } from '../account/errors.ts';
import { isSameName } from '../account/names.ts';
import { errorName } from '../aws-errors.ts';
import type { DirectoryNames, UserDirectory } from '../self-service/ports.ts';
import { rethrow } from './cognito-errors.ts';
import { endHostedSessions } from './cognito-sessions.ts';
import { toPerson } from './cognito-user.ts';

/** Longest name that Cognito looks up: longer e-mails sign nobody in. */
const NAME_MAX_LENGTH = 128;

/**
 * A directory on the pool of that id. Transient faults and refusals leave it as the domain's errors.
 * The signal, where there is one, ends every call and lets no other start.
 */
export function createCognitoDirectory(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  signal?: AbortSignal,
): UserDirectory {
  const options = signal ? { abortSignal: signal } : {};
  const user = (directoryName: string) => ({ UserPoolId: userPoolId, Username: directoryName });

  const directory: UserDirectory = {
    async find(directoryName) {
      if (directoryName.length > NAME_MAX_LENGTH) return null;
      try {
        const found = await client.send(new AdminGetUserCommand(user(directoryName)), options);
        return toPerson(found, found.UserAttributes);
      } catch (error) {
        if (errorName(error) === 'UserNotFoundException') return null;
        return rethrow(error);
      }
    },

    async setNames(directoryName, names) {
      const UserAttributes = toAttributes(directoryName, names);
      const input = { ...user(directoryName), UserAttributes };
      await client.send(new AdminUpdateUserAttributesCommand(input), options).catch(rethrow);
    },

    async setEnabled(directoryName, enabled) {
      const Command = enabled ? AdminEnableUserCommand : AdminDisableUserCommand;
      await client.send(new Command(user(directoryName)), options).catch(rethrow);
    },

    async setPassword(directoryName, password) {
      const input = { ...user(directoryName), Password: password, Permanent: true };
      await client.send(new AdminSetUserPasswordCommand(input), options).catch((error) => {
        // Cognito refuses a password that it cannot even parse as a parameter, not as a password.
        if (errorName(error) !== 'InvalidParameterException') return rethrow(error);
        throw new DirectoryRefusalError('password_refused');
      });
    },

    async signOutEverywhere(directoryName) {
      const input = new AdminUserGlobalSignOutCommand(user(directoryName));
      await client.send(input, options).catch(async (error) => {
        // The answer of some operations about a disabled user, whose tokens nobody can refresh.
        const isRefused = errorName(error) === 'NotAuthorizedException';
        const person = isRefused ? await directory.find(directoryName) : null;
        if (person === null || person.enabled) rethrow(error);
      });
      await endHostedSessions(client, user(directoryName), options);
    },
  };
  return directory;
}

/**
 * An empty value is how Cognito deletes an attribute (AdminUpdateUserAttributes). A user name signs in by
 * itself: Cognito may refuse an alias that is the same.
 */
function toAttributes(directoryName: string, { username, email }: DirectoryNames) {
  const attributes = [];
  if (username !== undefined) {
    const Value = isSameName(username, directoryName) ? '' : username;
    attributes.push({ Name: 'preferred_username', Value });
  }
  if (email !== undefined) {
    attributes.push({ Name: 'email', Value: email.address ?? '' });
    if (email.address !== null) {
      attributes.push({ Name: 'email_verified', Value: String(email.verified) });
    }
  }
  return attributes;
}
