/**
 * The alarms: error budgets that burn too fast, degradation with its causes in one message,
 * throttling, changes left incomplete, and attempts to get rights or to find out who has an account.
 */
import { Duration } from 'aws-cdk-lib';
import type { Alarm, CompositeAlarm, IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FUNCTION_TIMEOUT_SECONDS } from '../../lib/contract.ts';
import { AlarmFactory, type BurnRateProps } from './alarm-factory.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import * as slo from './slo.ts';

/** Early enough to notice before the timeout ends invocations. */
const NEAR_TIMEOUT_SECONDS = 0.8 * FUNCTION_TIMEOUT_SECONDS;
/**
 * An intent this old was not finished by the person's next attempt. Far above LEASE_SECONDS of
 * lib/contract.ts, during which only the request that opened an intent works on it.
 */
const OPEN_TOO_LONG_MINUTES = 15;
/** Per five minutes, over all callers. */
const MANY_ATTEMPTS = 5;
/** Per five minutes; retries of the SDK or the client make up for fewer. */
const MANY_THROTTLES = 5;

/** The alarms of one service. */
export class Alarms extends Construct {
  /** The alarms that notify, the most urgent first. */
  readonly notifying: readonly IAlarm[];
  /** The alarms that roll a new version back while traffic shifts to it. */
  readonly rollbackAlarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, metrics: ServiceMetrics, action: IAlarmAction) {
    super(scope, id);
    const alarms = new AlarmFactory(this, action, metrics.deploymentName);
    const outage = addAvailability(alarms, metrics);
    addLatency(alarms, metrics);
    const functionErrorRate = addFunctionErrorRate(alarms, metrics);
    addServiceDegraded(alarms, metrics, functionErrorRate, outage);
    addThrottling(alarms, metrics, outage);
    alarms.notifyOnThreshold('IntentsLeftOpen', {
      metric: metrics.combined('IntentAge', 'Maximum'),
      threshold: OPEN_TOO_LONG_MINUTES * 60,
      description: `A change of a sign-in name, password or activation was left incomplete for ${OPEN_TOO_LONG_MINUTES} minutes.`,
    });
    alarms.notifyOnThreshold('PrivilegedAttempts', {
      metric: metrics.combined('PrivilegedAttempts', 'Sum'),
      threshold: MANY_ATTEMPTS,
      description: 'Callers try to change fields that only superusers may change.',
    });
    alarms.notifyOnThreshold('NameProbes', {
      metric: metrics.combined('NameProbes', 'Sum'),
      threshold: MANY_ATTEMPTS,
      description: 'Callers go on trying names after too many were refused to their account.',
    });
    if (metrics.failedNotices !== null) {
      alarms.notifyOnThreshold('NoticesFailed', {
        metric: metrics.failedNotices,
        threshold: 1,
        description: 'Sign-in names or passwords were changed, and their owners were not told.',
      });
    }
    if (metrics.undeliveredEvents !== null) {
      alarms.notifyOnThreshold('EventsUndelivered', {
        metric: metrics.undeliveredEvents,
        threshold: 1,
        description: 'Account events could not be delivered to the event bus for a day.',
      });
    }
    this.notifying = alarms.notifying;
    this.rollbackAlarms = [functionErrorRate];
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
  props: Omit<BurnRateProps, 'burn'>,
): CompositeAlarm {
  const fast = alarms.notifyOnBurnRate(`${name}Fast`, { ...props, burn: slo.PAGE });
  alarms.notifyOnBurnRate(`${name}Slow`, { ...props, burn: slo.TICKET }, fast);
  return fast;
}

/**
 * Measured per minute, because a canary lasts minutes and gets a tenth of the requests. One minute of
 * the last five is enough: metrics from logs come late, and until then FILL makes the newest minute 0.
 */
function addFunctionErrorRate(alarms: AlarmFactory, metrics: ServiceMetrics): Alarm {
  return alarms.onThreshold('FunctionErrorRate', {
    metric: metrics.failedResponsesPercent(Duration.minutes(1), 5),
    threshold: 2,
    periods: 5,
    breaching: 1,
    description:
      "In one of the last five minutes, at least 2 % of the functions' responses, and at least 5, were 5xx.",
  });
}

/** What callers notice even where too few call for a percentage. */
function addServiceDegraded(
  alarms: AlarmFactory,
  metrics: ServiceMetrics,
  functionErrorRate: Alarm,
  suppressedBy: CompositeAlarm,
): void {
  const causes = [
    functionErrorRate,
    alarms.onThreshold('PersistentErrors', {
      metric: metrics.failures(),
      threshold: 1,
      periods: 3,
      description: 'Requests failed in each of three consecutive five-minute periods.',
    }),
    alarms.onThreshold('FunctionErrors', {
      metric: metrics.functionErrors(),
      threshold: 1,
      description:
        'A function ended without a response: it crashed, timed out or ran out of memory.',
    }),
    alarms.onThreshold('NearTimeout', {
      metric: metrics.longestInvocation(),
      threshold: NEAR_TIMEOUT_SECONDS * 1000,
      description: `An invocation took more than ${NEAR_TIMEOUT_SECONDS} of its ${FUNCTION_TIMEOUT_SECONDS} seconds.`,
    }),
    alarms.onThreshold('AuthorizerFailures', {
      metric: metrics.authorizerFailures,
      threshold: 1,
      description: 'The gateway could not verify tokens and rejected the requests.',
    }),
  ];
  const description = 'Callers notice errors or delays.';
  alarms.notifyOnAny('ServiceDegraded', causes, description, suppressedBy);
}

function addThrottling(
  alarms: AlarmFactory,
  metrics: ServiceMetrics,
  suppressedBy: CompositeAlarm,
): void {
  const threshold = MANY_THROTTLES;
  const causes = [
    alarms.onThreshold('GatewayThrottles', {
      metric: metrics.gatewayThrottles,
      threshold,
      description: 'The gateway throttled requests (429).',
    }),
    alarms.onThreshold('FunctionThrottles', {
      metric: metrics.functionThrottles(),
      threshold,
      description: 'Lambda had no free concurrency for invocations.',
    }),
    alarms.onThreshold('TableThrottles', {
      metric: metrics.tableThrottles(),
      threshold,
      description: 'The table throttled reads or writes.',
    }),
    alarms.onThreshold('DirectoryThrottles', {
      metric: metrics.combined('DirectoryThrottles', 'Sum'),
      threshold,
      description: 'The user pool throttled calls of the functions.',
    }),
  ];
  alarms.notifyOnAny('Throttling', causes, 'Requests or calls are throttled.', suppressedBy);
}
