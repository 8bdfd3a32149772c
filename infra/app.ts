/** CDK app: reads the settings from context and adds one stack, checked by cdk-nag. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseStageConfig, SettingsError } from './settings/stage-config.ts';
import { UsersStack } from './users-stack.ts';

const app = new App();
try {
  const config = parseStageConfig(app.node.getAllContext());
  new UsersStack(app, `current-user-${config.stage}`, {
    config,
    ...(config.region !== null && { env: { region: config.region } }),
    description: 'GET and PATCH /users/me for callers signed in with Cognito',
    terminationProtection: config.stage === 'production',
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The sentence is all there is to say: a stack trace would hide it.
  console.error(error.message);
  process.exitCode = 1;
}
