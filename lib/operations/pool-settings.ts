/** The settings that a user pool needs, as its description says (pure). */
import type { PasswordPolicy } from '../account/password-policy.ts';
import type { SignInNames } from '../contract.ts';
import type { PoolDescription, PoolSettings } from './pool-check.ts';

/** The settings for a pool; with none of `signInNames` or `signInUrl` where it has none that fits. */
export function settingsFor(pool: PoolDescription): PoolSettings {
  return {
    userPoolId: pool.id,
    signInUrl: preferredDomain(pool)?.origin ?? null,
    signInNames: kindOf(pool),
    passwordMinLength: pool.passwordPolicy.minLength,
    passwordRequires: requirementsOf(pool.passwordPolicy),
    emailChange: keepsUnprovenEmail(pool) ? 'verified' : 'immediate',
    identityProviders: pool.providers.map(({ name }) => name),
  };
}

/**
 * The value of `signInNames` for a pool; null where people sign in by phone number alone. With both
 * aliases it is `aliases`, whether or not people know their username of the pool.
 */
export function kindOf({ aliases, usernameAttributes }: PoolDescription): SignInNames | null {
  if (usernameAttributes.length > 0) return usernameAttributes.includes('email') ? 'email' : null;
  const hasBoth = aliases.includes('preferred_username') && aliases.includes('email');
  return hasBoth ? 'aliases' : 'username';
}

/** True where the old e-mail stays until the new one is verified. */
export function keepsUnprovenEmail({ keptUntilVerified }: PoolDescription): boolean {
  return keptUntilVerified.includes('email');
}

/** The sign-in domain to use: one with managed login before another. */
export function preferredDomain({ domains }: PoolDescription) {
  return domains.find(({ hasManagedLogin }) => hasManagedLogin) ?? domains[0];
}

/** Values of the setting `passwordRequires`. */
export function requirementsOf(policy: PasswordPolicy): string[] {
  const required = {
    lowercase: policy.requireLowercase,
    uppercase: policy.requireUppercase,
    digits: policy.requireDigits,
    symbols: policy.requireSymbols,
  };
  return Object.entries(required).flatMap(([name, isRequired]) => (isRequired ? [name] : []));
}
