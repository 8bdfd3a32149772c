/** The service as a stack of its own. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CurrentUserApi } from './current-user-api.ts';
import type { StageConfig } from './settings/stage-config.ts';

/** Properties of `UsersStack`. */
export interface UsersStackProps extends StackProps {
  readonly config: StageConfig;
}

/** The whole service of one deployment. */
export class UsersStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: UsersStackProps) {
    super(scope, id, props);
    // W3005: CDK lists a function's dependency on its role, although the reference implies it.
    // W3037: the linter's list of actions lacks Cognito's AdminListUserSessions, AdminRevokeUserSession.
    const metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005', 'W3037'] } } };
    this.templateOptions.metadata = metadata;
    // CDK leaves the id `Default` out of logical ids, so they do not depend on this stack.
    new CurrentUserApi(this, 'Default', { config });
  }
}
