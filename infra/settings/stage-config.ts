/**
 * The settings of one deployment: parsed from CDK context, checked together, and completed with
 * derived values. Knows nothing of the resources that use them.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { conflictsIn } from './setting-conflicts.ts';
import { type Settings, SettingsSchema } from './settings-schema.ts';
import { unknownSettingsIn } from './unknown-settings.ts';

/** Settings of one deployment, as docs/settings.md describes them, with all defaults filled in. */
export interface StageConfig extends Readonly<Settings> {
  /**
   * Derived from the stage: outside `local`, user pool, table and logs are retained on stack
   * deletion, and pool and table have deletion protection.
   */
  readonly retainsData: boolean;
  readonly auditRetentionDays: number;
  readonly logoutUrls: string[];
  readonly corsOrigins: string[];
}

/** Thrown for invalid settings: the message names each of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Parses the settings from CDK context or a plain object. Ignores CDK's own keys.
 * @throws SettingsError with one sentence per invalid or unknown setting
 */
export function parseStageConfig(context: Readonly<Record<string, unknown>>): StageConfig {
  const unknown = unknownSettingsIn(context, Object.keys(SettingsSchema.entries));
  const { success, issues, output: settings } = v.safeParse(SettingsSchema, context);
  const faults = (issues ?? []).map((issue) => `${v.getDotPath(issue)} ${issue.message}`);
  if (!success || unknown.length > 0) throw invalid([...unknown, ...faults]);
  const conflicts = conflictsIn(settings);
  if (conflicts.length > 0) throw invalid(conflicts);
  const { callbackUrls, logoutUrls, corsOrigins, alarmEmail, logRetentionDays } = settings;
  return {
    ...settings,
    retainsData: settings.stage !== 'local',
    ticketEmail: settings.ticketEmail ?? alarmEmail,
    auditRetentionDays:
      settings.auditRetentionDays ?? Math.max(logRetentionDays, RetentionDays.THIRTEEN_MONTHS),
    logoutUrls: logoutUrls ?? distinct(callbackUrls.map((url) => new URL('/', url).href)),
    corsOrigins: corsOrigins ?? distinct(callbackUrls.map((url) => new URL(url).origin)),
  };
}

function invalid(messages: readonly string[]): SettingsError {
  const sentences = distinct(messages).map((text) => (/[.?]$/.test(text) ? text : `${text}.`));
  return new SettingsError(`Invalid settings: ${sentences.join(' ')}`);
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
