/** The check of existing user pools, on real ones: of each kind, and wrong in ten ways. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityProvider,
  type CreateUserPoolCommandInput,
  type CreateUserPoolDomainCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describePool } from '../../lib/directory/cognito-pool.ts';
import { checkPool } from '../../lib/operations/pool-check.ts';
import { settingsFor } from '../../lib/operations/pool-settings.ts';
import { clientSettings, cloudEnvironment } from '../../tools/support/cloud-access.ts';
import { stack, unique } from '../support/deployed-service.ts';
import { runTool } from '../support/operator-tool.ts';

const cognito = new CognitoIdentityProvider(clientSettings(stack.endpointUrl));
const made: string[] = [];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-pool-'));
});
afterAll(async () => {
  for (const UserPoolId of made) await cognito.deleteUserPool({ UserPoolId });
  cognito.destroy();
  await rm(folder, { recursive: true, force: true });
});

type Given = Partial<CreateUserPoolCommandInput>;
interface Around {
  domain?: Partial<CreateUserPoolDomainCommandInput> | null;
  /** @default tracked */
  sessions?: 'ENABLED' | null;
  /** What else is made in the pool. */
  more?: (UserPoolId: string) => Promise<unknown>;
}

const FITTING: Given = {
  UsernameConfiguration: { CaseSensitive: false },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  AutoVerifiedAttributes: ['email'],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  DeletionProtection: 'INACTIVE',
  EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', From: 'accounts@users.example' },
};
/** Of a pool that can be deleted again after the test. */
const UNPROTECTED = 'advice deletion-protection';

async function aPool(given: Given, { domain = {}, sessions = 'ENABLED', more }: Around = {}) {
  const PoolName = unique('pool');
  const { UserPool } = await cognito.createUserPool({ PoolName, ...FITTING, ...given });
  const UserPoolId = UserPool?.Id ?? '';
  made.push(UserPoolId);
  if (domain !== null) {
    const given = { UserPoolId, Domain: PoolName, ManagedLoginVersion: 2, ...domain };
    await cognito.createUserPoolDomain(given);
  }
  if (sessions !== null) {
    const TokenSession = { MaxPerUser: 100 };
    const tracking = { UserPoolId, UserSessionTracking: sessions, TokenSession };
    await cognito.setUserPoolSessionConfiguration(tracking);
  }
  await more?.(UserPoolId);
  return { UserPoolId, origin: `https://${PoolName}.auth.us-east-1.amazoncognito.com` };
}

async function checked(UserPoolId: string) {
  const pool = await describePool(cognito, UserPoolId, async () => {});
  if (pool === null) throw new Error('The pool was not found');
  const said = checkPool(pool, null)
    .filter(({ verdict }) => verdict !== 'fits')
    .map(({ verdict, about }) => `${verdict} ${about}`);
  return { said, settings: settingsFor(pool) };
}

describe('a pool that fits', () => {
  it.each([
    ['aliases', { AliasAttributes: ['preferred_username', 'email'] }],
    ['email', { UsernameAttributes: ['email'] }],
    ['username', { AliasAttributes: ['preferred_username'] }],
    ['username', {}],
  ] satisfies [string, Given][])(
    'is found out to be of the kind %s',
    async (signInNames, given) => {
      const { UserPoolId, origin } = await aPool(given);

      const { said, settings } = await checked(UserPoolId);

      expect(said).toEqual([UNPROTECTED]);
      expect(settings).toEqual({
        userPoolId: UserPoolId,
        signInUrl: origin,
        signInNames,
        passwordMinLength: 8,
        passwordRequires: ['lowercase', 'uppercase', 'digits', 'symbols'],
        emailChange: 'verified',
        identityProviders: [],
      });
    },
  );
});

it('the pool of this service fits it, with advice alone', async () => {
  const { said, settings } = await checked(stack.userPoolId);

  expect(said.filter((one) => !one.startsWith('advice '))).toEqual([]);
  expect(said).toContain('advice resource-server');
  expect(settings).toMatchObject({ signInNames: 'aliases', identityProviders: ['PartnerSSO'] });
});

describe('a pool that does not', () => {
  it.each<[string, string[], Given, Around?]>([
    [
      'respects letter case',
      ['impossible letter-case'],
      { UsernameConfiguration: { CaseSensitive: true } },
    ],
    [
      'knows phone numbers alone',
      ['impossible sign-in-names'],
      { UsernameAttributes: ['phone_number'] },
    ],
    [
      'has an e-mail for ever',
      ['impossible immutable-attributes'],
      { Schema: [{ Name: 'email', AttributeDataType: 'String', Mutable: false }] },
    ],
    [
      'verifies no e-mail',
      ['fix email-verification', 'advice email-change'],
      { AutoVerifiedAttributes: [], UserAttributeUpdateSettings: {} },
    ],
    ['has no domain', ['fix sign-in-pages'], {}, { domain: null }],
    ['has the classic pages', ['fix sign-in-pages'], {}, { domain: { ManagedLoginVersion: 1 } }],
    [
      'has the plan Lite, which tracks no sessions',
      ['advice sessions', 'fix plan'],
      { UserPoolTier: 'LITE' },
      { sessions: null },
    ],
    [
      'has a resource server of that name',
      ['fix resource-server'],
      {},
      {
        more: (UserPoolId) =>
          cognito.createResourceServer({
            UserPoolId,
            Identifier: 'users',
            Name: 'users',
            Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
          }),
      },
    ],
    [
      'lets strangers, text messages and other clients in',
      [
        'advice recovery',
        'advice sessions',
        'advice self-sign-up',
        'advice app-clients',
        'advice mail',
      ],
      {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        AccountRecoverySetting: {},
        EmailConfiguration: {},
      },
      {
        sessions: null,
        more: (UserPoolId) => cognito.createUserPoolClient({ UserPoolId, ClientName: 'shop' }),
      },
    ],
    [
      'requires more, has a trigger, and a provider without e-mails',
      ['advice required-attributes', 'advice triggers', 'advice identity-providers'],
      {
        Schema: [{ Name: 'family_name', AttributeDataType: 'String', Required: true }],
        LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:check' },
      },
      {
        more: (UserPoolId) =>
          cognito.createIdentityProvider({
            UserPoolId,
            ProviderName: 'Partner',
            ProviderType: 'OIDC',
            ProviderDetails: {
              client_id: 'user-pool',
              client_secret: 'secret',
              oidc_issuer: 'https://partner.example',
            },
            AttributeMapping: { username: 'sub' },
          }),
      },
    ],
  ])('%s', async (_what, expected, given, around) => {
    const { UserPoolId } = await aPool(given, around);

    expect((await checked(UserPoolId)).said).toEqual([...expected, UNPROTECTED]);
  });
});

describe('the command check-pool', () => {
  const run = (...args: string[]) =>
    runTool('users', ['check-pool', ...args], cloudEnvironment(stack.endpointUrl, folder));

  it('prints what fits and the settings, and exits with 0; with 3 where something does not', async () => {
    const [fitting, wrong] = [await aPool({}), await aPool({}, { domain: null })];

    const [good, bad] = [await run(fitting.UserPoolId), await run(wrong.UserPoolId, '--json')];

    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toContain('This pool fits.');
    expect(bad).toMatchObject({ code: 3, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject({ pool: wrong.UserPoolId, fits: false });
  });

  it('exits with 1 and a sentence where there is no such pool', async () => {
    const { code, stdout, stderr } = await run('us-east-1_AbCdEfGhI');

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('There is no user pool us-east-1_AbCdEfGhI for these credentials.\n');
  });
});
