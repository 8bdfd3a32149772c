/**
 * Sign-in: the user pool, its domain, the scopes of the API, and the app client of the SPA. Knows
 * nothing of the API or the table.
 */
import { Aws, Duration } from 'aws-cdk-lib';
import {
  ClientAttributes,
  type IUserPool,
  ManagedLoginVersion,
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
import { createIdentityProvider } from './identity-providers.ts';
import { addBranding, addSessionTracking } from './managed-login.ts';
import { createUserPool } from './user-pool.ts';

/** For GET: the first request creates the account, and any request may finish a crashed change. */
const SYNC_ACTIONS = [
  'cognito-idp:AdminGetUser',
  'cognito-idp:AdminUpdateUserAttributes',
  'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminDisableUser',
  'cognito-idp:AdminUserGlobalSignOut',
  'cognito-idp:AdminListUserSessions',
  'cognito-idp:AdminRevokeUserSession',
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

/** Properties of `UserDirectory`. */
export interface UserDirectoryProps {
  readonly config: StageConfig;
  /** Unique in account and region, with the account number the default prefix of the sign-in domain. */
  readonly domainLabel: string;
}

/** The user pool with its domain, resource server and app client. */
export class UserDirectory extends Construct {
  readonly pool: IUserPool;
  /** Origin of the sign-in domain. */
  readonly signInUrl: string;
  readonly spaClient: UserPoolClient;
  readonly #patchClientIds: string[];
  readonly #passwordPolicy: Config['passwordPolicy'];
  readonly #signInNames: Config['signInNames'];

  constructor(scope: Construct, id: string, { config, domainLabel }: UserDirectoryProps) {
    super(scope, id);
    this.#passwordPolicy = passwordPolicyOf(config);
    this.#signInNames = config.signInNames;
    this.pool =
      config.userPoolId === null
        ? createUserPool(this, config, this.#passwordPolicy)
        : UserPool.fromUserPoolId(this, 'Pool', config.userPoolId);
    this.signInUrl = config.signInUrl ?? this.#createDomain(config, domainLabel);
    const server = this.pool.addResourceServer('ResourceServer', {
      identifier: RESOURCE_SERVER,
      scopes: [READ, WRITE],
    });
    this.spaClient = this.#createSpaClient(config, server);
    this.#addManagedLogin(config);
    this.#patchClientIds = config.patchClients.map((id) =>
      id === 'spa' ? this.spaClient.userPoolClientId : id,
    );
  }

  /** Allows a function to read users and to sync them with their accounts. */
  grantSync(client: DirectoryClient): void {
    this.#grant(client, SYNC_ACTIONS);
  }

  /** Allows a function to sync users and to set their passwords. */
  grantEdit(client: DirectoryClient): void {
    this.#grant(client, EDIT_ACTIONS);
  }

  #grant(client: DirectoryClient, actions: string[]): void {
    client.grant(actions, this.pool.userPoolArn, {
      [ENV.userPoolId]: this.pool.userPoolId,
      [ENV.signInNames]: this.#signInNames,
      [ENV.passwordPolicy]: JSON.stringify(this.#passwordPolicy),
      [ENV.patchClientIds]: this.#patchClientIds.join(','),
    });
  }

  #addManagedLogin({ purpose, userPoolId }: StageConfig): void {
    // The local cloud's templates lack these types.
    if (purpose === 'local') return;
    const ids = [this.pool.userPoolId, this.spaClient.userPoolClientId] as const;
    addBranding(this, ...ids);
    // In an existing pool this is its owner's decision: it holds for all apps of the pool.
    if (userPoolId === null) addSessionTracking(this, ...ids);
  }

  #createDomain({ domainPrefix }: StageConfig, domainLabel: string): string {
    const defaultPrefix = `${domainLabel}-${Aws.ACCOUNT_ID}`;
    const cognitoDomain = { domainPrefix: domainPrefix ?? defaultPrefix };
    const managedLoginVersion = ManagedLoginVersion.NEWER_MANAGED_LOGIN;
    return this.pool.addDomain('Domain', { cognitoDomain, managedLoginVersion }).baseUrl();
  }

  #createSpaClient(config: StageConfig, server: UserPoolResourceServer): UserPoolClient {
    const federated = config.identityProviders.map((provider) =>
      typeof provider === 'string'
        ? provider
        : createIdentityProvider(this, this.pool, provider, config),
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
      // Set explicitly: Cognito's default flows include one that refresh token rotation forbids.
      authFlows: { userSrp: true, userPassword: config.purpose === 'local' },
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...federated.map(UserPoolClientIdentityProvider.custom),
      ],
      writeAttributes: writableAttributes(config),
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      refreshTokenRotationGracePeriod: Duration.seconds(60),
      enableTokenRevocation: true,
    });
  }
}

/** The pool's password policy; the functions check the same one before they write. */
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
 * Attributes that an access token of the SPA may change directly in Cognito, bypassing this API. No
 * sign-in name: a stolen token could change the e-mail without a recent sign-in and reset the
 * password with it. An empty list would allow every attribute, hence the harmless `locale`. With
 * identity providers what they map must be writable, or Cognito rejects federated sign-ins
 * (docs/decisions/0033).
 */
function writableAttributes(config: StageConfig): ClientAttributes {
  const federated = config.identityProviders.length > 0;
  const profile = federated && config.profileSource !== 'never';
  const attributes = new ClientAttributes().withStandardAttributes({
    locale: true,
    email: federated,
    fullname: profile,
    givenName: profile,
    familyName: profile,
    profilePicture: profile,
  });
  const custom = profile ? Object.values(config.profileAttributes) : [];
  return attributes.withCustomAttributes(...custom);
}
