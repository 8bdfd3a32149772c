/**
 * Service level objectives, and how fast their error budgets may burn before somebody is notified.
 * A burn rate needs a long window, which shows that it matters, and a short one, which shows that
 * it has not ended.
 */
import { Duration } from 'aws-cdk-lib';

/** Percentage of requests that may fail within 30 days: an objective of 99.9 %. */
export const FAILED_PERCENT = 0.1;
/** Percentage of requests that may be slow: an objective of one second at the 99th percentile. */
export const SLOW_PERCENT = 1;
/** A request that takes longer is slow. */
export const SLOW_MILLISECONDS = 1000;

/** Windows with fewer failures count as 0 %: a single failure is no trend. */
export const MIN_FAILURES = { long: 5, short: 1 };
/** Windows with fewer requests count as 0 %: a percentage of so few means nothing. */
export const MIN_REQUESTS = { long: 100, short: 10 };

/** A burn rate and the two windows over which it is measured. */
export interface BurnRateWindow {
  /** Multiple of the rate that would use up the budget in exactly 30 days. */
  readonly rate: number;
  readonly long: Duration;
  readonly short: Duration;
}

/** 2 % of the 30-day budget in an hour: act now. */
export const PAGE: BurnRateWindow = {
  rate: 14.4,
  long: Duration.hours(1),
  short: Duration.minutes(5),
};
/** 5 % of it in six hours: act today. */
export const TICKET: BurnRateWindow = {
  rate: 6,
  long: Duration.hours(6),
  short: Duration.minutes(30),
};
