/** The deployment of one stage in a CDK app, with everything that its constructs refuse. */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { SettingsError, type StageConfig } from './settings/stage-config.ts';
import { UsersStack } from './users-stack.ts';

/**
 * Adds the stack, checked by cdk-nag.
 * @throws SettingsError with what the constructs say of the settings, each sentence once
 */
export function addDeployment(app: App, config: StageConfig): void {
  new UsersStack(app, `current-user-${config.stage}`, {
    config,
    ...(config.region !== null && { env: { region: config.region } }),
    description: 'GET and PATCH /users/me for callers signed in with Cognito',
    terminationProtection: config.purpose === 'production',
  });
  // At synthesis CDK says the same, once for each construct and with a stack trace.
  const problems = app.node.findAll().flatMap(({ node }) => node.validate());
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
