/** `npm run settings -- move`: moves settings from cdk.json, where they used to be, to files of stages. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { cdkFileIn, readCdkFile } from '../../infra/settings/cdk-file.ts';
import { SettingsSchema } from '../../infra/settings/settings-schema.ts';
import { fileOf, SETTINGS_FOLDER } from '../../infra/settings/stage-settings.ts';
import { isCdkKey } from '../../infra/settings/unknown-settings.ts';
import { SCHEMA_NAME } from '../checks/settings-json-schema.ts';
import { jsonText } from '../support/json-text.ts';
import { UserFacingError } from '../support/progress.ts';

/**
 * Writes the settings of cdk.json into the file of each stage, and takes them out of cdk.json.
 * @param root folder of cdk.json
 * @param named stages that were deployed with these settings; none: the one that cdk.json names
 * @returns the stages whose files were written
 * @throws UserFacingError before anything is written
 */
export function moveSettings(root: string, named: readonly string[]): string[] {
  const { context, ...rest } = readCdkFile(root);
  const own = Object.entries(context).filter(([key]) => !isCdkKey(key));
  if (own.length === 0) throw new UserFacingError('cdk.json holds no settings: nothing to move.');
  const { stage, ...settings } = Object.fromEntries(own);
  const stages = named.length > 0 ? [...named] : [stage].filter((name) => name !== undefined);
  if (stages.length === 0) {
    throw new UserFacingError(
      'Name each stage that you deployed with the settings of cdk.json, as in npm run settings -- move dev production.',
    );
  }
  const names = stages.map((name) => checkedName(root, name));
  mkdirSync(join(root, SETTINGS_FOLDER), { recursive: true });
  for (const name of names) {
    writeFileSync(
      join(root, fileOf(name)),
      jsonText({ $schema: `./${SCHEMA_NAME}`, ...settings }),
      { flag: 'wx' },
    );
  }
  const flags = Object.fromEntries(Object.entries(context).filter(([key]) => isCdkKey(key)));
  writeFileSync(cdkFileIn(root), jsonText({ ...rest, context: flags }));
  return names;
}

function checkedName(root: string, given: unknown): string {
  const name = v.safeParse(SettingsSchema.entries.stage, given);
  if (!name.success) throw new UserFacingError(`stage ${name.issues[0].message}: ${given}.`);
  if (existsSync(join(root, fileOf(name.output)))) {
    throw new UserFacingError(
      `${fileOf(name.output)} exists: copy what is missing from cdk.json into it by hand, and delete it there.`,
    );
  }
  return name.output;
}
