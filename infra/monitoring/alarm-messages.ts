/**
 * What the message of an alarm says: what has happened, how to reach its runbook entry, and of which
 * stack it is. Knows no alarm. Fixes the dashboard's name, because alarms link to the dashboard that
 * shows them, and CloudFormation allows no circle.
 */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';

/** The whole text of an alarm, for a sentence that says what has happened and a runbook entry. */
export type DescribeAlarm = (sentence: string, entry: string) => string;

/** Messages of the alarms of one service. */
export class AlarmMessages {
  readonly dashboardName: string;
  /** Address of the dashboard in the console. */
  readonly dashboardUrl: string;
  readonly describe: DescribeAlarm;

  /** @param name unique in the account: of the dashboard, with the region */
  constructor(scope: Construct, name: string, { runbookUrl }: StageConfig) {
    const { stackName, region } = Stack.of(scope);
    // Names of dashboards are unique in an account, over all its regions.
    this.dashboardName = `${name}-${region}`;
    const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
    this.dashboardUrl = `${console}#dashboards/dashboard/${this.dashboardName}`;
    this.describe = (sentence, entry) => {
      const runbook =
        runbookUrl === null
          ? `entry ${entry} on the dashboard.`
          : `${runbookUrl}#${entry.toLowerCase()}`;
      return `${sentence} Runbook: ${runbook} Dashboard: ${this.dashboardUrl} Stack: ${stackName}`;
    };
  }
}
