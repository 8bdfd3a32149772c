/** The outputs of a deployment: what clients need, and what tools and the runbook find it by. */
import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CurrentUserApi } from './current-user-api.ts';
import { logicalIdPrefix } from './deployment-name.ts';
import { noticeSettings } from './people/owner-notices.ts';
import type { StageConfig } from './settings/stage-config.ts';

/**
 * Outputs of the stack that holds the service. Each is called by its name, after the path of the
 * construct where that has one (`CurrentUserApiUrl`), so that several fit into one stack.
 */
export class DeploymentOutputs extends Construct {
  constructor(service: CurrentUserApi, id: string, config: StageConfig) {
    super(service, id);
    const prefix = logicalIdPrefix(service);
    for (const [name, value] of Object.entries(outputsOf(service, config))) {
      // CloudFormation takes no empty output.
      if (!value) continue;
      new CfnOutput(this, name, { value }).overrideLogicalId(`${prefix}${name}`);
    }
  }
}

function outputsOf(service: CurrentUserApi, config: StageConfig) {
  const { api, directory, users, getMe, patchMe, events, monitoring, release } = service;
  return {
    DeploymentName: service.deploymentName,
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
    GetMeLogGroupName: getMe.logGroup.logGroupName,
    AuditLogGroupName: patchMe.logGroup.logGroupName,
    AccessLogGroupName: api.accessLogs.logGroupName,
    DashboardUrl: service.dashboardUrl,
    PageTopicArn: monitoring.topicArns?.page,
    TicketTopicArn: monitoring.topicArns?.ticket,
    CodeDeployApplicationName: release.applicationName,
    EventsPipeName: events?.pipeName,
    UndeliveredEventsQueueUrl: events?.deadLetterQueue.queueUrl,
    AdminUsername: config.adminUsername,
    ReservedNames: config.reservedNames.join(','),
    ReleasedNameRestDays: String(config.releasedNameRestDays),
    Notices: noticeSettings(service, config),
  };
}
