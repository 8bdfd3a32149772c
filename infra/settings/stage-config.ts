/**
 * The settings of one deployment: read from CDK context, checked together, completed with what
 * follows from them. Knows nothing of the resources they end up in.
 */
import * as v from 'valibot';
import { conflictsIn } from './setting-conflicts.ts';
import { type Settings, SettingsSchema } from './settings-schema.ts';

export { STAGES } from './settings-schema.ts';

/** Settings of one deployment, each as docs/settings.md says it, with nothing left to derive. */
export interface StageConfig extends Readonly<Settings> {
  /**
   * Not a setting but a consequence of the stage: outside `local`, accounts outlive the stack, and
   * neither the pool nor the table can be deleted without switching its protection off first.
   */
  readonly retainsData: boolean;
  readonly logoutUrls: string[];
  readonly corsOrigins: string[];
}

/** The settings' one error: its message names every setting that is wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings from CDK context or a plain object; names it does not know are CDK's own and
 * ignored.
 * @throws SettingsError with one sentence per wrong setting
 */
export function parseStageConfig(context: Readonly<Record<string, unknown>>): StageConfig {
  const { success, issues, output: settings } = v.safeParse(SettingsSchema, context);
  if (!success) throw refusal(issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`));
  const conflicts = conflictsIn(settings);
  if (conflicts.length > 0) throw refusal(conflicts);
  const { callbackUrls, logoutUrls, corsOrigins } = settings;
  return {
    ...settings,
    retainsData: settings.stage !== 'local',
    logoutUrls: logoutUrls ?? distinct(callbackUrls.map((url) => new URL('/', url).href)),
    corsOrigins: corsOrigins ?? distinct(callbackUrls.map((url) => new URL(url).origin)),
  };
}

function refusal(faults: readonly string[]): SettingsError {
  return new SettingsError(`Wrong settings: ${distinct(faults).join('. ')}.`);
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
