/**
 * The names of the functions' environment variables, and the one parser for them. The stack sets
 * the variables under these names; nothing else in lib reads the environment.
 */
import * as v from 'valibot';
import { type PasswordPolicy, PasswordPolicySchema } from './account/password-policy.ts';
import { SIGN_IN_NAMES, type SignInNames } from './contract.ts';

/** Environment variables of the functions. */
export const ENV = {
  usersTableName: 'USERS_TABLE_NAME',
  userPoolId: 'USER_POOL_ID',
  /** What people sign in with at that pool, one of `SIGN_IN_NAMES`. */
  signInNames: 'SIGN_IN_NAMES',
  /** Origins a browser may call from, separated by commas; may be empty. */
  corsOrigins: 'CORS_ORIGINS',
  /** The username whose account nobody edits here and nobody can take. */
  adminUsername: 'ADMIN_USERNAME',
  /** More usernames that nobody can take, separated by commas; may be empty. */
  reservedNames: 'RESERVED_NAMES',
  /** How long, in seconds, a name that was given up is free for its last holder only; 0 is off. */
  releasedNameRestSeconds: 'RELEASED_NAME_REST_SECONDS',
  /** Greatest age in seconds of a sign-in that may change what signs somebody in; 0 is off. */
  recentSignInSeconds: 'RECENT_SIGN_IN_SECONDS',
  /** When a new e-mail becomes the account's: `immediate`, or `verified` once it is proven. */
  emailChange: 'EMAIL_CHANGE',
  /** `true` lets avatar_url be `http:` as well. */
  allowHttpAvatars: 'ALLOW_HTTP_AVATARS',
  /** App clients whose tokens may change the account, separated by commas; empty for all. */
  patchClientIds: 'PATCH_CLIENT_IDS',
  /** The user pool's password policy as JSON, see `PasswordPolicySchema`. */
  passwordPolicy: 'PASSWORD_POLICY',
  /** Settings of the notices to owners as JSON; empty where nobody is told. */
  notices: 'NOTICES',
} as const;

const required = v.pipe(v.string(), v.minLength(1));
const separated = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').filter((item) => item !== '')),
);
const seconds = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.safeInteger());
const ConfigSchema = v.object({
  [ENV.usersTableName]: required,
  [ENV.userPoolId]: v.pipe(v.string(), v.regex(/^[\w-]+_[0-9a-zA-Z]+$/)),
  [ENV.signInNames]: v.picklist(SIGN_IN_NAMES),
  [ENV.corsOrigins]: v.pipe(
    separated,
    v.everyItem((origin) => URL.parse(origin)?.origin === origin),
  ),
  [ENV.adminUsername]: required,
  [ENV.reservedNames]: separated,
  [ENV.releasedNameRestSeconds]: seconds,
  [ENV.recentSignInSeconds]: seconds,
  [ENV.emailChange]: v.picklist(['immediate', 'verified']),
  [ENV.allowHttpAvatars]: v.pipe(
    v.picklist(['true', 'false']),
    v.transform((text) => text === 'true'),
  ),
  [ENV.patchClientIds]: separated,
  [ENV.passwordPolicy]: v.pipe(v.string(), v.parseJson(), PasswordPolicySchema),
  // Parsed where it is used, which few cold starts load.
  [ENV.notices]: v.string(),
});

/** Settings of one deployed function. */
export interface Config {
  usersTableName: string;
  userPoolId: string;
  signInNames: SignInNames;
  corsOrigins: string[];
  adminUsername: string;
  reservedNames: string[];
  releasedNameRestSeconds: number;
  recentSignInSeconds: number;
  emailChange: 'immediate' | 'verified';
  allowHttpAvatars: boolean;
  /** Empty where the tokens of every client may change the account. */
  patchClientIds: string[];
  passwordPolicy: PasswordPolicy;
  /** As JSON, see lib/notices/notice-settings.ts; empty where nobody is told. */
  notices: string;
}

/**
 * Reads the settings from environment variables.
 * @throws Error naming every variable that is missing or wrong, without its value
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const result = v.safeParse(ConfigSchema, env);
  if (!result.success) {
    const names = new Set(result.issues.map((issue) => String(issue.path?.[0]?.key)));
    throw new Error(`Missing or wrong environment variables: ${[...names].join(', ')}`);
  }
  return {
    usersTableName: result.output[ENV.usersTableName],
    userPoolId: result.output[ENV.userPoolId],
    signInNames: result.output[ENV.signInNames],
    corsOrigins: result.output[ENV.corsOrigins],
    adminUsername: result.output[ENV.adminUsername],
    reservedNames: result.output[ENV.reservedNames],
    releasedNameRestSeconds: result.output[ENV.releasedNameRestSeconds],
    recentSignInSeconds: result.output[ENV.recentSignInSeconds],
    emailChange: result.output[ENV.emailChange],
    allowHttpAvatars: result.output[ENV.allowHttpAvatars],
    patchClientIds: result.output[ENV.patchClientIds],
    passwordPolicy: result.output[ENV.passwordPolicy],
    notices: result.output[ENV.notices],
  };
}

/** Environment variable of the deployment hook: versions of the functions, separated by commas. */
export const SMOKE_TEST_TARGETS = 'SMOKE_TEST_TARGETS';

/** Reads which versions the hook invokes. @throws Error when the variable names none */
export function parseSmokeTestTargets(
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const targets = env[SMOKE_TEST_TARGETS]?.split(',').filter((target) => target !== '') ?? [];
  if (targets.length === 0) throw new Error(`${SMOKE_TEST_TARGETS} names no version`);
  return targets;
}
