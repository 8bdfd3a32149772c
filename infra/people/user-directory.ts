/**
 * Where people sign in: the user pool, its sign-in domain, the scopes of the API and the client of
 * single-page apps. Knows nothing of the API or the table.
 */
import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  type IUserPool,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { type Config, ENV } from '../../lib/config.ts';
import { READ_SCOPE_NAME, RESOURCE_SERVER, WRITE_SCOPE_NAME } from '../../lib/contract.ts';
import type { StageConfig } from '../settings/stage-config.ts';
import { makeIdentityProvider } from './identity-providers.ts';

/** What reading needs: the first call makes the record, and any call may finish a crashed change. */
const SYNC_ACTIONS = [
  'cognito-idp:AdminGetUser',
  'cognito-idp:AdminUpdateUserAttributes',
  'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminDisableUser',
  'cognito-idp:AdminUserGlobalSignOut',
];
const EDIT_ACTIONS = [...SYNC_ACTIONS, 'cognito-idp:AdminSetUserPassword'];

const READ = new ResourceServerScope({
  scopeName: READ_SCOPE_NAME,
  scopeDescription: 'Read your own account',
});
const WRITE = new ResourceServerScope({
  scopeName: WRITE_SCOPE_NAME,
  scopeDescription: 'Change your own account',
});

/** A function that calls the pool; stated here so that sign-in imports nothing of the API. */
export interface DirectoryClient {
  /** Allows the actions on the resource and sets the environment variables. */
  grant(actions: string[], resourceArn: string, environment: Record<string, string>): void;
}

/** The user pool and what hangs on it. */
export class UserDirectory extends Construct {
  readonly pool: IUserPool;
  /** Origin of the hosted sign-in. */
  readonly signInUrl: string;
  readonly spaClient: UserPoolClient;
  readonly #patchClientIds: string[];
  readonly #passwordPolicy: Config['passwordPolicy'];

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.#passwordPolicy = passwordPolicyOf(config);
    this.pool =
      config.userPoolId === null
        ? this.#makePool(config)
        : UserPool.fromUserPoolId(this, 'Pool', config.userPoolId);
    this.signInUrl = config.signInUrl ?? this.#makeDomain(config);
    const server = this.pool.addResourceServer('ResourceServer', {
      identifier: RESOURCE_SERVER,
      scopes: [READ, WRITE],
    });
    this.spaClient = this.#makeSpaClient(config, server);
    this.#patchClientIds = config.patchClients.map((id) =>
      id === 'spa' ? this.spaClient.userPoolClientId : id,
    );
  }

  /** Lets a function look a person up and bring them in step with their record. */
  grantSync(client: DirectoryClient): void {
    this.#grant(client, SYNC_ACTIONS);
  }

  /** Lets a function do all of that, and set a person's password. */
  grantEdit(client: DirectoryClient): void {
    this.#grant(client, EDIT_ACTIONS);
  }

  #grant(client: DirectoryClient, actions: string[]): void {
    client.grant(actions, this.pool.userPoolArn, {
      [ENV.userPoolId]: this.pool.userPoolId,
      [ENV.passwordPolicy]: JSON.stringify(this.#passwordPolicy),
      [ENV.patchClientIds]: this.#patchClientIds.join(','),
    });
  }

  #makeDomain({ stage, domainPrefix }: StageConfig): string {
    const standard = `current-user-${stage}-${Aws.ACCOUNT_ID}`;
    const cognitoDomain = { domainPrefix: domainPrefix ?? standard };
    return this.pool.addDomain('Domain', { cognitoDomain }).baseUrl();
  }

  #makePool(config: StageConfig): UserPool {
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true, preferredUsername: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: this.#passwordPolicy,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      // The least plan that rotates refresh tokens.
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: config.retainsData,
      removalPolicy: config.retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG1',
        reason: 'The default keeps this rule; a team may have reasons for other passwords.',
      },
      {
        id: 'AwsSolutions-COG2',
        reason: 'A second factor is offered; whether people must have one is for the team to say.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason: 'The Plus plan is charged per active user: for who pays to choose.',
      },
    );
    return pool;
  }

  #makeSpaClient(config: StageConfig, server: UserPoolResourceServer): UserPoolClient {
    const federated = config.identityProviders.map((provider) =>
      typeof provider === 'string' ? provider : makeIdentityProvider(this, this.pool, provider),
    );
    return this.pool.addClient('SpaClient', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.EMAIL,
          OAuthScope.PROFILE,
          OAuthScope.COGNITO_ADMIN,
          OAuthScope.resourceServer(server, READ),
          OAuthScope.resourceServer(server, WRITE),
        ],
        callbackUrls: [...config.callbackUrls],
        logoutUrls: [...config.logoutUrls],
      },
      // Cognito's default flows hold one that rotation forbids, so that one has to be named.
      authFlows: { userSrp: true, userPassword: config.stage === 'local' },
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...federated.map(UserPoolClientIdentityProvider.custom),
      ],
      writeAttributes: writableAttributes(federated.length > 0),
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      refreshTokenRotationGracePeriod: Duration.seconds(60),
      enableTokenRevocation: true,
    });
  }
}

/** The pool's rules for passwords; the functions check the same ones before they write anything. */
function passwordPolicyOf(config: StageConfig): Config['passwordPolicy'] {
  return {
    minLength: config.passwordMinLength,
    requireLowercase: config.passwordRequires.includes('lowercase'),
    requireUppercase: config.passwordRequires.includes('uppercase'),
    requireDigits: config.passwordRequires.includes('digits'),
    requireSymbols: config.passwordRequires.includes('symbols'),
  };
}

/**
 * What a token of the app may change in Cognito past this API: nothing that is a sign-in name, or a
 * stolen token could move the e-mail without a recent sign-in and reset the password with it. An
 * empty list would mean every attribute, hence the harmless one.
 */
function writableAttributes(federated: boolean): ClientAttributes {
  return new ClientAttributes().withStandardAttributes({ locale: true, email: federated });
}
