/** CDK app: reads the settings from context and adds one stack, checked by cdk-nag. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseStageConfig } from './settings/stage-config.ts';
import { UsersStack } from './users-stack.ts';

const app = new App();
const config = parseStageConfig(app.node.getAllContext());
new UsersStack(app, `current-user-${config.stage}`, {
  config,
  ...(config.region !== null && { env: { region: config.region } }),
  description: 'GET and PATCH /users/me for callers signed in with Cognito',
  terminationProtection: config.stage === 'production',
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
