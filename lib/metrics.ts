/**
 * The metrics of requests: a closed list, shared by what writes them and what watches them. They
 * travel inside a line of log (CloudWatch's embedded metric format), so that nothing is called.
 */

/** Namespace of the metrics. */
export const METRIC_NAMESPACE = 'CurrentUser';

/** Their one dimension: a function is one operation of one deployment. */
export const METRIC_DIMENSION = 'FunctionName';

/** Every metric and its unit. CloudWatch bills each metric per function for every hour with data. */
const METRICS = [
  /** Time from the function's first line to its response. */
  { Name: 'Latency', Unit: 'Milliseconds' },
  /** 1 for a status of 400 to 499, else 0: the average is their share. */
  { Name: 'ClientErrors', Unit: 'Count' },
  /** 1 for a status of 500 or above, else 0. */
  { Name: 'ServerErrors', Unit: 'Count' },
  /** One value per call of the table. */
  { Name: 'StoreLatency', Unit: 'Milliseconds' },
  /** One value per call of the user pool. */
  { Name: 'DirectoryLatency', Unit: 'Milliseconds' },
  /** Calls that the user pool throttled until the SDK's last attempt. */
  { Name: 'DirectoryThrottles', Unit: 'Count' },
  /** The first request of an environment. */
  { Name: 'ColdStarts', Unit: 'Count' },
  /** Attempts that met a concurrent write of the same account. */
  { Name: 'WriteConflicts', Unit: 'Count' },
  /** Accounts made at a first call. */
  { Name: 'AccountsProvisioned', Unit: 'Count' },
  /** One value per change that an earlier request left open: how long it had been. */
  { Name: 'IntentAge', Unit: 'Seconds' },
  /** Refused attempts to change a field that is for superusers. */
  { Name: 'PrivilegedAttempts', Unit: 'Count' },
  /** Attempts to take a name by accounts that were refused too many before. */
  { Name: 'NameProbes', Unit: 'Count' },
  /** Changes whose owner could not be told. */
  { Name: 'NoticesFailed', Unit: 'Count' },
] as const;

/** Name of a metric, and of the member of the log line that holds its values. */
export type MetricName = (typeof METRICS)[number]['Name'];

export const METRIC_NAMES: readonly MetricName[] = METRICS.map(({ Name }) => Name);

/** What was measured; what did not happen is absent, and costs nothing. */
export type Measurements = Partial<Record<MetricName, number | readonly number[]>>;

/** A call of a port, with its time. */
export interface DependencyCall {
  to: 'store' | 'directory';
  /** Epoch milliseconds. */
  startedAt: number;
  milliseconds: number;
  /** True where the call timed out or was throttled. */
  failed: boolean;
}

/** CloudWatch takes no more values of one metric from one line. */
export const MAX_VALUES = 100;

/**
 * The members that make metrics of a line of log.
 * @param timestamp epoch milliseconds
 */
export function embeddedMetrics(
  functionName: string,
  measurements: Measurements,
  timestamp: number,
) {
  const Metrics = METRICS.filter(({ Name }) => measurements[Name] !== undefined);
  const directive = { Namespace: METRIC_NAMESPACE, Dimensions: [[METRIC_DIMENSION]], Metrics };
  return {
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
    [METRIC_DIMENSION]: functionName,
    ...measurements,
  };
}
