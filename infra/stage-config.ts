/**
 * The settings of one deployment: read from CDK context, checked, completed with defaults. Knows
 * nothing of the resources they end up in.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';

/** Deployments there can be: on the local cloud, for trying things out, for real users. */
export const STAGES = ['local', 'dev', 'production'] as const;

/**
 * Settings of one deployment. Each can be given as `-c name=value` (lists separated by commas) or
 * in the `context` of cdk.json.
 */
export interface StageConfig {
  /** @default dev */
  readonly stage: (typeof STAGES)[number];
  /**
   * Not a setting but a consequence of the stage: outside `local`, accounts outlive the stack, and
   * neither the pool nor the table can be deleted without switching its protection off first.
   */
  readonly keepsAccounts: boolean;
  /**
   * Where the hosted sign-in of the single-page app may send people back to: `https:`, or `http:`
   * on localhost (in `local` also on 127.0.0.1).
   * @default http://localhost:5173/callback
   */
  readonly callbackUrls: readonly string[];
  /** Where people may land after signing out. @default the root of each callback address */
  readonly logoutUrls: readonly string[];
  /** Origins a browser may call from. @default the origin of each callback address */
  readonly corsOrigins: readonly string[];
  /**
   * Names of identity providers that exist in the pool and that the single-page app offers beside
   * the pool's own passwords. With any, the app may write the e-mail in Cognito, because Cognito
   * refuses a federated sign-in whose mapped attributes the app may not write.
   * @default none
   */
  readonly identityProviders: readonly string[];
  /** The username whose account nobody edits and nobody takes. @default admin */
  readonly adminUsername: string;
  /**
   * Greatest age of a sign-in that may change password, username or e-mail; 0 is off.
   * @default 15
   */
  readonly recentSignInMinutes: number;
  /** Lets avatar_url be `http:` as well. @default false */
  readonly allowHttpAvatars: boolean;
  /** Requests per second over all callers, per operation. @default 500 */
  readonly throttleRate: number;
  /** Requests at once above the rate, per operation. @default 1000 */
  readonly throttleBurst: number;
  /** Memory of each function, and its share of a CPU with it. @default 512 */
  readonly memoryMegabytes: number;
  /** A number of days CloudWatch Logs knows; 9999 keeps logs for ever. @default 90 */
  readonly logRetentionDays: RetentionDays;
  /**
   * Whether this stack makes the role API Gateway writes logs with: one for the whole account and
   * region. `existing` leaves the account as it is. @default create
   */
  readonly accessLogRole: 'create' | 'existing';
  /**
   * First label of the sign-in domain, unique in the region over all accounts; null for the
   * default. @default current-user-<stage>-<account number>
   */
  readonly domainPrefix: string | null;
}

const DEFAULT_CALLBACK_URL = 'http://localhost:5173/callback';

/** The settings' one error: its message names every setting that is wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings from CDK context; names it does not know are CDK's own and ignored.
 * @throws SettingsError with one sentence per wrong setting
 */
export function parseStageConfig(context: Readonly<Record<string, unknown>>): StageConfig {
  const result = v.safeParse(settingsSchema(context['stage'] === 'local'), context);
  if (!result.success) {
    const faults = result.issues.map((issue) => `${issue.path?.[0]?.key} ${issue.message}.`);
    throw new SettingsError(`Wrong settings: ${[...new Set(faults)].join(' ')}`);
  }
  const { callbackUrls, ...settings } = result.output;
  return {
    ...settings,
    keepsAccounts: settings.stage !== 'local',
    callbackUrls,
    logoutUrls: settings.logoutUrls ?? distinct(callbackUrls.map((url) => new URL('/', url).href)),
    corsOrigins: settings.corsOrigins ?? distinct(callbackUrls.map((url) => new URL(url).origin)),
  };
}

function settingsSchema(local: boolean) {
  return v.object({ ...addressSettings(local), ...otherSettings() });
}

function addressSettings(local: boolean) {
  const plainHosts = local ? ['localhost', '127.0.0.1'] : ['localhost'];
  const address = addressCheck(plainHosts);
  const secure = `https:, or http: on ${plainHosts.join(' or ')}`;
  const addresses = listOf(address, `must list 1 to 100 addresses, each ${secure}`, 1);
  const origins = listOf(
    (text) => address(text) && new URL(text).origin === text,
    `must list origins as browsers send them (scheme, host, port; no path), each ${secure}`,
  );
  return {
    callbackUrls: v.optional(addresses, [DEFAULT_CALLBACK_URL]),
    logoutUrls: v.optional(addresses),
    corsOrigins: v.optional(origins),
  };
}

function otherSettings() {
  const providers = listOf(
    (text) => /^[A-Za-z0-9-]{3,32}$/.test(text),
    'must list provider names of 3 to 32 letters, digits and hyphens',
  );
  const username = text(
    /^[a-zA-Z0-9_\-@.]{1,50}$/,
    'must be a username: 1 to 50 of a-z A-Z 0-9 _ - @ .',
  );
  const domainPrefix = text(
    /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 of a-z 0-9 and inner hyphens, without aws, amazon or cognito',
  );
  const logRole = v.picklist(['create', 'existing'], 'must be create or existing');
  return {
    stage: v.optional(v.picklist(STAGES, `must be one of ${STAGES.join(', ')}`), 'dev'),
    identityProviders: v.optional(providers, []),
    adminUsername: v.optional(username, 'admin'),
    recentSignInMinutes: v.optional(wholeNumber(0, 43_200), 15),
    allowHttpAvatars: v.optional(trueOrFalse(), false),
    throttleRate: v.optional(wholeNumber(1, 1_000_000), 500),
    throttleBurst: v.optional(wholeNumber(1, 1_000_000), 1000),
    memoryMegabytes: v.optional(wholeNumber(128, 10_240), 512),
    logRetentionDays: v.optional(retentionDays(), RetentionDays.THREE_MONTHS),
    accessLogRole: v.optional(logRole, 'create'),
    domainPrefix: v.nullish(domainPrefix, null),
  };
}

function text(pattern: RegExp, message: string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

function number(message: string) {
  const digits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number));
  return v.union([v.number(), digits], message);
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    number(message),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, message),
  );
}

function retentionDays() {
  const known = Object.values(RetentionDays).filter((value) => typeof value === 'number');
  const message = `must be one of ${known.join(', ')}`;
  return v.pipe(number(message), v.enum(RetentionDays, message));
}

function trueOrFalse() {
  return v.pipe(
    v.union([v.boolean(), v.picklist(['true', 'false'])], 'must be true or false'),
    v.transform((value) => value === true || value === 'true'),
  );
}

function listOf(isItem: (text: string) => boolean, message: string, min = 0) {
  const separated = v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((item) => item.trim())),
    v.transform((items) => items.filter((item) => item !== '')),
  );
  return v.pipe(
    v.union([separated, v.array(v.string())], message),
    v.check((items) => items.length >= min && items.length <= 100, message),
    v.check((items) => items.every(isItem), message),
  );
}

function addressCheck(plainHosts: readonly string[]): (text: string) => boolean {
  return (text) => {
    if (!URL.canParse(text) || text.includes('#') || text.includes('*')) return false;
    const { protocol, hostname, username, password } = new URL(text);
    if (username !== '' || password !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && plainHosts.includes(hostname));
  };
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
