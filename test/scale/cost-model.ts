/**
 * Cost and capacity model, based on the simulation's counts. AWS prices and latencies are dated
 * assumptions, because they cannot be measured locally.
 */
import type { Path, ScaleFigures } from './simulation.ts';

/** Assumed prices in US dollars; check against the price lists. */
export const PRICES = {
  region: 'us-east-1',
  assumedOn: '2026-11-24',
  restApiCall: 3.5e-6,
  httpApiCall: 1e-6,
  lambdaRequest: 0.2e-6,
  /** For arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  logGigabyte: 0.5,
  trace: 5e-6,
  /** By the month. An alarm on an expression counts once for each of its metrics. */
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  /** By the hour with a value, at most this in a month. */
  customMetric: 0.3,
  dashboard: 3,
  webAcl: 5,
  webAclRule: 1,
  encryptionKey: 1,
  /** By the gigabyte and month; logs are billed as compressed. */
  logStorage: 0.03,
  tableStorage: 0.25,
  pointInTimeRecovery: 0.2,
  logQueryGigabyte: 0.005,
  webAclRequest: 0.6e-6,
  streamRead: 0.2e-6,
  pipeEvent: 0.4e-6,
  busEvent: 1e-6,
  mail: 100e-6,
  transferOutGigabyte: 0.09,
  transferToRegionGigabyte: 0.02,
  /** Fargate on arm64, by the hour. */
  containerCpu: 0.03238,
  containerGigabyte: 0.00356,
  balancerHour: 0.0225,
  balancerUnitHour: 0.008,
};

/** Assumed overheads on AWS. */
export const ASSUMED = {
  /** Duration of a call to the table, of one to Cognito, and of the function's own work. */
  tableMilliseconds: 4,
  directoryMilliseconds: 40,
  functionMilliseconds: 3,
  functionGigabytes: 0.5,
  /** Bytes per call of Lambda's own lines and the access log. */
  platformLogBytes: 1000,
  tracedShare: 0.05,
  /** Of the size of log lines once stored. */
  logCompression: 0.15,
  /** A response with its headers, and an item of the table. */
  responseBytes: 1500,
  itemBytes: 1000,
  /** How often a pipe reads a stream without changes; a small table has one shard. */
  streamReadsPerSecond: 4,
  /** Container CPU time per call; half of the capacity stays free. */
  containerSeconds: 0.001,
  containerCpus: 0.25,
  containerGigabytes: 0.5,
  containersAtLeast: 2,
  /** A load balancer capacity unit is a gigabyte per hour. */
  balancerBytes: 1500,
};

const HOURS = 730;
export const SECONDS = HOURS * 3600;
const MILLION = 1_000_000;

export type Service = 'API Gateway' | 'Lambda' | 'DynamoDB' | 'CloudWatch Logs' | 'X-Ray';

/** Duration of a function per call, in milliseconds. */
export function duration(figures: ScaleFigures, path: Path): number {
  const { tableCalls, directoryCalls } = figures.usage[path];
  const { tableMilliseconds, directoryMilliseconds, functionMilliseconds } = ASSUMED;
  const waits = tableCalls.length * tableMilliseconds + directoryCalls * directoryMilliseconds;
  return functionMilliseconds + waits;
}

/** US dollars per million calls, by service. */
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

/** US dollars per million calls behind an HTTP API, all else equal. */
export const httpApiCost = (figures: ScaleFigures, path: Path): number =>
  total(costs(figures, path)) - (PRICES.restApiCall - PRICES.httpApiCall) * MILLION;

/** US dollars per million calls on containers at that constant rate per second. */
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

/** Number of containers for that many calls per second at half utilisation. */
export const containers = (rate: number): number =>
  Math.max(
    ASSUMED.containersAtLeast,
    Math.ceil((rate * ASSUMED.containerSeconds) / (ASSUMED.containerCpus / 2)),
  );

/** Minimum constant rate of calls per second at which containers cost less. */
export function breakEven(figures: ScaleFigures, path: Path, other: number): number {
  let rate = 1;
  while (containerCost(figures, path, rate) >= other) rate += 1;
  return rate;
}

/** Assumed mix of calls. */
const MIX: Partial<Record<Path, number>> = {
  GET: 0.9489,
  'PATCH of a profile field': 0.05,
  'first GET of a person': 0.001,
  'PATCH of the username': 0.0001,
};

/** Capacity needed for that many calls per second. */
export function load(figures: ScaleFigures, rate: number) {
  const shares = Object.entries(MIX) as [Path, number][];
  const sum = (of: (path: Path) => number) =>
    shares.reduce((all, [path, share]) => all + rate * share * of(path), 0);
  const sumOf = (...paths: Path[]) => paths.reduce((all, path) => all + rate * (MIX[path] ?? 0), 0);
  const readUnits = sum((path) => figures.usage[path].readUnits);
  const writeUnits = sum((path) => figures.usage[path].writeUnits);
  const logBytes = sum((path) => figures.usage[path].logBytes + ASSUMED.platformLogBytes);
  return {
    running: sum((path) => duration(figures, path) / 1000),
    readUnits,
    writeUnits,
    partitions: Math.ceil(Math.max(readUnits / 3000, writeUnits / 1000)),
    // A new name is looked up too: another person of the pool may have it.
    cognitoReads: sumOf('first GET of a person', 'PATCH of the username'),
    cognitoUpdates: sumOf('PATCH of the username'),
    logGigabytesPerDay: (logBytes * 86_400) / 1e9,
  };
}
