/**
 * Whether an existing user pool fits this service, and with which settings: pure rules over its
 * description.
 */
import type { PasswordPolicy } from '../account/password-policy.ts';
import type { SignInNames } from '../contract.ts';
import { ACCESS_RULES } from './pool-access-rules.ts';
import { NAME_RULES } from './pool-name-rules.ts';
import { NEIGHBOUR_RULES } from './pool-neighbour-rules.ts';

/** A user pool, as far as the service relies on it. Attributes have Cognito's names. */
export interface PoolDescription {
  id: string;
  /** Attributes that sign people in besides the username. */
  aliases: readonly string[];
  /** Attributes that sign people in instead of a username. */
  usernameAttributes: readonly string[];
  isCaseSensitive: boolean;
  allowsSelfSignUp: boolean;
  /** Names of the Lambda triggers that are set. */
  triggers: readonly string[];
  /** All of them. */
  attributes: readonly string[];
  requiredAttributes: readonly string[];
  immutableAttributes: readonly string[];
  /** Attributes for whose new values Cognito sends a code by itself. */
  autoVerified: readonly string[];
  /** Attributes whose old value stays until the new one is verified. */
  keptUntilVerified: readonly string[];
  /** How a forgotten password is reset, the preferred way first; empty where the pool does not say. */
  recovery: readonly string[];
  passwordPolicy: PasswordPolicy;
  /** `LITE`, `ESSENTIALS` or `PLUS`. */
  plan: string;
  isProtected: boolean;
  /** `OFF`, `ON` or `OPTIONAL`. */
  mfa: string;
  /** Mails through Amazon SES, not Cognito's own sender. */
  hasOwnSender: boolean;
  /** Null where the pool does not say. */
  tracksSessions: boolean | null;
  /** Sign-in domains, one of the pool's own name first. */
  domains: readonly { origin: string; hasManagedLogin: boolean }[];
  /** Scopes of the resource server that has the name of ours; null where there is none. */
  resourceServerScopes: readonly string[] | null;
  clients: readonly PoolClient[];
  providers: readonly { name: string; mappedAttributes: readonly string[] }[];
}

/** An app client of a pool. */
export interface PoolClient {
  name: string;
  /** False for one that gets tokens for itself only. */
  signsPeopleIn: boolean;
  /** Attributes that its tokens may change in Cognito; null for all. */
  writableAttributes: readonly string[] | null;
}

/** Settings of a deployment on an existing pool, under the names that docs/settings.md has. */
export interface PoolSettings {
  userPoolId: string;
  /** Null where the pool has no sign-in domain. */
  signInUrl: string | null;
  /** Null where none fits. */
  signInNames: SignInNames | null;
  passwordMinLength: number;
  passwordRequires: readonly string[];
  emailChange: 'immediate' | 'verified';
  /** Names of providers in the pool. */
  identityProviders: readonly string[];
  /** The pool's attribute for each field that has one by setting. */
  profileAttributes?: Readonly<Partial<Record<string, string>>>;
}

/**
 * - `fits`: nothing to do.
 * - `advice`: works, but know this.
 * - `fix`: does not work until it is changed.
 * - `impossible`: does not work, and Cognito never lets it change.
 */
type Verdict = 'fits' | 'advice' | 'fix' | 'impossible';

/** What a rule says of a pool. */
export interface Opinion {
  verdict: Verdict;
  /** One sentence or two. */
  says: string;
  /** What to do, where there is something. */
  fix?: string;
}

/** What was found about one part of a pool. */
export interface PoolFinding extends Opinion {
  /** Name of the part; permanent. */
  about: string;
}

/** A rule about one part of a pool; `settings` are those of the deployment, null before there is one. */
export type PoolRule = (pool: PoolDescription, settings: PoolSettings | null) => Opinion[];

const RULES: Readonly<Record<string, PoolRule>> = {
  ...NAME_RULES,
  ...ACCESS_RULES,
  ...NEIGHBOUR_RULES,
};

/**
 * Compares a pool with what the service relies on, part by part.
 * @param settings of the deployment; null before they are written
 */
export function checkPool(pool: PoolDescription, settings: PoolSettings | null): PoolFinding[] {
  return Object.entries(RULES).flatMap(([about, rule]) =>
    rule(pool, settings).map((opinion) => ({ about, ...opinion })),
  );
}

/** True unless something must be fixed first, or cannot be. */
export function isFit(findings: readonly Opinion[]): boolean {
  return !findings.some(({ verdict }) => verdict === 'fix' || verdict === 'impossible');
}
