/** The service as a stack, with the outputs that tools read. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CurrentUserApi } from './current-user-api.ts';
import { noticeSettings } from './people/owner-notices.ts';
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
    const service = new CurrentUserApi(this, 'Default', { config });
    const { api, directory, users, getMe, patchMe, events, monitoring } = service;
    this.#output({
      ApiUrl: api.url,
      ApiDnsTarget: api.dnsTarget,
      AuthorizeUrl: `${directory.signInUrl}/oauth2/authorize`,
      TokenUrl: `${directory.signInUrl}/oauth2/token`,
      UserPoolId: directory.pool.userPoolId,
      SignInNames: config.signInNames,
      SpaClientId: directory.spaClient.userPoolClientId,
      RedirectUri: config.callbackUrls[0],
      UsersTableName: users.table.tableName,
      GetMeFunctionName: getMe.lambda.functionName,
      PatchMeFunctionName: patchMe.lambda.functionName,
      AuditLogGroupName: patchMe.logGroup.logGroupName,
      // What the runbook asks for (docs/runbook.md).
      GetMeLogGroupName: getMe.logGroup.logGroupName,
      PatchMeLogGroupName: patchMe.logGroup.logGroupName,
      AccessLogGroupName: api.accessLogs.logGroupName,
      DashboardUrl: service.dashboardUrl,
      PageTopicArn: monitoring.topicArns?.page,
      TicketTopicArn: monitoring.topicArns?.ticket,
      UndeliveredEventsQueueUrl: events?.deadLetterQueue.queueUrl,
      EventsPipeName: events?.pipeName,
      AdminUsername: config.adminUsername,
      // CloudFormation takes no empty output.
      ReservedNames: config.reservedNames.join(',') || null,
      ReleasedNameRestDays: String(config.releasedNameRestDays),
      Notices: noticeSettings(this, config) || null,
    });
  }

  #output(values: Record<string, string | null | undefined>): void {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string') new CfnOutput(this, name, { value });
    }
  }
}
