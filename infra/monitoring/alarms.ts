/**
 * The alarms: error budgets that burn too fast, degradation with its causes in one message,
 * throttling, changes left incomplete, and attempts to get rights or to find out who has an account.
 */
import type { CompositeAlarm, IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmFactory, type BurnRateProps, type Urgency } from './alarm-factory.ts';
import type { DescribeAlarm } from './alarm-messages.ts';
import { addFunctionErrorRate, addServiceDegraded, addThrottling } from './cause-alarms.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import * as slo from './slo.ts';

/**
 * An intent this old was not finished by the person's next attempt. Far above LEASE_SECONDS of
 * lib/contract.ts, during which only the request that opened an intent works on it.
 */
const OPEN_TOO_LONG_MINUTES = 15;
/** Per five minutes, over all callers. */
const MANY_ATTEMPTS = 5;

/** Properties of `Alarms`. */
export interface AlarmsProps {
  readonly metrics: ServiceMetrics;
  readonly actions: Readonly<Record<Urgency, IAlarmAction>>;
  readonly describe: DescribeAlarm;
}

/** The alarms of one service. */
export class Alarms extends Construct {
  /** The alarms that notify, the most urgent first. */
  readonly notifying: readonly IAlarm[];
  /** The alarms that show which cause another one has. */
  readonly causes: readonly IAlarm[];
  /** The alarms that roll a new version back while traffic shifts to it. */
  readonly rollbackAlarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, { metrics, actions, describe }: AlarmsProps) {
    super(scope, id);
    const folder = metrics.deploymentName;
    const alarms = new AlarmFactory(this, actions, { describe, folder });
    const outage = addAvailability(alarms, metrics);
    addLatency(alarms, metrics);
    const functionErrorRate = addFunctionErrorRate(alarms, metrics);
    this.causes = [
      ...addServiceDegraded(alarms, metrics, functionErrorRate, outage),
      ...addThrottling(alarms, metrics, outage),
    ];
    addSecurity(alarms, metrics);
    addUnfinished(alarms, metrics);
    this.notifying = alarms.notifying;
    this.rollbackAlarms = [functionErrorRate];
  }
}

/** Attempts that were refused, each of which changed nothing. */
function addSecurity(alarms: AlarmFactory, metrics: ServiceMetrics): void {
  alarms.notifyOnThreshold('PrivilegedAttempts', 'page', {
    metric: metrics.combined('PrivilegedAttempts', 'Sum'),
    threshold: MANY_ATTEMPTS,
    description: 'Callers try to change fields that only superusers may change.',
  });
  alarms.notifyOnThreshold('NameProbes', 'ticket', {
    metric: metrics.combined('NameProbes', 'Sum'),
    threshold: MANY_ATTEMPTS,
    description: 'Callers go on trying names after too many were refused to their account.',
  });
}

/** What was changed, and did not reach everybody whom it should. */
function addUnfinished(alarms: AlarmFactory, metrics: ServiceMetrics): void {
  alarms.notifyOnThreshold('IntentsLeftOpen', 'ticket', {
    metric: metrics.combined('IntentAge', 'Maximum'),
    threshold: OPEN_TOO_LONG_MINUTES * 60,
    description: `A change of a sign-in name, password or activation was left incomplete for ${OPEN_TOO_LONG_MINUTES} minutes.`,
  });
  if (metrics.failedNotices !== null) {
    alarms.notifyOnThreshold('NoticesFailed', 'ticket', {
      metric: metrics.failedNotices,
      threshold: 1,
      description: 'Sign-in names or passwords were changed, and their owners were not told.',
    });
  }
  if (metrics.undeliveredEvents !== null) {
    alarms.notifyOnThreshold('EventsUndelivered', 'ticket', {
      metric: metrics.undeliveredEvents,
      threshold: 1,
      description: 'Account events could not be delivered to the event bus for a day.',
    });
  }
}

function addAvailability(alarms: AlarmFactory, metrics: ServiceMetrics): CompositeAlarm {
  return addBurnRates(alarms, 'Availability', {
    allowedPercent: slo.FAILED_PERCENT,
    percent: (window, period) => metrics.failedPercent(period, slo.MIN_FAILURES[window]),
    description: 'Requests fail',
  });
}

function addLatency(alarms: AlarmFactory, metrics: ServiceMetrics): void {
  addBurnRates(alarms, 'Latency', {
    allowedPercent: slo.SLOW_PERCENT,
    percent: (window, period) =>
      metrics.slowPercent(slo.SLOW_MILLISECONDS, period, slo.MIN_REQUESTS[window]),
    description: 'Requests take longer than a second',
  });
}

/** The fast-burn alarm suppresses the slow-burn alarm. */
function addBurnRates(
  alarms: AlarmFactory,
  name: string,
  props: Omit<BurnRateProps, 'burn' | 'urgency'>,
): CompositeAlarm {
  const page = { ...props, urgency: 'page', burn: slo.PAGE } as const;
  const ticket = { ...props, urgency: 'ticket', burn: slo.TICKET } as const;
  const fast = alarms.notifyOnBurnRate(`${name}Fast`, page);
  alarms.notifyOnBurnRate(`${name}Slow`, ticket, fast);
  return fast;
}
