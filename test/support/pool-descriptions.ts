/** Descriptions of user pools that fit, one of each kind. */
import type { SignInNames } from '../../lib/contract.ts';
import type { PoolDescription } from '../../lib/operations/pool-check.ts';

/** A pool of that kind with nothing to fix and nothing to say. */
export function aPoolDescription(
  kind: SignInNames = 'aliases',
  given: Partial<PoolDescription> = {},
): PoolDescription {
  return {
    id: 'eu-west-1_Ab12Cd34E',
    aliases: kind === 'aliases' ? ['preferred_username', 'email'] : [],
    usernameAttributes: kind === 'email' ? ['email'] : [],
    isCaseSensitive: false,
    allowsSelfSignUp: false,
    triggers: [],
    requiredAttributes: ['sub'],
    attributes: ['sub', 'email', 'preferred_username', 'name', 'picture'],
    immutableAttributes: ['sub'],
    autoVerified: ['email'],
    keptUntilVerified: ['email'],
    recovery: ['verified_email'],
    passwordPolicy: {
      minLength: 10,
      requireLowercase: true,
      requireUppercase: false,
      requireDigits: true,
      requireSymbols: false,
    },
    plan: 'ESSENTIALS',
    isProtected: true,
    mfa: 'OPTIONAL',
    hasOwnSender: true,
    tracksSessions: true,
    domains: [{ origin: 'https://login.example.com', hasManagedLogin: true }],
    resourceServerScopes: null,
    clients: [],
    providers: [],
    ...given,
  };
}
