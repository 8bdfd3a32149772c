import {
  AliasExistsException,
  CognitoIdentityProviderServiceException,
  FeatureUnavailableInTierException,
  InternalErrorException,
  InvalidParameterException,
  InvalidPasswordException,
  NotAuthorizedException,
  OperationNotEnabledException,
  PasswordHistoryPolicyViolationException,
  ResourceNotFoundException,
  TooManyRequestsException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { DirectoryRefusalError, UnavailableError } from '../../../lib/account/errors.ts';
import { createCognitoDirectory } from '../../../lib/directory/cognito-directory.ts';
import type { UserDirectory } from '../../../lib/self-service/ports.ts';
import { aCognitoClient } from '../../support/cognito-client.ts';

const POOL = 'eu-central-1_Ab12Cd34E';
const SECRET = 'Sent-secret-1';

/** A directory on a client that answers, or fails, and remembers what it was asked. */
function aDirectory(answer?: Parameters<typeof aCognitoClient>[0], signal?: AbortSignal) {
  const { client, sent, signals } = aCognitoClient(answer);
  return { directory: createCognitoDirectory(client, POOL, signal), sent, signals };
}

/** AdminGetUser's answer as recorded. */
function anAnswer(attributes: Record<string, string> = {}, given: object = {}) {
  const all = { sub: 'subject-1', email_verified: 'true', ...attributes };
  return {
    $metadata: { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 },
    Username: 'dir-1',
    UserAttributes: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
    UserCreateDate: new Date('2025-11-03T09:12:44.000Z'),
    UserLastModifiedDate: new Date('2025-12-30T17:40:02.000Z'),
    Enabled: true,
    UserStatus: 'identities' in attributes ? 'EXTERNAL_PROVIDER' : 'CONFIRMED',
    ...given,
  };
}

type Fault = new (options: { message: string; $metadata: object }) => Error;

const fault = (Exception: Fault, httpStatusCode = 400) =>
  new Exception({ message: `Refused: ${SECRET}`, $metadata: { httpStatusCode } });

/** An error that this version of the client has no class for. */
const unmodelled = (name: string) =>
  new CognitoIdentityProviderServiceException({
    name,
    message: 'Refused',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was refused');
}

const OPERATIONS: Record<string, (directory: UserDirectory) => Promise<unknown>> = {
  find: (directory) => directory.find('dir-1'),
  setNames: (directory) => directory.setNames('dir-1', { username: 'ada' }),
  setEnabled: (directory) => directory.setEnabled('dir-1', false),
  setPassword: (directory) => directory.setPassword('dir-1', SECRET),
  signOutEverywhere: (directory) => directory.signOutEverywhere('dir-1'),
};
const run = (operation: string, directory: UserDirectory) => {
  const work = OPERATIONS[operation];
  if (!work) throw new Error('There is no such operation');
  return work(directory);
};

describe('find', () => {
  it('asks for the person by their directory name', async () => {
    const { directory, sent } = aDirectory(anAnswer());

    await directory.find('dir-1');

    expect(sent).toEqual([
      { command: 'AdminGetUserCommand', input: { UserPoolId: POOL, Username: 'dir-1' } },
    ]);
  });

  it('reads a person who signs in with a password', async () => {
    const { directory } = aDirectory(
      anAnswer({ preferred_username: 'ada', email: 'ada@example.com' }),
    );

    expect(await directory.find('dir-1')).toEqual({
      subject: 'subject-1',
      directoryName: 'dir-1',
      preferredUsername: 'ada',
      email: 'ada@example.com',
      emailVerified: true,
      enabled: true,
      passwordExpired: false,
      identity: null,
    });
  });

  it('reads a person who signs in through an identity provider', async () => {
    const identities = JSON.stringify([
      {
        dateCreated: '1762161164000',
        userId: 'corp-7',
        providerName: 'Corporate',
        providerType: 'OIDC',
        issuer: null,
        primary: 'true',
      },
    ]);
    const { directory } = aDirectory(
      anAnswer({ identities }, { UserStatus: 'EXTERNAL_PROVIDER', Username: 'Corporate_corp-7' }),
    );

    expect(await directory.find('Corporate_corp-7')).toMatchObject({
      directoryName: 'Corporate_corp-7',
      identity: { provider: 'Corporate', id: 'corp-7' },
      passwordExpired: false,
    });
  });

  it('reads a numeric id of a provider as text', async () => {
    const identities = '[{"userId":1234567,"providerName":"Facebook"}]';
    const { directory } = aDirectory(anAnswer({ identities }));

    expect((await directory.find('dir-1'))?.identity).toEqual({
      provider: 'Facebook',
      id: '1234567',
    });
  });

  it('leaves a local person who is linked to a provider a local person', async () => {
    const identities = '[{"userId":"7","providerName":"Corporate","primary":false}]';
    const { directory } = aDirectory(anAnswer({ identities }, { UserStatus: 'CONFIRMED' }));

    expect((await directory.find('dir-1'))?.identity).toBeNull();
  });

  it('refuses a numeric id that was rounded', async () => {
    const identities = '[{"userId":9007199254740993,"providerName":"Facebook"}]';
    const { directory } = aDirectory(anAnswer({ identities }));

    await expect(directory.find('dir-1')).rejects.toThrow();
  });

  it('reads an empty list of identities as none', async () => {
    const { directory } = aDirectory(anAnswer({ identities: '[]' }));

    expect((await directory.find('dir-1'))?.identity).toBeNull();
  });

  it.each([
    { what: 'missing', attributes: {} },
    { what: 'empty', attributes: { email: '', preferred_username: '' } },
  ])('reads names that are $what as null', async ({ attributes }) => {
    const { directory } = aDirectory(anAnswer(attributes));

    expect(await directory.find('dir-1')).toMatchObject({ email: null, preferredUsername: null });
  });

  it.each([
    { sent: 'true', verified: true },
    { sent: 'false', verified: false },
    { sent: '', verified: false },
  ])('reads email_verified "$sent" as $verified', async ({ sent, verified }) => {
    const { directory } = aDirectory(anAnswer({ email_verified: sent }));

    expect((await directory.find('dir-1'))?.emailVerified).toBe(verified);
  });

  it.each([
    { status: 'CONFIRMED', expired: false },
    { status: 'FORCE_CHANGE_PASSWORD', expired: true },
    { status: 'RESET_REQUIRED', expired: true },
    { status: 'EXTERNAL_PROVIDER', expired: false },
    { status: undefined, expired: false },
  ])('reads the status $status as an expired password: $expired', async ({ status, expired }) => {
    const { directory } = aDirectory(anAnswer({}, { UserStatus: status }));

    expect((await directory.find('dir-1'))?.passwordExpired).toBe(expired);
  });

  it.each([
    { sent: true, enabled: true },
    { sent: false, enabled: false },
    { sent: undefined, enabled: false },
  ])('reads Enabled $sent as $enabled', async ({ sent, enabled }) => {
    const { directory } = aDirectory(anAnswer({}, { Enabled: sent }));

    expect((await directory.find('dir-1'))?.enabled).toBe(enabled);
  });

  it('finds nobody where Cognito knows nobody', async () => {
    const { directory } = aDirectory(fault(UserNotFoundException));

    expect(await directory.find('dir-1')).toBeNull();
  });

  it('finds nobody by a name that is too long for Cognito to look up', async () => {
    const { directory, sent } = aDirectory(anAnswer());

    expect(await directory.find('a'.repeat(129))).toBeNull();
    expect(sent).toEqual([]);
    expect(await directory.find('a'.repeat(128))).not.toBeNull();
  });

  it.each([
    { what: 'without a subject', answer: anAnswer({ sub: '' }) },
    { what: 'without a name', answer: anAnswer({}, { Username: undefined }) },
    { what: 'without attributes', answer: anAnswer({}, { UserAttributes: undefined }) },
    { what: 'with identities that are no JSON', answer: anAnswer({ identities: '[' }) },
    { what: 'with identities that are no list', answer: anAnswer({ identities: '{}' }) },
    { what: 'with an identity of nobody', answer: anAnswer({ identities: '[{}]' }) },
  ])('does not make do with an answer $what', async ({ answer }) => {
    const { directory } = aDirectory(answer);

    await expect(directory.find('dir-1')).rejects.toThrow();
  });
});

describe('setNames', () => {
  const verifiedEmail = { address: 'ada@example.com', verified: true };
  const newEmail = { address: 'ada@example.com', verified: false };

  it.each([
    {
      what: 'a username',
      names: { username: 'ada' },
      attributes: [{ Name: 'preferred_username', Value: 'ada' }],
    },
    {
      what: 'no alias that is the user name itself, by an empty value',
      names: { username: 'Dir-1' },
      attributes: [{ Name: 'preferred_username', Value: '' }],
    },
    {
      what: 'an e-mail nobody has proven',
      names: { email: newEmail },
      attributes: [
        { Name: 'email', Value: 'ada@example.com' },
        { Name: 'email_verified', Value: 'false' },
      ],
    },
    {
      what: 'an e-mail taken back',
      names: { email: verifiedEmail },
      attributes: [
        { Name: 'email', Value: 'ada@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    },
    {
      what: 'no e-mail, by an empty value',
      names: { email: { address: null, verified: false } },
      attributes: [{ Name: 'email', Value: '' }],
    },
    {
      what: 'both',
      names: { username: 'ada', email: newEmail },
      attributes: [
        { Name: 'preferred_username', Value: 'ada' },
        { Name: 'email', Value: 'ada@example.com' },
        { Name: 'email_verified', Value: 'false' },
      ],
    },
  ])('sets $what', async ({ names, attributes }) => {
    const { directory, sent } = aDirectory();

    await directory.setNames('dir-1', names);

    expect(sent).toEqual([
      {
        command: 'AdminUpdateUserAttributesCommand',
        input: { UserPoolId: POOL, Username: 'dir-1', UserAttributes: attributes },
      },
    ]);
  });

  it.each([
    { Exception: AliasExistsException, reason: 'alias_exists' },
    { Exception: UsernameExistsException, reason: 'alias_exists' },
    { Exception: InvalidParameterException, reason: 'invalid_value' },
    { Exception: UserNotFoundException, reason: 'not_found' },
  ])('refuses $Exception.name as $reason', async ({ Exception, reason }) => {
    const { directory } = aDirectory(fault(Exception));

    const error = await failureOf(directory.setNames('dir-1', { username: 'ada' }));

    expect(error).toBeInstanceOf(DirectoryRefusalError);
    expect(error).toMatchObject({ reason });
  });

  it.each([
    ['An account with the given email already exists.', 'email'],
    ['Invalid email address format.', 'email'],
    ['Attribute value for preferred_username must not be null', 'username'],
    ['Invalid user attributes', null],
  ])('says which name "%s" is about', async (message, field) => {
    const exception = new InvalidParameterException({ message, $metadata: {} });
    const { directory } = aDirectory(exception);

    const error = await failureOf(directory.setNames('dir-1', { username: 'ada' }));

    expect(error).toMatchObject({ field });
    expect(String(error)).not.toContain(message);
  });
});

describe('setEnabled', () => {
  it.each([
    { enabled: true, command: 'AdminEnableUserCommand' },
    { enabled: false, command: 'AdminDisableUserCommand' },
  ])('sends $command for $enabled', async ({ enabled, command }) => {
    const { directory, sent } = aDirectory();

    await directory.setEnabled('dir-1', enabled);

    expect(sent).toEqual([{ command, input: { UserPoolId: POOL, Username: 'dir-1' } }]);
  });
});

describe('setPassword', () => {
  it('sets a password for good', async () => {
    const { directory, sent } = aDirectory();

    await directory.setPassword('dir-1', SECRET);

    expect(sent).toEqual([
      {
        command: 'AdminSetUserPasswordCommand',
        input: { UserPoolId: POOL, Username: 'dir-1', Password: SECRET, Permanent: true },
      },
    ]);
  });

  it.each([
    { Exception: InvalidPasswordException, reason: 'password_refused' },
    { Exception: PasswordHistoryPolicyViolationException, reason: 'password_refused' },
    { Exception: InvalidParameterException, reason: 'password_refused' },
    { Exception: UserNotFoundException, reason: 'not_found' },
  ])('refuses $Exception.name as $reason', async ({ Exception, reason }) => {
    const { directory } = aDirectory(fault(Exception));

    const error = await failureOf(directory.setPassword('dir-1', SECRET));

    expect(error).toBeInstanceOf(DirectoryRefusalError);
    expect(error).toMatchObject({ reason });
  });
});

describe('signOutEverywhere', () => {
  const user = { UserPoolId: POOL, Username: 'dir-1' };
  const signOut = { command: 'AdminUserGlobalSignOutCommand', input: user };
  const list = { command: 'AdminListUserSessionsCommand', input: user };
  const revoke = (SessionId: string) => ({
    command: 'AdminRevokeUserSessionCommand',
    input: { ...user, SessionId, RevokeAssociatedSessions: 'LINKED' },
  });
  const session = (SessionId: string, SessionType = 'SSO') => ({ SessionId, SessionType });

  it('signs the person out globally, then ends their sessions at the hosted sign-in', async () => {
    const { directory, sent } = aDirectory((command, input) => {
      if (command !== 'AdminListUserSessionsCommand') return {};
      return 'NextToken' in input
        ? { Sessions: [session('sso3')] }
        : {
            Sessions: [session('sso1'), session('tkn1', 'TOKEN'), session('sso2')],
            NextToken: 'n',
          };
    });

    await directory.signOutEverywhere('dir-1');

    expect(sent).toEqual([
      signOut,
      list,
      revoke('sso1'),
      revoke('sso2'),
      { ...list, input: { ...user, NextToken: 'n' } },
      revoke('sso3'),
    ]);
  });

  it.each([
    ['a pool without tracking', list, fault(OperationNotEnabledException)],
    ['a plan without it', list, fault(FeatureUnavailableInTierException)],
    ['a region without it', list, unmodelled('UnknownOperationException')],
    ['a session that is gone', revoke('sso1'), fault(ResourceNotFoundException)],
  ])('is not stopped by %s', async (_what, { command: refused }, refusal) => {
    const { directory, sent } = aDirectory((command) => {
      if (command === refused) return refusal;
      return command === list.command ? { Sessions: [session('sso1'), session('sso2')] } : {};
    });

    await directory.signOutEverywhere('dir-1');

    const isListed = refused !== list.command;
    expect(sent).toEqual([signOut, list, ...(isListed ? [revoke('sso1'), revoke('sso2')] : [])]);
  });

  it.each([
    ['listed', list.command],
    ['revoked', revoke('').command],
  ])('is not done while sessions cannot be %s for the moment', async (_what, failing) => {
    const { directory } = aDirectory((command) => {
      if (command === failing) return fault(TooManyRequestsException);
      return command === list.command ? { Sessions: [session('sso1')] } : {};
    });

    await expect(directory.signOutEverywhere('dir-1')).rejects.toBeInstanceOf(UnavailableError);
  });

  it.each([
    { who: 'a disabled person', enabled: false, outcome: 'done' },
    { who: 'anybody else', enabled: true, outcome: 'NotAuthorizedException' },
  ])('takes a refusal to sign out $who for $outcome', async ({ enabled, outcome }) => {
    const { directory, sent } = aDirectory((command) =>
      command === 'AdminGetUserCommand'
        ? anAnswer({}, { Enabled: enabled })
        : fault(NotAuthorizedException),
    );

    const ended = await directory.signOutEverywhere('dir-1').then(
      () => 'done',
      (error) => error.name,
    );

    expect(ended).toBe(outcome);
    expect(sent[1]).toMatchObject({ command: 'AdminGetUserCommand' });
  });
});

describe('createCognitoDirectory', () => {
  const operations = Object.keys(OPERATIONS).map((operation) => ({ operation }));
  const changing = operations.filter(({ operation }) => operation !== 'find');

  it.each(operations)('is unavailable when $operation is throttled', async ({ operation }) => {
    const { directory } = aDirectory(fault(TooManyRequestsException));

    expect(await failureOf(run(operation, directory))).toBeInstanceOf(UnavailableError);
  });

  it.each(operations)('is unavailable when $operation gets no response', async ({ operation }) => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const { directory } = aDirectory(reset);

    expect(await failureOf(run(operation, directory))).toBeInstanceOf(UnavailableError);
  });

  it.each(operations)('is unavailable when Cognito fails in $operation', async ({ operation }) => {
    const { directory } = aDirectory(fault(InternalErrorException, 500));

    expect(await failureOf(run(operation, directory))).toBeInstanceOf(UnavailableError);
  });

  it.each(operations)(
    'takes a missing permission of $operation for no refusal',
    async ({ operation }) => {
      const { directory } = aDirectory(fault(NotAuthorizedException));

      const error = await failureOf(run(operation, directory));

      expect(error).not.toBeInstanceOf(DirectoryRefusalError);
      expect(error).not.toBeInstanceOf(UnavailableError);
    },
  );

  it.each(operations)('lets $operation end with its request', async ({ operation }) => {
    const { signal } = new AbortController();
    const { directory, signals } = aDirectory(anAnswer(), signal);

    await run(operation, directory);

    expect(signals).not.toEqual([]);
    expect(signals.filter((one) => one !== signal)).toEqual([]);
  });

  it.each(changing)('says that nobody is there to $operation', async ({ operation }) => {
    const { directory } = aDirectory(fault(UserNotFoundException));

    expect(await failureOf(run(operation, directory))).toMatchObject({ reason: 'not_found' });
  });

  it.each(changing)(
    'keeps what Cognito says out of refusals of $operation',
    async ({ operation }) => {
      const { directory } = aDirectory(fault(InvalidParameterException));

      const error = await failureOf(run(operation, directory));

      expect(error).toBeInstanceOf(DirectoryRefusalError);
      expect((error as Error).message).not.toContain(SECRET);
      expect(error).not.toHaveProperty('cause');
    },
  );
});
