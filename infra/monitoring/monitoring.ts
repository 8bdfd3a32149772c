/** All that watches the service: who is told, alarms, dashboard, saved questions. Composes only. */

import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { ServiceDashboard } from './dashboard.ts';
import { SavedQueries } from './log-queries.ts';
import { type MonitoredService, ServiceMetrics } from './service-metrics.ts';

/** What is watched, and by which settings. */
export interface MonitoringProps {
  readonly config: StageConfig;
  readonly service: MonitoredService;
}

/** The watch over one service. */
export class Monitoring extends Construct {
  /** Alarms that a new version of the functions is taken back for. */
  readonly rollbackAlarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, { config, service }: MonitoringProps) {
    super(scope, id);
    const metrics = new ServiceMetrics(service);
    const functions = [service.getMe.logGroup, service.patchMe.logGroup];
    const logs = { functions, access: [service.api.accessLogs] };
    // The local cloud knows neither alarms of several metrics nor saved questions.
    const alarms = config.stage === 'local' ? null : this.#addAlarms(config, metrics);
    if (config.stage !== 'local') new SavedQueries(this, 'Queries', logs);
    new ServiceDashboard(this, 'Overview', { metrics, logs, alarms: alarms?.notifying ?? [] });
    this.rollbackAlarms = alarms?.rollbackAlarms ?? [];
  }

  #addAlarms({ alarmEmail }: StageConfig, metrics: ServiceMetrics) {
    const { topic } = new AlarmTopic(this, 'Notifications', alarmEmail);
    return new Alarms(this, 'Alarms', metrics, new SnsAction(topic));
  }
}
