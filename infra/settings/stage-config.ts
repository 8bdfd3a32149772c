/**
 * The settings of one deployment: parsed, checked together, and completed with derived values.
 * Knows neither where they are written nor the resources that use them.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { adviceFor } from './production-advice.ts';
import { type CompletedSettings, conflictsIn } from './setting-conflicts.ts';
import { DEFAULT_STAGE, type Settings, SettingsSchema } from './settings-schema.ts';
import { DEFAULT_CALLBACK_URL } from './sign-in-settings.ts';
import { unknownSettingsIn } from './unknown-settings.ts';

/** Settings of one deployment, as docs/settings.md describes them, with all defaults filled in. */
export interface StageConfig extends Readonly<CompletedSettings> {
  readonly callbackUrls: string[];
  readonly auditRetentionDays: number;
  readonly logoutUrls: string[];
  readonly corsOrigins: string[];
}

/** What is said of settings: sentences that begin with the setting. */
export interface CheckedSettings {
  /** Null where there are problems. */
  readonly config: StageConfig | null;
  /** What must be corrected before a deployment. */
  readonly problems: readonly string[];
  /** What real users will miss. */
  readonly warnings: readonly string[];
}

/** Thrown for invalid settings: the message names each of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** One sentence for each problem. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Invalid settings: ${problems.join(' ')}`);
    this.problems = problems;
  }
}

/**
 * Parses the settings from CDK context or a plain object. Ignores CDK's own keys.
 * @throws SettingsError with one sentence per invalid or unknown setting
 */
export function parseStageConfig(given: Readonly<Record<string, unknown>>): StageConfig {
  const { config, problems } = checkSettings(given);
  if (config === null) throw new SettingsError(problems);
  return config;
}

/** Says everything that is wrong with settings, of CDK context or a plain object. */
export function checkSettings(given: Readonly<Record<string, unknown>>): CheckedSettings {
  const unknown = unknownSettingsIn(given, Object.keys(SettingsSchema.entries));
  const { issues = [], output } = v.safeParse(SettingsSchema, given);
  const faults = issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`);
  const wrong = issues.map(({ path }) => String(path?.[0].key));
  // Even with issues every setting is there; the rules leave out those that are wrong.
  const settings = completed(output as Settings);
  // Without a purpose of its own, that of a stage with a wrong name is not known.
  if (wrong.includes('stage')) wrong.push('purpose');
  const messages = [...unknown, ...faults, ...conflictsIn(settings, wrong)];
  const problems = distinct(messages.map((text) => (/[.?]$/.test(text) ? text : `${text}.`)));
  if (problems.length > 0) return { config: null, problems, warnings: [] };
  return { config: withDefaults(settings), problems, warnings: adviceFor(settings) };
}

function completed(settings: Settings): CompletedSettings {
  const usual = settings.stage === DEFAULT_STAGE ? 'development' : 'production';
  return { ...settings, purpose: settings.purpose ?? usual };
}

function withDefaults(settings: CompletedSettings): StageConfig {
  const callbackUrls = settings.callbackUrls ?? [DEFAULT_CALLBACK_URL];
  const { logoutUrls, corsOrigins, alarmEmail, logRetentionDays } = settings;
  return {
    ...settings,
    callbackUrls,
    ticketEmail: settings.ticketEmail ?? alarmEmail,
    auditRetentionDays:
      settings.auditRetentionDays ?? Math.max(logRetentionDays, RetentionDays.THIRTEEN_MONTHS),
    logoutUrls: logoutUrls ?? distinct(callbackUrls.map((url) => new URL('/', url).href)),
    corsOrigins: corsOrigins ?? distinct(callbackUrls.map((url) => new URL(url).origin)),
  };
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
