/** Monitoring: notification topics, alarms, dashboard, saved queries. Composes only. */
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';
import type { Urgency } from './alarm-factory.ts';
import type { AlarmMessages } from './alarm-messages.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { ServiceDashboard } from './dashboard.ts';
import { SavedQueries } from './log-queries.ts';
import { type MonitoredService, ServiceMetrics } from './service-metrics.ts';

/** Properties of `Monitoring`. */
export interface MonitoringProps {
  readonly config: StageConfig;
  readonly service: MonitoredService;
  readonly messages: AlarmMessages;
  /** Alarms of the releases, shown among the causes. */
  readonly releaseAlarms: readonly IAlarm[];
}

/** Monitoring of one service. */
export class Monitoring extends Construct {
  /** Alarms that roll back a new version of the functions. */
  readonly rollbackAlarms: readonly IAlarm[];
  /** ARNs of the topics; null on the local cloud. */
  readonly topicArns: Readonly<Record<Urgency, string>> | null;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { config, service, messages, releaseAlarms } = props;
    const metrics = new ServiceMetrics(service);
    const functions = [service.getMe.logGroup, service.patchMe.logGroup];
    const access = [service.api.accessLogs];
    const logs = { functions, access, all: [...functions, ...access] };
    // The local cloud supports neither alarms on several metrics nor saved queries.
    const topics = config.purpose === 'local' ? null : this.#addTopics(config);
    const alarms = topics && this.#addAlarms(metrics, messages, topics);
    if (alarms) new SavedQueries(this, 'Queries', { logs, folder: service.deploymentName });
    new ServiceDashboard(this, 'Overview', {
      metrics,
      logs,
      name: messages.dashboardName,
      runbookUrl: config.runbookUrl,
      alarms: alarms && {
        notifying: alarms.notifying,
        causes: [...alarms.causes, ...releaseAlarms],
      },
    });
    this.rollbackAlarms = alarms?.rollbackAlarms ?? [];
    this.topicArns = topics && { page: topics.page.topicArn, ticket: topics.ticket.topicArn };
  }

  #addTopics({ alarmEmail, ticketEmail }: StageConfig): Record<Urgency, Topic> {
    return {
      page: new AlarmTopic(this, 'Notifications', alarmEmail).topic,
      ticket: new AlarmTopic(this, 'Tickets', ticketEmail).topic,
    };
  }

  #addAlarms(
    metrics: ServiceMetrics,
    { describe }: AlarmMessages,
    topics: Record<Urgency, Topic>,
  ): Alarms {
    const actions = { page: new SnsAction(topics.page), ticket: new SnsAction(topics.ticket) };
    return new Alarms(this, 'Alarms', { metrics, actions, describe });
  }
}
