/**
 * What callers may rely on, and how fast it may be used up before somebody is told: burn rates over
 * a long window, which says that it matters, and a short one, which says that it still goes on.
 */
import { Duration } from 'aws-cdk-lib';

/** Of all calls, so many percent may fail within 30 days: an objective of 99.9 %. */
export const FAILED_PERCENT = 0.1;
/** Of all calls, so many percent may take longer than that: a 99th percentile of one second. */
export const SLOW_PERCENT = 1;
export const SLOW_MILLISECONDS = 1000;

/** Fewer failures than these in a window are no trend, and wake nobody. */
export const LEAST_FAILURES = { long: 5, short: 1 };
/** Of fewer calls than these a percentage says nothing. */
export const LEAST_REQUESTS = { long: 100, short: 10 };

/** How fast is too fast. */
export interface Burn {
  /** So many times as fast as the 30 days allow. */
  readonly rate: number;
  readonly long: Duration;
  readonly short: Duration;
}

/** 2 % of the 30 days' allowance in an hour: for now. */
export const FAST: Burn = { rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5) };
/** 5 % of it in six hours: for today. */
export const SLOW: Burn = { rate: 6, long: Duration.hours(6), short: Duration.minutes(30) };
