/** Monitoring: notification topic, alarms, dashboard, saved queries. Composes only. */
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { ServiceDashboard } from './dashboard.ts';
import { SavedQueries } from './log-queries.ts';
import { type MonitoredService, ServiceMetrics } from './service-metrics.ts';

/** Properties of `Monitoring`. */
export interface MonitoringProps {
  readonly config: StageConfig;
  readonly service: MonitoredService;
}

/** Monitoring of one service. */
export class Monitoring extends Construct {
  /** Alarms that roll back a new version of the functions. */
  readonly rollbackAlarms: readonly IAlarm[];
  readonly dashboardName: string;
  /** Of the topic that alarms notify; null in stage `local`. */
  readonly topicArn: string | null = null;

  constructor(scope: Construct, id: string, { config, service }: MonitoringProps) {
    super(scope, id);
    const metrics = new ServiceMetrics(service);
    const functions = [service.getMe.logGroup, service.patchMe.logGroup];
    const access = [service.api.accessLogs];
    const logs = { functions, access, all: [...functions, ...access] };
    let alarms: Alarms | null = null;
    // The local cloud supports neither alarms on several metrics nor saved queries.
    if (config.purpose !== 'local') {
      const { topic } = new AlarmTopic(this, 'Notifications', config.alarmEmail);
      this.topicArn = topic.topicArn;
      alarms = new Alarms(this, 'Alarms', metrics, new SnsAction(topic));
      new SavedQueries(this, 'Queries', { logs, folder: service.deploymentName });
    }
    const shown = { metrics, logs, alarms: alarms?.notifying ?? [] };
    this.dashboardName = new ServiceDashboard(this, 'Overview', shown).dashboardName;
    this.rollbackAlarms = alarms?.rollbackAlarms ?? [];
  }
}
