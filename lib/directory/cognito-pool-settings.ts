/** Settings of a user pool and its clients, as Cognito's operations describe them. */
import type {
  LambdaConfigType,
  SchemaAttributeType,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { PoolClient } from '../operations/pool-check.ts';

/** Cognito's default policy: that of a pool which states none. */
const DEFAULT_MIN_LENGTH = 8;

/** How people sign in to a pool. */
export function signInOf(pool: UserPoolType) {
  const { SchemaAttributes: schema = [], Policies, UserAttributeUpdateSettings: updates } = pool;
  const namesOf = (is: (attribute: SchemaAttributeType) => boolean) =>
    schema.filter(is).map(({ Name }) => `${Name}`);
  const recovery = pool.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  const policy = Policies?.PasswordPolicy ?? {};
  return {
    aliases: pool.AliasAttributes ?? [],
    usernameAttributes: pool.UsernameAttributes ?? [],
    // A pool that does not say respects letter case.
    isCaseSensitive: pool.UsernameConfiguration?.CaseSensitive ?? true,
    attributes: namesOf(() => true),
    requiredAttributes: namesOf(({ Required }) => Required === true),
    immutableAttributes: namesOf(({ Mutable }) => Mutable === false),
    autoVerified: pool.AutoVerifiedAttributes ?? [],
    keptUntilVerified: updates?.AttributesRequireVerificationBeforeUpdate ?? [],
    recovery: recovery
      .toSorted((one, other) => (one.Priority ?? 0) - (other.Priority ?? 0))
      .map(({ Name }) => `${Name}`),
    passwordPolicy: {
      minLength: policy.MinimumLength ?? DEFAULT_MIN_LENGTH,
      requireLowercase: policy.RequireLowercase === true,
      requireUppercase: policy.RequireUppercase === true,
      requireDigits: policy.RequireNumbers === true,
      requireSymbols: policy.RequireSymbols === true,
    },
  };
}

/** What protects a pool, and what else runs in it. */
export function protectionOf(pool: UserPoolType) {
  return {
    allowsSelfSignUp: pool.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
    triggers: triggersOf(pool.LambdaConfig ?? {}),
    plan: pool.UserPoolTier ?? 'ESSENTIALS',
    isProtected: pool.DeletionProtection === 'ACTIVE',
    mfa: pool.MfaConfiguration ?? 'OFF',
    hasOwnSender: pool.EmailConfiguration?.EmailSendingAccount === 'DEVELOPER',
  };
}

/** One trigger may be there twice, in its first version and in a later one. */
function triggersOf({ KMSKeyID, PreTokenGenerationConfig: later, ...set }: LambdaConfigType) {
  const names = Object.entries(set).flatMap(([name, value]) => (value ? [name] : []));
  return [...new Set([...names, ...(later ? ['PreTokenGeneration'] : [])])];
}

/** Without a list a client may write all attributes, and has the flows of Cognito's default. */
export function toPoolClient(client: UserPoolClientType): PoolClient {
  const flows = client.ExplicitAuthFlows ?? [];
  const byApi = flows.length === 0 || flows.some((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH');
  const byPages = client.AllowedOAuthFlows?.some((flow) => flow !== 'client_credentials') ?? false;
  const writable = client.WriteAttributes ?? [];
  return {
    name: client.ClientName || (client.ClientId ?? ''),
    signsPeopleIn: byApi || byPages,
    writableAttributes: writable.length > 0 ? writable : null,
  };
}
