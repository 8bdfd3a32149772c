/**
 * What calls cost and what they need, from what the simulation counted. Prices and times on AWS are
 * assumptions, dated and in one place each: neither can be measured here.
 */
import type { Path, ScaleFigures } from './simulation.ts';

/** US dollars in us-east-1, as assumed on that day; to be checked against the price lists. */
const PRICES = {
  assumedOn: '2026-11-24',
  restApiCall: 3.5e-6,
  httpApiCall: 1e-6,
  lambdaRequest: 0.2e-6,
  /** Of arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  logGigabyte: 0.5,
  trace: 5e-6,
  /** Fargate on arm64, by the hour. */
  containerCpu: 0.03238,
  containerGigabyte: 0.00356,
  balancerHour: 0.0225,
  balancerUnitHour: 0.008,
};

/** What AWS adds to the counted calls, assumed. */
const ASSUMED = {
  /** One call to the table, one to Cognito, and the function's own work at its memory size. */
  tableMilliseconds: 4,
  directoryMilliseconds: 40,
  functionMilliseconds: 3,
  functionGigabytes: 0.5,
  /** Lambda's own lines and the access log's line of one call. */
  platformLogBytes: 1000,
  tracedShare: 0.05,
  /** A container's processor time of one call, half of the rest of it kept free. */
  containerSeconds: 0.001,
  containerCpus: 0.25,
  containerGigabytes: 0.5,
  containersAtLeast: 2,
  /** A balancer unit is a gigabyte in an hour. */
  balancerBytes: 1500,
};

const HOURS = 730;
const SECONDS = HOURS * 3600;
const MILLION = 1_000_000;

export type Service = 'API Gateway' | 'Lambda' | 'DynamoDB' | 'CloudWatch Logs' | 'X-Ray';

/** Milliseconds a function runs for one call. */
export function duration(figures: ScaleFigures, path: Path): number {
  const { tableCalls, directoryCalls } = figures.usage[path];
  const { tableMilliseconds, directoryMilliseconds, functionMilliseconds } = ASSUMED;
  const waits = tableCalls.length * tableMilliseconds + directoryCalls * directoryMilliseconds;
  return functionMilliseconds + waits;
}

/** Dollars of a million calls, by service. */
export function costs(figures: ScaleFigures, path: Path): Record<Service, number> {
  const { readUnits, writeUnits, logBytes } = figures.usage[path];
  const gigabyteSeconds = (duration(figures, path) / 1000) * ASSUMED.functionGigabytes;
  const one = {
    'API Gateway': PRICES.restApiCall,
    Lambda: PRICES.lambdaRequest + gigabyteSeconds * PRICES.lambdaGigabyteSecond,
    DynamoDB: readUnits * PRICES.readUnit + writeUnits * PRICES.writeUnit,
    'CloudWatch Logs': ((logBytes + ASSUMED.platformLogBytes) / 1e9) * PRICES.logGigabyte,
    'X-Ray': ASSUMED.tracedShare * PRICES.trace,
  };
  const million = (service: Service) => one[service] * MILLION;
  return {
    'API Gateway': million('API Gateway'),
    Lambda: million('Lambda'),
    DynamoDB: million('DynamoDB'),
    'CloudWatch Logs': million('CloudWatch Logs'),
    'X-Ray': million('X-Ray'),
  };
}

export const total = (by: Record<string, number>): number =>
  Object.values(by).reduce((sum, cost) => sum + cost, 0);

/** Dollars of a million calls behind an HTTP API, nothing else changed. */
export const httpApiCost = (figures: ScaleFigures, path: Path): number =>
  total(costs(figures, path)) - (PRICES.restApiCall - PRICES.httpApiCall) * MILLION;

/** Dollars of a million calls on containers that serve that many a second, all month. */
export function containerCost(figures: ScaleFigures, path: Path, rate: number): number {
  const { DynamoDB, 'X-Ray': traces } = costs(figures, path);
  const logs = (figures.usage[path].logBytes / 1e9) * PRICES.logGigabyte * MILLION;
  const hour =
    containers(rate) *
      (ASSUMED.containerCpus * PRICES.containerCpu +
        ASSUMED.containerGigabytes * PRICES.containerGigabyte) +
    PRICES.balancerHour +
    ((rate * ASSUMED.balancerBytes * 3600) / 1e9) * PRICES.balancerUnitHour;
  return DynamoDB + traces + logs + (hour * HOURS * MILLION) / (rate * SECONDS);
}

/** How many containers serve that many calls a second, half busy. */
export const containers = (rate: number): number =>
  Math.max(
    ASSUMED.containersAtLeast,
    Math.ceil((rate * ASSUMED.containerSeconds) / (ASSUMED.containerCpus / 2)),
  );

/** The least whole number of calls a second, all month, at which containers cost less. */
export function breakEven(figures: ScaleFigures, path: Path, other: number): number {
  let rate = 1;
  while (containerCost(figures, path, rate) >= other) rate += 1;
  return rate;
}

/** Shares of the calls of a running app, assumed. */
const MIX: Partial<Record<Path, number>> = {
  GET: 0.9489,
  'PATCH of a profile field': 0.05,
  'first GET of a person': 0.001,
  'PATCH of the username': 0.0001,
};

/** What that many calls a second need. */
export function load(figures: ScaleFigures, rate: number) {
  const shares = Object.entries(MIX) as [Path, number][];
  const sum = (of: (path: Path) => number) =>
    shares.reduce((all, [path, share]) => all + rate * share * of(path), 0);
  const readUnits = sum((path) => figures.usage[path].readUnits);
  const writeUnits = sum((path) => figures.usage[path].writeUnits);
  const logBytes = sum((path) => figures.usage[path].logBytes + ASSUMED.platformLogBytes);
  return {
    running: sum((path) => duration(figures, path) / 1000),
    readUnits,
    writeUnits,
    partitions: Math.ceil(Math.max(readUnits / 3000, writeUnits / 1000)),
    cognitoReads: rate * (MIX['first GET of a person'] ?? 0),
    cognitoUpdates: rate * (MIX['PATCH of the username'] ?? 0),
    logGigabytesPerDay: (logBytes * 86_400) / 1e9,
  };
}
