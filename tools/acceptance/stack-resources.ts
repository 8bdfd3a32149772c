/** Reads what a stack consists of besides its outputs: alarms, dashboard, deployments. */
import {
  ListStackResourcesCommand,
  type ListStackResourcesOutput,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import * as v from 'valibot';
import type { AcceptanceContext } from './context.ts';

/** The most names that DescribeAlarms takes at once. */
const ALARM_NAMES = 100;

/** A stack, and the clients that read it. */
type Deployed = Pick<AcceptanceContext, 'aws' | 'target'>;

/** The parts of a deployment that hold what is read here. */
const PARTS = ['Monitoring', 'Release'];

/** Physical ids of the deployment's resources of a type: its stack may hold others as well. */
async function idsOf({ aws, target }: Deployed, type: string): Promise<string[]> {
  const resources: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListStackResourcesCommand({ StackName: target.stackName, NextToken });
    const page: ListStackResourcesOutput = await aws.cloudFormation.send(command);
    resources.push(...(page.StackResourceSummaries ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  const prefixes = PARTS.map((part) => `${target.logicalIdPrefix}${part}`);
  return resources
    .filter(({ ResourceType }) => ResourceType === type)
    .filter(({ LogicalResourceId = '' }) =>
      prefixes.some((prefix) => LogicalResourceId.startsWith(prefix)),
    )
    .map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
}

/** The stack's alarms and their states. */
export async function alarmsOf(deployed: Deployed): Promise<{ name: string; state: string }[]> {
  const names = [
    ...(await idsOf(deployed, 'AWS::CloudWatch::Alarm')),
    ...(await idsOf(deployed, 'AWS::CloudWatch::CompositeAlarm')),
  ];
  const found: { name: string; state: string }[] = [];
  for (let at = 0; at < names.length; at += ALARM_NAMES) {
    const { MetricAlarms = [], CompositeAlarms = [] } = await deployed.aws.cloudWatch.send(
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
export async function dashboardQueries(deployed: Deployed) {
  const queries: { name: string; queryString: string; logGroupNames: string[] }[] = [];
  for (const DashboardName of await idsOf(deployed, 'AWS::CloudWatch::Dashboard')) {
    const command = new GetDashboardCommand({ DashboardName });
    const { DashboardBody } = await deployed.aws.cloudWatch.send(command);
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
export async function lastDeployments(deployed: Deployed) {
  const [applicationName] = await idsOf(deployed, 'AWS::CodeDeploy::Application');
  const found: { group: string; status: string }[] = [];
  for (const deploymentGroupName of await idsOf(deployed, 'AWS::CodeDeploy::DeploymentGroup')) {
    const group = { applicationName, deploymentGroupName };
    const command = new GetDeploymentGroupCommand(group);
    const { deploymentGroupInfo } = await deployed.aws.codeDeploy.send(command);
    const status = deploymentGroupInfo?.lastAttemptedDeployment?.status ?? 'none';
    found.push({ group: deploymentGroupName, status });
  }
  return found;
}
