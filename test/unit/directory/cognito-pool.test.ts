import {
  FeatureUnavailableInTierException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../lib/account/errors.ts';
import { describePool } from '../../../lib/directory/cognito-pool.ts';
import { type Answer, aCognitoClient } from '../../support/cognito-client.ts';

const POOL = 'eu-west-1_Ab12Cd34E';
const missing = () => new ResourceNotFoundException({ message: 'None', $metadata: {} });

/** Describes a pool whose operations answer so; one without an answer finds nothing. */
async function described(answers: Record<string, Answer | ((input: object) => Answer)>) {
  const { client, sent } = aCognitoClient((command, input) => {
    const answer = answers[command.replace(/Command$/, '')];
    if (typeof answer === 'function') return answer(input);
    return answer ?? (command.startsWith('Describe') ? missing() : {});
  });
  let turns = 0;
  const turn = async () => {
    turns += 1;
  };
  const pool = await describePool(client, POOL, turn);
  return { pool, sent, turns };
}
const aPool = (UserPool: object, answers: Parameters<typeof described>[0] = {}) =>
  described({ DescribeUserPool: { UserPool: { Id: POOL, ...UserPool } }, ...answers });

describe('a pool', () => {
  it('is described by what was chosen for it', async () => {
    const { pool } = await aPool({
      AliasAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      LambdaConfig: {
        PreSignUp: 'arn:aws:lambda:a',
        PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: 'arn:aws:lambda:b' },
        KMSKeyID: 'arn:aws:kms:c',
      },
      SchemaAttributes: [
        { Name: 'sub', Required: true, Mutable: false },
        { Name: 'email', Required: true, Mutable: true },
      ],
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Priority: 2, Name: 'verified_phone_number' },
          { Priority: 1, Name: 'verified_email' },
        ],
      },
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireNumbers: true } },
      UserPoolTier: 'PLUS',
      DeletionProtection: 'ACTIVE',
      MfaConfiguration: 'ON',
      EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' },
    });

    expect(pool).toEqual({
      id: POOL,
      aliases: ['email'],
      usernameAttributes: [],
      isCaseSensitive: false,
      allowsSelfSignUp: false,
      triggers: ['PreSignUp', 'PreTokenGeneration'],
      attributes: expect.arrayContaining(['sub', 'email']),
      requiredAttributes: ['sub', 'email'],
      immutableAttributes: ['sub'],
      autoVerified: ['email'],
      keptUntilVerified: ['email'],
      recovery: ['verified_email', 'verified_phone_number'],
      passwordPolicy: {
        minLength: 14,
        requireLowercase: false,
        requireUppercase: false,
        requireDigits: true,
        requireSymbols: false,
      },
      plan: 'PLUS',
      isProtected: true,
      mfa: 'ON',
      hasOwnSender: true,
      tracksSessions: false,
      domains: [],
      resourceServerScopes: null,
      clients: [],
      providers: [],
    });
  });

  it('is described by the defaults of Cognito where nothing was chosen', async () => {
    const { pool } = await aPool({});

    expect(pool).toMatchObject({
      isCaseSensitive: true,
      allowsSelfSignUp: true,
      recovery: [],
      plan: 'ESSENTIALS',
      isProtected: false,
      mfa: 'OFF',
      hasOwnSender: false,
      passwordPolicy: { minLength: 8, requireDigits: false },
    });
  });

  it('is null where there is none', async () => {
    expect((await described({})).pool).toBe(null);
  });

  it('that Cognito is too busy to describe is not described', async () => {
    const busy = new TooManyRequestsException({ message: 'Slower', $metadata: {} });

    await expect(described({ DescribeUserPool: busy })).rejects.toThrow(UnavailableError);
  });
});

it('has its own domain before that of Cognito, with the version of the pages', async () => {
  const { pool } = await aPool(
    { Domain: 'shop', CustomDomain: 'login.example.com' },
    {
      DescribeUserPoolDomain: (input) => ({
        DomainDescription:
          'Domain' in input && input.Domain === 'shop' ? {} : { ManagedLoginVersion: 2 },
      }),
    },
  );

  expect(pool?.domains).toEqual([
    { origin: 'https://login.example.com', hasManagedLogin: true },
    { origin: 'https://shop.auth.eu-west-1.amazoncognito.com', hasManagedLogin: false },
  ]);
});

it.each([
  ['tracks sessions', { UserSessionTracking: 'ENABLED' }, true],
  ['tracks none', { UserSessionTracking: 'DISABLED' }, false],
  [
    'cannot say',
    new FeatureUnavailableInTierException({ message: 'Lite', $metadata: { httpStatusCode: 400 } }),
    null,
  ],
])('%s', async (_what, answer, tracksSessions) => {
  const { pool } = await aPool({}, { GetUserPoolSessionConfiguration: answer });

  expect(pool?.tracksSessions).toBe(tracksSessions);
});

it('has the scopes of the resource server', async () => {
  const ResourceServer = { Scopes: [{ ScopeName: 'me.read' }] };

  const { pool, sent } = await aPool({}, { DescribeResourceServer: { ResourceServer } });

  expect(pool?.resourceServerScopes).toEqual(['me.read']);
  expect(sent).toContainEqual({
    command: 'DescribeResourceServerCommand',
    input: { UserPoolId: POOL, Identifier: 'users' },
  });
});

it('has all clients and providers, page by page, one turn for each, and no secret', async () => {
  const clients: Record<string, object> = {
    a: {
      ClientName: 'shop',
      WriteAttributes: ['email'],
      AllowedOAuthFlows: ['code'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    },
    b: { ClientId: 'old', ClientSecret: 'secret-b', ExplicitAuthFlows: [] },
    c: {
      ClientName: 'job',
      WriteAttributes: ['locale'],
      AllowedOAuthFlows: ['client_credentials'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    },
  };
  const idOf = (input: object) => ('ClientId' in input ? String(input.ClientId) : '');

  const { pool, turns } = await aPool(
    {},
    {
      ListUserPoolClients: (input) =>
        'NextToken' in input && input.NextToken === '2'
          ? { UserPoolClients: [{ ClientId: 'c' }, { ClientId: 'gone' }] }
          : { UserPoolClients: [{ ClientId: 'a' }, { ClientId: 'b' }], NextToken: '2' },
      DescribeUserPoolClient: (input) => {
        const UserPoolClient = clients[idOf(input)];
        return UserPoolClient ? { UserPoolClient } : missing();
      },
      ListIdentityProviders: { Providers: [{ ProviderName: 'Partner' }] },
      DescribeIdentityProvider: {
        IdentityProvider: {
          ProviderDetails: { client_secret: 'secret-p' },
          AttributeMapping: { email: 'mail', username: 'sub' },
        },
      },
    },
  );

  expect(pool?.clients).toEqual([
    { name: 'shop', signsPeopleIn: true, writableAttributes: ['email'] },
    { name: 'old', signsPeopleIn: true, writableAttributes: null },
    { name: 'job', signsPeopleIn: false, writableAttributes: ['locale'] },
  ]);
  expect(pool?.providers).toEqual([{ name: 'Partner', mappedAttributes: ['email', 'username'] }]);
  expect(turns).toBe(5);
  expect(JSON.stringify(pool)).not.toMatch(/secret-/);
});
