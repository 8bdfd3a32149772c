/**
 * What is worth telling somebody: objectives that are used up too fast, trouble with its reasons in
 * one message, limits that are reached, changes left half done, and attempts at what is forbidden.
 */
import { Duration } from 'aws-cdk-lib';
import type { Alarm, CompositeAlarm, IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmMaker, type BurnLimit } from './alarm-factory.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import * as objectives from './slo.ts';

/** Lambda ends a call at 10,000: from here on the longest one is worth a look. */
const NEAR_TIMEOUT_MILLISECONDS = 8000;
/** A change open for longer was not finished by the next click of its person. */
const OPEN_TOO_LONG_SECONDS = 15 * 60;
/** In five minutes, by all callers. */
const MANY_ATTEMPTS = 5;
/** In five minutes; fewer are made good by the next try of the SDK or the client. */
const MANY_THROTTLES = 5;

/** The alarms of one service. */
export class Alarms extends Construct {
  /** Those that tell somebody, the most urgent first. */
  readonly telling: readonly IAlarm[];
  /** Those that speak against a new version of the functions, soon after it takes over. */
  readonly rollingBack: readonly IAlarm[];

  constructor(scope: Construct, id: string, metrics: ServiceMetrics, action: IAlarmAction) {
    super(scope, id);
    const make = new AlarmMaker(this, action);
    const failing = addAvailability(make, metrics);
    addLatency(make, metrics);
    const answersFail = addAnswersFail(make, metrics);
    addTrouble(make, metrics, answersFail, failing);
    addThrottling(make, metrics, failing);
    make.tellingLimit('IntentsLeftOpen', {
      metric: metrics.both('IntentAge', 'Maximum'),
      threshold: OPEN_TOO_LONG_SECONDS,
      says: 'A change of a sign-in name, password or activation had been half done for 15 minutes.',
    });
    make.tellingLimit('PrivilegedAttempts', {
      metric: metrics.both('PrivilegedAttempts', 'Sum'),
      threshold: MANY_ATTEMPTS,
      says: 'Callers try to change what only superusers may.',
    });
    if (metrics.undeliveredEvents !== null) {
      make.tellingLimit('EventsUndelivered', {
        metric: metrics.undeliveredEvents,
        threshold: 1,
        says: 'Events of accounts could not be delivered to their bus for a day.',
      });
    }
    this.telling = make.telling;
    this.rollingBack = [answersFail];
  }
}

function addAvailability(make: AlarmMaker, metrics: ServiceMetrics): CompositeAlarm {
  const limit = {
    allowedPercent: objectives.FAILED_PERCENT,
    percent: (window: 'long' | 'short', period: Duration) =>
      metrics.failedPercent(period, objectives.LEAST_FAILURES[window]),
    says: 'Calls fail',
  };
  return addBurns(make, 'Availability', limit);
}

function addLatency(make: AlarmMaker, metrics: ServiceMetrics): void {
  addBurns(make, 'Latency', {
    allowedPercent: objectives.SLOW_PERCENT,
    percent: (window, period) =>
      metrics.slowPercent(objectives.SLOW_MILLISECONDS, period, objectives.LEAST_REQUESTS[window]),
    says: 'Calls take longer than a second',
  });
}

/** Who was told of the fast one need not be told of the slow one. */
function addBurns(make: AlarmMaker, name: string, limit: Omit<BurnLimit, 'burn'>): CompositeAlarm {
  const fast = make.tellingBurn(`${name}Fast`, { ...limit, burn: objectives.FAST });
  make.tellingBurn(`${name}Slow`, { ...limit, burn: objectives.SLOW }, fast);
  return fast;
}

/** A canary lasts minutes and has a tenth of the calls. */
function addAnswersFail(make: AlarmMaker, metrics: ServiceMetrics): Alarm {
  return make.limit('AnswersFail', {
    metric: metrics.failedAnswersPercent(Duration.minutes(1), 5),
    threshold: 2,
    says: 'In one minute, at least 2 % of the answers of the functions, and at least 5, were 5xx.',
  });
}

/** What callers notice also where too few call for a percentage. */
function addTrouble(
  make: AlarmMaker,
  metrics: ServiceMetrics,
  answersFail: Alarm,
  toldBy: CompositeAlarm,
): void {
  const reasons = [
    answersFail,
    make.limit('FailuresPersist', {
      metric: metrics.failures(),
      threshold: 1,
      periods: 3,
      says: 'Calls failed in each of three times five minutes.',
    }),
    make.limit('FunctionErrors', {
      metric: metrics.functionErrors(),
      threshold: 1,
      says: 'A function ended without an answer: it crashed, or ran out of time or memory.',
    }),
    make.limit('NearTimeout', {
      metric: metrics.longestCall(),
      threshold: NEAR_TIMEOUT_MILLISECONDS,
      says: 'A call took more than 8 of the 10 seconds it has.',
    }),
    make.limit('AuthorizerFailures', {
      metric: metrics.authorizerFailures,
      threshold: 1,
      says: 'The gateway could not check tokens and refused their calls.',
    }),
  ];
  make.tellingAnyOf('Trouble', reasons, 'Callers notice that something is wrong.', toldBy);
}

function addThrottling(make: AlarmMaker, metrics: ServiceMetrics, toldBy: CompositeAlarm): void {
  const threshold = MANY_THROTTLES;
  const limits = [
    make.limit('GatewayThrottles', {
      metric: metrics.gatewayThrottles,
      threshold,
      says: 'The gateway turned calls down as too many (429).',
    }),
    make.limit('FunctionThrottles', {
      metric: metrics.functionThrottles(),
      threshold,
      says: 'Lambda had no room for calls.',
    }),
    make.limit('TableThrottles', {
      metric: metrics.tableThrottles(),
      threshold,
      says: 'The table turned reads or writes down as too many.',
    }),
    make.limit('DirectoryThrottles', {
      metric: metrics.both('DirectoryThrottles', 'Sum'),
      threshold,
      says: 'The user pool turned calls of the functions down as too many.',
    }),
  ];
  make.tellingAnyOf('Throttling', limits, 'A limit is reached.', toldBy);
}
