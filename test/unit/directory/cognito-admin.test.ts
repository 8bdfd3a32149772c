import {
  InvalidParameterException,
  InvalidPasswordException,
  TooManyRequestsException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../lib/account/errors.ts';
import type { SignInNames } from '../../../lib/contract.ts';
import { createCognitoAdmin } from '../../../lib/directory/cognito-admin.ts';
import { createCognitoDirectory } from '../../../lib/directory/cognito-directory.ts';
import { type Answer, aCognitoClient } from '../../support/cognito-client.ts';

const POOL = 'eu-central-1_Ab12Cd34E';
const ADA = { username: 'ada', email: 'ada@example.com', temporaryPassword: 'Temporary-1' };

interface CreateUser {
  Username: string;
  UserAttributes: { Name: string; Value: string }[];
}

function aPool(
  answers: Record<string, (input: CreateUser) => Answer> = {},
  signInNames: SignInNames = 'aliases',
) {
  const { client, sent } = aCognitoClient((command, input) => {
    const answer = answers[command];
    if (answer) return answer(input as CreateUser);
    return command === 'AdminCreateUserCommand' ? made(input as CreateUser) : {};
  });
  const directory = createCognitoDirectory(client, POOL);
  return { admin: createCognitoAdmin(client, POOL, directory, signInNames), sent };
}

/** The response of a pool that makes the user. */
const made = ({ Username, UserAttributes }: CreateUser) => ({
  User: {
    Username,
    Attributes: [...UserAttributes, { Name: 'sub', Value: 'subject-1' }],
    Enabled: true,
    UserStatus: 'FORCE_CHANGE_PASSWORD',
  },
});

type Exception = new (options: { message: string; $metadata: object }) => Error;
const refusing = (Refusal: Exception) => () => new Refusal({ message: 'No', $metadata: {} });
const hasUsername = ({ UserAttributes }: CreateUser) =>
  UserAttributes.some(({ Name }) => Name === 'preferred_username');
/** As a pool that takes a preferred username only from users who exist. */
const withoutUsernames = (input: CreateUser) =>
  hasUsername(input) ? refusing(InvalidParameterException)() : made(input);

describe('createPerson', () => {
  it('makes a person with a name that says nothing, and asks for them no second time', async () => {
    const { admin, sent } = aPool();

    const person = await admin.createPerson(ADA);

    expect(sent).toEqual([
      {
        command: 'AdminCreateUserCommand',
        input: {
          UserPoolId: POOL,
          Username: person.directoryName,
          TemporaryPassword: 'Temporary-1',
          UserAttributes: [
            { Name: 'preferred_username', Value: 'ada' },
            { Name: 'email', Value: 'ada@example.com' },
            { Name: 'email_verified', Value: 'true' },
          ],
          MessageAction: 'SUPPRESS',
        },
      },
    ]);
    expect(person).toMatchObject({
      subject: 'subject-1',
      preferredUsername: 'ada',
      email: 'ada@example.com',
      emailVerified: true,
      enabled: true,
      passwordExpired: true,
      identity: null,
    });
    expect(person.directoryName).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gives the username afterwards where the pool takes none with a new user', async () => {
    const { admin, sent } = aPool({ AdminCreateUserCommand: withoutUsernames });

    const person = await admin.createPerson({ ...ADA, email: null });

    expect(person).toMatchObject({ preferredUsername: 'ada', email: null });
    expect(sent.map(({ command }) => command)).toEqual([
      'AdminCreateUserCommand',
      'AdminCreateUserCommand',
      'AdminUpdateUserAttributesCommand',
    ]);
    expect(sent[2]?.input).toEqual({
      UserPoolId: POOL,
      Username: person.directoryName,
      UserAttributes: [{ Name: 'preferred_username', Value: 'ada' }],
    });
  });

  it('leaves nobody behind where the credentials may not give the username', async () => {
    const denied = Object.assign(new Error('No'), { name: 'AccessDeniedException' });
    const { admin, sent } = aPool({
      AdminCreateUserCommand: withoutUsernames,
      AdminUpdateUserAttributesCommand: () => denied,
    });

    await expect(admin.createPerson(ADA)).rejects.toBe(denied);
    expect(sent.at(-1)?.command).toBe('AdminDeleteUserCommand');
  });

  it('leaves nobody behind where the pool refuses the username then as well', async () => {
    const { admin, sent } = aPool({
      AdminCreateUserCommand: withoutUsernames,
      AdminUpdateUserAttributesCommand: refusing(InvalidParameterException),
    });

    await expect(admin.createPerson(ADA)).rejects.toMatchObject({ reason: 'invalid_value' });
    const [, second, , last] = sent;
    const Username = second && Reflect.get(second.input, 'Username');
    const input = { UserPoolId: POOL, Username };
    expect(last).toEqual({ command: 'AdminDeleteUserCommand', input });
  });

  it.each([
    [UsernameExistsException, 'alias_exists', 1],
    [InvalidPasswordException, 'password_refused', 1],
    [InvalidParameterException, 'invalid_value', 2],
  ])('refuses %o as %s', async (Refusal, reason, calls) => {
    const { admin, sent } = aPool({ AdminCreateUserCommand: refusing(Refusal) });

    await expect(admin.createPerson(ADA)).rejects.toMatchObject({ reason });
    expect(sent).toHaveLength(calls);
  });

  it.each([
    ['email', { ...ADA }, 'ada@example.com', ['email', 'email_verified']],
    ['username', { ...ADA, email: null }, 'ada', []],
  ] as const)(
    'makes a person of a pool of kind %s with the name that they sign in with',
    async (signInNames, given, Username, attributes) => {
      const { admin, sent } = aPool({}, signInNames);

      await admin.createPerson(given);

      const UserAttributes = attributes.map((Name) => expect.objectContaining({ Name }));
      expect(sent).toMatchObject([{ input: { Username, UserAttributes } }]);
    },
  );

  it('takes the user name that a pool of e-mails makes up', async () => {
    const generated = (input: CreateUser) => made({ ...input, Username: 'subject-1' });
    const { admin } = aPool({ AdminCreateUserCommand: generated }, 'email');

    expect(await admin.createPerson(ADA)).toMatchObject({
      directoryName: 'subject-1',
      preferredUsername: null,
      email: 'ada@example.com',
      emailVerified: true,
    });
  });

  it('says when the pool is throttled', async () => {
    const { admin } = aPool({ AdminCreateUserCommand: refusing(TooManyRequestsException) });

    await expect(admin.createPerson(ADA)).rejects.toBeInstanceOf(UnavailableError);
  });
});

describe('setTemporaryPassword', () => {
  it('sets a password that is to be changed', async () => {
    const { admin, sent } = aPool();

    await admin.setTemporaryPassword('dir-1', 'Temporary-1');

    const Username = 'dir-1';
    expect(sent).toEqual([
      {
        command: 'AdminSetUserPasswordCommand',
        input: { UserPoolId: POOL, Username, Password: 'Temporary-1', Permanent: false },
      },
    ]);
  });
});

describe('turnOffSecondFactors', () => {
  it('turns off the authenticator app and text messages', async () => {
    const { admin, sent } = aPool();

    await admin.turnOffSecondFactors({ subject: 'subject-1', directoryName: 'dir-1' });

    const off = { Enabled: false, PreferredMfa: false };
    expect(sent).toEqual([
      {
        command: 'AdminSetUserMFAPreferenceCommand',
        input: {
          UserPoolId: POOL,
          Username: 'dir-1',
          SoftwareTokenMfaSettings: off,
          SMSMfaSettings: off,
        },
      },
    ]);
  });
});

describe('removePerson', () => {
  it('removes a person, or finds them gone', async () => {
    await aPool().admin.removePerson('dir-1');
    await aPool({
      AdminDeleteUserCommand: refusing(UserNotFoundException),
    }).admin.removePerson('dir-1');
  });

  it('takes no other error for that', async () => {
    const { admin } = aPool({ AdminDeleteUserCommand: refusing(TooManyRequestsException) });

    await expect(admin.removePerson('dir-1')).rejects.toBeInstanceOf(UnavailableError);
  });
});
