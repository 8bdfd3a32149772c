/**
 * CDK app for tests: a stack of the service for each settings in the context `stacks`, by its name,
 * and beside them the stack of `examples/own-app`.
 */
import { App } from 'aws-cdk-lib';
import * as v from 'valibot';
import { AccountsStack } from '../../examples/own-app/accounts-stack.ts';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { UsersStack } from '../../infra/users-stack.ts';
import { LOCAL_SETTINGS } from '../../tools/support/local-settings.ts';

const app = new App();
const StacksSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(v.string(), v.record(v.string(), v.string())),
);
const stacks = v.parse(StacksSchema, app.node.getContext('stacks'));
for (const [name, settings] of Object.entries(stacks)) {
  new UsersStack(app, name, { config: parseStageConfig({ ...settings, ...LOCAL_SETTINGS }) });
}
new AccountsStack(app, 'our-accounts', { config: parseStageConfig(LOCAL_SETTINGS) });
