/**
 * Reads the settings of a stage: its file in `settings`, and what `-c name=value` overrides. Releases
 * never touch these files, and cdk.json holds CDK's own flags alone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { readCdkFile } from './cdk-file.ts';
import { DEFAULT_STAGE, SettingsSchema } from './settings-schema.ts';
import { type CheckedSettings, checkSettings } from './stage-config.ts';
import { isCdkKey } from './unknown-settings.ts';

/** Folder of the files, below that of cdk.json. */
export const SETTINGS_FOLDER = 'settings';

const ObjectSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.check((value) => !Array.isArray(value)),
  v.record(v.string(), v.unknown()),
);
/** A file that says nothing wrong, or the sentences about it. */
interface FileContent {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/**
 * Reads and checks the settings of the stage that the context names.
 * @param context of the CDK app, `-c name=value` included
 * @param root folder of cdk.json
 */
export function readStage(
  context: Readonly<Record<string, unknown>>,
  root: string,
): CheckedSettings {
  const inCdkFile = settingsInCdkFile(root);
  if (inCdkFile.length > 0) return refused(moveSentence(inCdkFile));
  const files = stagesWithFile(root);
  const { stage = DEFAULT_STAGE, ...overrides } = context;
  if (context['stage'] === undefined && files.length > 0 && !files.includes(DEFAULT_STAGE)) {
    return refused(`stage must be given, as in -c stage=${files[0]}: ${listed(files)}.`);
  }
  const name = v.safeParse(SettingsSchema.entries.stage, stage);
  if (!name.success) return checkSettings(context);
  const hasFile = files.includes(name.output);
  if (!hasFile && name.output !== DEFAULT_STAGE && context['purpose'] === undefined) {
    return refused(
      `stage ${name.output} has no file ${fileOf(name.output)}: write it, or say -c purpose=development to try the stage without. ${listed(files)}.`,
    );
  }
  const { settings, problems } = hasFile ? readFile(root, name.output) : NOTHING;
  const checked = checkSettings({ ...settings, ...overrides, stage });
  if (problems.length === 0) return checked;
  return { config: null, problems: [...problems, ...checked.problems], warnings: [] };
}

/** Names of the stages that have a file, sorted. */
export function stagesWithFile(root: string): string[] {
  const folder = join(root, SETTINGS_FOLDER);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).map((file) => /^([^.]+)\.json$/.exec(file)?.[1] ?? '');
  return names.filter((name) => name !== '').sort();
}

/** Names of settings that cdk.json holds, as releases before the files had it. */
function settingsInCdkFile(root: string): string[] {
  return Object.keys(readCdkFile(root).context).filter((key) => !isCdkKey(key));
}

/** The file of a stage, from the folder of cdk.json. */
export function fileOf(stage: string): string {
  return `${SETTINGS_FOLDER}/${stage}.json`;
}

const NOTHING: FileContent = { settings: {}, problems: [] };

function readFile(root: string, stage: string): FileContent {
  const text = readFileSync(join(root, fileOf(stage)), 'utf8').replace(/^\uFEFF/, '');
  const { success, output, issues } = v.safeParse(ObjectSchema, text);
  if (!success) {
    const [issue] = issues;
    // What JSON.parse says, in quotation marks.
    const reason = issue.type === 'parse_json' ? issue.received.slice(1, -1) : 'it is no object';
    return { settings: {}, problems: [`${fileOf(stage)} must hold a JSON object: ${reason}.`] };
  }
  const { $schema, stage: written, ...settings } = output;
  return { settings, problems: [...misplaced(settings), ...named(written)] };
}

/** CDK's own keys are no settings, but would pass as context. */
function misplaced(settings: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(settings).filter(isCdkKey);
  return keys.map((key) => `${key} is not a setting: flags of CDK belong into cdk.json.`);
}

function named(stage: unknown): string[] {
  return stage === undefined
    ? []
    : ['stage must not be in the file: the name of the file says it.'];
}

function listed(files: readonly string[]): string {
  if (files.length === 0) return `There is no file in ${SETTINGS_FOLDER} yet`;
  return `${SETTINGS_FOLDER} has files for ${files.join(', ')}`;
}

function moveSentence(names: readonly string[]): string {
  return `cdk.json holds settings (${names.join(', ')}), which now have a file for each stage: run npm run settings -- move <stage>.`;
}

function refused(problem: string): CheckedSettings {
  return { config: null, problems: [problem], warnings: [] };
}
