/** `npm run settings -- check`: everything that is wrong with the settings of a stage. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as v from 'valibot';
import { addDeployment } from '../../infra/deployment.ts';
import {
  type CheckedSettings,
  SettingsError,
  type StageConfig,
} from '../../infra/settings/stage-config.ts';
import { readStage, stagesWithFile } from '../../infra/settings/stage-settings.ts';

const CdkFileSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ context: v.record(v.string(), v.unknown()) }),
);

/**
 * Checks the file of a stage, or all files.
 * @param root folder of cdk.json
 * @returns whether a deployment may go on, for each
 */
export function checkStages(
  root: string,
  stage: string | undefined,
  print: (line: string) => void,
): boolean {
  const stages = stage === undefined ? stagesWithFile(root) : [stage];
  if (stages.length === 0) {
    const { problems } = readStage({}, root);
    for (const problem of problems) print(`wrong    ${problem}`);
    if (problems.length === 0) print('There is no settings file: stage dev has every default.');
    return problems.length === 0;
  }
  return stages.map((name) => report(name, checked(name, root), print)).every(Boolean);
}

/** What reading says, and then what the constructs say, as at synthesis. */
function checked(stage: string, root: string): CheckedSettings {
  const read = readStage({ stage }, root);
  if (read.config === null) return read;
  return { ...read, problems: constructionProblems(read.config, root) };
}

function constructionProblems(config: StageConfig, root: string): readonly string[] {
  const { context } = v.parse(CdkFileSchema, readFileSync(join(root, 'cdk.json'), 'utf8'));
  // Nothing that can be wrong with settings depends on the functions' code.
  const app = new App({ autoSynth: false, context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  try {
    addDeployment(app, config);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

function report(
  stage: string,
  { problems, warnings }: CheckedSettings,
  print: (line: string) => void,
): boolean {
  for (const problem of problems) print(`wrong    ${problem}`);
  for (const warning of warnings) print(`warning  ${warning}`);
  print(
    problems.length === 0
      ? `Stage ${stage} can be deployed. Warnings: ${warnings.length}.`
      : `Stage ${stage} cannot be deployed. To correct: ${problems.length}.`,
  );
  return problems.length === 0;
}
