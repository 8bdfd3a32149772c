/** Alarms that only show a cause, and the two that notify once while any of them fires. */
import { Duration } from 'aws-cdk-lib';
import type { Alarm, CompositeAlarm, IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { FUNCTION_TIMEOUT_SECONDS } from '../../lib/contract.ts';
import type { AlarmFactory } from './alarm-factory.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** Early enough to notice before the timeout ends invocations. */
const NEAR_TIMEOUT_SECONDS = 0.8 * FUNCTION_TIMEOUT_SECONDS;
/** Per five minutes; retries of the SDK or the client make up for fewer. */
const MANY_THROTTLES = 5;
/** Within a quarter of an hour: one crash or slow call is no reason to wake somebody. */
const NOTICEABLE = 3;
const QUARTER = Duration.minutes(15);

/**
 * Measured per minute, because a canary lasts minutes and gets a tenth of the requests. One minute of
 * the last five is enough: metrics from logs come late, and until then FILL makes the newest minute 0.
 */
export function addFunctionErrorRate(alarms: AlarmFactory, metrics: ServiceMetrics): Alarm {
  return alarms.onThreshold('FunctionErrorRate', {
    metric: metrics.failedResponsesPercent(Duration.minutes(1), 5),
    threshold: 2,
    periods: 5,
    breaching: 1,
    description:
      "In one of the last five minutes, at least 2 % of the functions' responses, and at least 5, were 5xx.",
  });
}

/** What callers notice even where too few call for a percentage. @returns the causes */
export function addServiceDegraded(
  alarms: AlarmFactory,
  metrics: ServiceMetrics,
  functionErrorRate: Alarm,
  suppressedBy: CompositeAlarm,
): readonly IAlarm[] {
  const causes = [
    functionErrorRate,
    alarms.onThreshold('PersistentErrors', {
      metric: metrics.failures(),
      threshold: 1,
      periods: 3,
      description: 'Requests failed in each of three consecutive five-minute periods.',
    }),
    alarms.onThreshold('FunctionErrors', {
      metric: metrics.functionErrors(QUARTER),
      threshold: NOTICEABLE,
      description: `Within 15 minutes functions ended ${NOTICEABLE} times without a response: they crashed, timed out or ran out of memory.`,
    }),
    alarms.onThreshold('NearTimeout', {
      metric: metrics.longestInvocation(Duration.minutes(1)),
      threshold: NEAR_TIMEOUT_SECONDS * 1000,
      periods: QUARTER.toMinutes(),
      breaching: NOTICEABLE,
      description: `In ${NOTICEABLE} of the last 15 minutes an invocation took more than ${NEAR_TIMEOUT_SECONDS} of its ${FUNCTION_TIMEOUT_SECONDS} seconds.`,
    }),
    alarms.onThreshold('AuthorizerFailures', {
      metric: metrics.authorizerFailures(QUARTER),
      threshold: NOTICEABLE,
      description: `Within 15 minutes the gateway could not verify ${NOTICEABLE} tokens and rejected the requests.`,
    }),
  ];
  alarms.notifyOnAny('ServiceDegraded', {
    urgency: 'page',
    alarms: causes,
    description: 'Callers notice errors or delays.',
    suppressedBy,
  });
  return causes;
}

/** What the gateway, Lambda, the table or the user pool throttles. @returns the causes */
export function addThrottling(
  alarms: AlarmFactory,
  metrics: ServiceMetrics,
  suppressedBy: CompositeAlarm,
): readonly IAlarm[] {
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
  alarms.notifyOnAny('Throttling', {
    urgency: 'page',
    alarms: causes,
    description: 'Requests or calls are throttled.',
    suppressedBy,
  });
  return causes;
}
