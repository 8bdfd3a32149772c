/** Reads what a stack consists of besides its outputs: alarms, dashboard, deployments. */
import {
  CloudFormationClient,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import * as v from 'valibot';
import type { Target } from './target.ts';

/** The most names that DescribeAlarms takes at once. */
const ALARM_NAMES = 100;

/** Physical ids of the stack's resources of a type. */
async function idsOf({ settings, stackName }: Target, type: string): Promise<string[]> {
  const client = new CloudFormationClient(settings);
  const resources: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
    resources.push(...(page.StackResourceSummaries ?? []));
  }
  return resources
    .filter(({ ResourceType }) => ResourceType === type)
    .map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
}

/** The stack's alarms and their states. */
export async function alarmsOf(target: Target): Promise<{ name: string; state: string }[]> {
  const client = new CloudWatchClient(target.settings);
  const names = [
    ...(await idsOf(target, 'AWS::CloudWatch::Alarm')),
    ...(await idsOf(target, 'AWS::CloudWatch::CompositeAlarm')),
  ];
  const found: { name: string; state: string }[] = [];
  for (let at = 0; at < names.length; at += ALARM_NAMES) {
    const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
      new DescribeAlarmsCommand({
        AlarmNames: names.slice(at, at + ALARM_NAMES),
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      }),
    );
    for (const { AlarmName: name = '', StateValue: state = '' } of [
      ...MetricAlarms,
      ...CompositeAlarms,
    ]) {
      found.push({ name, state });
    }
  }
  return found;
}

const DashboardSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    widgets: v.array(
      v.object({
        type: v.string(),
        properties: v.looseObject({
          title: v.optional(v.string(), ''),
          query: v.optional(v.string(), ''),
        }),
      }),
    ),
  }),
);

/** The log queries of the stack's dashboard: `SOURCE 'group' | SOURCE 'group' | query`. */
export async function dashboardQueries(target: Target) {
  const client = new CloudWatchClient(target.settings);
  const queries: { name: string; queryString: string; logGroupNames: string[] }[] = [];
  for (const DashboardName of await idsOf(target, 'AWS::CloudWatch::Dashboard')) {
    const { DashboardBody } = await client.send(new GetDashboardCommand({ DashboardName }));
    const { widgets } = v.parse(DashboardSchema, DashboardBody);
    for (const { type, properties } of widgets) {
      if (type !== 'log') continue;
      const sources = [...properties.query.matchAll(/SOURCE '([^']+)' \| /g)];
      queries.push({
        name: properties.title,
        queryString: properties.query.replaceAll(/SOURCE '[^']+' \| /g, ''),
        logGroupNames: sources.map(([, name = '']) => name),
      });
    }
  }
  return queries;
}

/** The status of the last deployment of each of the stack's deployment groups, or `none`. */
export async function lastDeployments(target: Target) {
  const client = new CodeDeployClient(target.settings);
  const [applicationName] = await idsOf(target, 'AWS::CodeDeploy::Application');
  const found: { group: string; status: string }[] = [];
  for (const deploymentGroupName of await idsOf(target, 'AWS::CodeDeploy::DeploymentGroup')) {
    const group = { applicationName, deploymentGroupName };
    const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand(group));
    const status = deploymentGroupInfo?.lastAttemptedDeployment?.status ?? 'none';
    found.push({ group: deploymentGroupName, status });
  }
  return found;
}
