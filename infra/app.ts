/** CDK app: reads the settings of a stage and adds one stack. */
import { cwd } from 'node:process';
import { App } from 'aws-cdk-lib';
import { addDeployment } from './deployment.ts';
import { SettingsError } from './settings/stage-config.ts';
import { readStage } from './settings/stage-settings.ts';

const app = new App({ autoSynth: false });
try {
  const { config, problems, warnings } = readStage(app.node.getAllContext(), cwd());
  if (config === null) throw new SettingsError(problems);
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  addDeployment(app, config);
  app.synth();
} catch (error) {
  // The sentences are all there is to say. Of other errors Node.js would print CDK's minified source.
  console.error(error instanceof SettingsError ? error.problems.join('\n') : error);
  process.exitCode = 1;
}
