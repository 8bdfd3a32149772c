/** The dashboard: health at the top, causes below, then the runbook. Knows no threshold. */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { LOG_QUERIES, type LogQueryName, type LogSources } from './log-queries.ts';
import { runbookWidgets } from './runbook-widgets.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import { SLOW_MILLISECONDS } from './slo.ts';

const HALF = 12;
const THIRD = 8;

/** Properties of `ServiceDashboard`. */
export interface ServiceDashboardProps {
  readonly metrics: ServiceMetrics;
  readonly logs: LogSources;
  readonly name: string;
  readonly runbookUrl: string | null;
  /** Shown first; null on the local cloud, which has none. */
  readonly alarms: ShownAlarms | null;
}

/** Alarms by what they are for. */
interface ShownAlarms {
  readonly notifying: readonly IAlarm[];
  /** Those that only show a cause. */
  readonly causes: readonly IAlarm[];
}

/** The dashboard of one service. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ServiceDashboardProps) {
    super(scope, id);
    const { metrics, logs, name, runbookUrl, alarms } = props;
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.hours(3),
    });
    if (alarms !== null) dashboard.addWidgets(...alarmsRow(alarms));
    dashboard.addWidgets(...healthRow(metrics));
    dashboard.addWidgets(...trafficRow(metrics));
    dashboard.addWidgets(...latencyRow(metrics));
    dashboard.addWidgets(...eventsRow(metrics));
    dashboard.addWidgets(...logsRow(logs));
    if (alarms !== null) {
      dashboard.addWidgets(...runbookWidgets(Stack.of(this).stackName, runbookUrl));
    }
  }
}

function alarmsRow({ notifying, causes }: ShownAlarms): IWidget[] {
  const status = (title: string, alarms: readonly IAlarm[]) =>
    new AlarmStatusWidget({ title, alarms: [...alarms], width: HALF, height: 4 });
  return [status('Alarms', notifying), status('Causes', causes)];
}

function healthRow(metrics: ServiceMetrics): IWidget[] {
  const hour = Duration.hours(1);
  return [
    figure('Requests in the last hour', metrics.requests(hour)),
    figure('Failed, % of the last hour', metrics.failedPercent(hour, 1)),
    figure(
      `Slower than ${SLOW_MILLISECONDS} ms, % of the last hour`,
      metrics.slowPercent(SLOW_MILLISECONDS, hour, 1),
    ),
  ];
}

function trafficRow(metrics: ServiceMetrics): IWidget[] {
  return [
    graph(
      'Requests handled by the functions',
      THIRD,
      Object.values(metrics.perFunction('Latency', 'SampleCount')),
    ),
    graph('4xx and 5xx responses at the gateway', THIRD, [
      metrics.clientErrors(),
      metrics.failures(),
    ]),
    graph(
      '4xx responses of the functions',
      THIRD,
      Object.values(metrics.perFunction('ClientErrors', 'Sum')),
    ),
  ];
}

function latencyRow(metrics: ServiceMetrics): IWidget[] {
  const labelled = (statistic: string) => metrics.latency(statistic).with({ label: statistic });
  return [
    graph('Latency at the gateway, ms', THIRD, [labelled('p50'), labelled('p99')]),
    graph(
      'Calls to the table, p99 ms',
      THIRD,
      Object.values(metrics.perFunction('StoreLatency', 'p99')),
    ),
    graph(
      'Calls to the user pool, p99 ms',
      THIRD,
      Object.values(metrics.perFunction('DirectoryLatency', 'p99')),
    ),
  ];
}

function eventsRow(metrics: ServiceMetrics): IWidget[] {
  const { gatewayThrottles } = metrics;
  return [
    graph('Cold starts', THIRD, Object.values(metrics.perFunction('ColdStarts', 'Sum'))),
    graph('Account activity', THIRD, [
      metrics.combined('AccountsProvisioned', 'Sum'),
      metrics.combined('WriteConflicts', 'Sum'),
      metrics.combined('IntentAge', 'SampleCount'),
      metrics.combined('PrivilegedAttempts', 'Sum'),
      metrics.combined('NameProbes', 'Sum'),
      metrics.combined('NoticesFailed', 'Sum'),
    ]),
    graph('Throttled', THIRD, [
      gatewayThrottles,
      metrics.functionThrottles(),
      metrics.tableThrottles(),
      metrics.combined('DirectoryThrottles', 'Sum'),
    ]),
  ];
}

function logsRow(logs: LogSources): IWidget[] {
  return [
    table('Requests by operation', 'traffic-by-operation', logs),
    table('4xx and 5xx responses by code', 'refusals-by-code', logs),
  ];
}

function figure(title: string, metric: IMetric): IWidget {
  return new SingleValueWidget({ title, metrics: [metric], width: THIRD, height: 3 });
}

function graph(title: string, width: number, left: IMetric[]): IWidget {
  return new GraphWidget({ title, width, height: 6, left, leftYAxis: { min: 0 } });
}

function table(title: string, name: LogQueryName, sources: LogSources): IWidget {
  const { logs, lines } = LOG_QUERIES[name];
  const logGroupNames = sources[logs].map(({ logGroupName }) => logGroupName);
  return new LogQueryWidget({
    title,
    logGroupNames,
    queryLines: [...lines],
    width: HALF,
    height: 6,
  });
}
