/** `npm run settings -- check`: everything that is wrong with the settings of a stage. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as v from 'valibot';
import { addDeployment } from '../../infra/deployment.ts';
import { readCdkFile } from '../../infra/settings/cdk-file.ts';
import {
  type CheckedSettings,
  SettingsError,
  type StageConfig,
} from '../../infra/settings/stage-config.ts';
import { readStage, stagesWithFile } from '../../infra/settings/stage-settings.ts';

/** Sentences of the report that synthesis writes. */
const ReportSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    pluginReports: v.array(
      v.object({
        violations: v.array(v.object({ description: v.string(), severity: v.string() })),
      }),
    ),
  }),
  v.transform(({ pluginReports }) =>
    pluginReports
      .flatMap(({ violations }) => violations)
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ description }) => `The template is refused: ${description.replace(/\.$/, '')}.`),
  ),
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

/** What reading says, and then what synthesis says. */
function checked(stage: string, root: string): CheckedSettings {
  const read = readStage({ stage }, root);
  if (read.config === null) return read;
  return { ...read, problems: synthesisProblems(read.config, root) };
}

/** What the constructs, CDK's rules for templates and cdk-nag refuse, each sentence once. */
function synthesisProblems(config: StageConfig, root: string): string[] {
  const { context } = readCdkFile(root);
  const outdir = mkdtempSync(join(tmpdir(), 'settings-check-'));
  const quiet = {
    // Nothing that can be wrong with settings depends on the functions' code.
    'aws:cdk:bundling-stacks': [],
    // The report is read here, instead of printed with stack traces.
    '@aws-cdk/core:failSynthOnValidationErrors': false,
  };
  try {
    const app = new App({ outdir, autoSynth: false, context: { ...context, ...quiet } });
    addDeployment(app, config);
    app.synth();
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
    return [...new Set(v.parse(ReportSchema, report))];
  } catch (error) {
    if (error instanceof SettingsError) return [...error.problems];
    throw error;
  } finally {
    rmSync(outdir, { recursive: true });
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
