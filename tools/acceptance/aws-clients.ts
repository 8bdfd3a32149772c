/** The SDK clients of a run, besides those of the operators' ports. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { ClientSettings } from '../operators/operator-target.ts';

export type AwsClients = ReturnType<typeof createAwsClients>;

/** Clients with these settings. */
export function createAwsClients(settings: ClientSettings) {
  return {
    cloudFormation: new CloudFormationClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    codeDeploy: new CodeDeployClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
  };
}
