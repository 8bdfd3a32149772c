/** Another team's stack that holds the service, and whatever they put beside it. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CurrentUserApi } from 'current-user-service/current-user-api';
import type { StageConfig } from 'current-user-service/stage-config';

export class AccountsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { config: StageConfig }) {
    super(scope, id, props);
    // The construct adds its outputs to the stack. Its id is part of names, so keep it.
    new CurrentUserApi(this, 'CurrentUser', { config: props.config });
  }
}
