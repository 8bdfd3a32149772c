/**
 * The service's metrics, for alarms and the dashboard: those of AWS services, and those that the
 * functions write to their logs (lib/metrics.ts). Knows no threshold.
 */
import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../../lib/metrics.ts';
import type { ApiFunction } from '../api/api-function.ts';
import type { UsersApi } from '../api/users-api.ts';
import type { AccountEvents } from '../data/account-events.ts';
import type { UsersTable } from '../data/users-table.ts';
import { aggregate, sumOrMax } from './metric-math.ts';

/** The parts of the service that are monitored. */
export interface MonitoredService {
  /** Unique in account and region. */
  readonly deploymentName: string;
  readonly getMe: ApiFunction;
  readonly patchMe: ApiFunction;
  readonly api: UsersApi;
  readonly users: UsersTable;
  /** Null without the setting `eventBus`. */
  readonly events: AccountEvents | null;
  /** True with the setting `noticesFrom`. */
  readonly sendsNotices: boolean;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Metrics of one service. The default period is five minutes. */
export class ServiceMetrics {
  readonly #service: MonitoredService;
  readonly #stage: Stage;
  /** Unique in account and region. */
  readonly deploymentName: string;
  /** Requests that the gateway throttled. */
  readonly gatewayThrottles: IMetric;
  readonly #authorizerFailures: Metric;
  /** Account events in the dead-letter queue; null without the setting `eventBus`. */
  readonly undeliveredEvents: IMetric | null;
  /** Changes whose owners could not be told; null without the setting `noticesFrom`. */
  readonly failedNotices: IMetric | null;

  constructor(service: MonitoredService) {
    this.#service = service;
    this.deploymentName = service.deploymentName;
    this.#stage = service.api.gateway.deploymentStage;
    this.undeliveredEvents = service.events?.undelivered ?? null;
    this.failedNotices = service.sendsNotices ? this.combined('NoticesFailed', 'Sum') : null;
    // Not by status: a function has a 429 of its own.
    this.gatewayThrottles = this.#refusals('GatewayThrottles', ['THROTTLED']);
    this.#authorizerFailures = this.#refusals('AuthorizerFailures', [
      'AUTHORIZER_FAILURE',
      'AUTHORIZER_CONFIGURATION_ERROR',
    ]);
  }

  /** All requests, counted at the gateway. */
  requests(period = FIVE_MINUTES): Metric {
    return this.#stage.metricCount({ period, statistic: 'Sum' });
  }

  /** 5xx responses, of the gateway itself or of a function. */
  failures(period = FIVE_MINUTES): Metric {
    return this.#stage.metricServerError({ period, statistic: 'Sum' });
  }

  /** 4xx responses, of the gateway itself or of a function. */
  clientErrors(period = FIVE_MINUTES): Metric {
    return this.#stage.metricClientError({ period, statistic: 'Sum' });
  }

  /** Requests whose token the gateway could not verify. Invalid tokens do not count. */
  authorizerFailures(period: Duration): IMetric {
    return this.#authorizerFailures.with({ period });
  }

  /** Percentage of requests that failed; 0 while fewer than `min` did. */
  failedPercent(period: Duration, min: number): IMetric {
    return new MathExpression({
      label: 'failed %',
      expression: `IF(failures >= ${min}, 100 * failures / requests, 0)`,
      usingMetrics: { failures: this.failures(period), requests: this.requests(period) },
      period,
    });
  }

  /** Percentage of the functions' responses that are 5xx; 0 while fewer than `min` are. */
  failedResponsesPercent(period: Duration, min: number): IMetric {
    const sums = this.perFunction('ServerErrors', 'Sum', period);
    const counts = this.perFunction('ServerErrors', 'SampleCount', period);
    const failures = aggregate('SUM', sums, 'Failures');
    const responses = aggregate('SUM', counts, 'Responses');
    const percent = `100 * ${failures.expression} / ${responses.expression}`;
    return new MathExpression({
      label: 'failed responses %',
      expression: `IF(${failures.expression} >= ${min}, ${percent}, 0)`,
      usingMetrics: { ...failures.usingMetrics, ...responses.usingMetrics },
      period,
    });
  }

  /** Percentage of requests that took longer; 0 while there are fewer than `min`. */
  slowPercent(milliseconds: number, period: Duration, min: number): IMetric {
    return new MathExpression({
      label: `slower than ${milliseconds} ms %`,
      expression: `IF(requests >= ${min}, 100 - quick, 0)`,
      usingMetrics: {
        quick: this.latency(Stats.percentileRank(milliseconds), period),
        requests: this.requests(period),
      },
      period,
    });
  }

  /** Response time at the gateway, in milliseconds. */
  latency(statistic: string, period = FIVE_MINUTES): Metric {
    return this.#stage.metricLatency({ statistic, period });
  }

  /** A metric from the functions' logs, per function. */
  perFunction(
    metricName: MetricName,
    statistic: string,
    period = FIVE_MINUTES,
  ): Record<'getMe' | 'patchMe', Metric> {
    const ofFunction = ({ lambda }: ApiFunction, label: string) =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { [METRIC_DIMENSION]: lambda.functionName },
        statistic,
        period,
        label,
      });
    const { getMe, patchMe } = this.#service;
    return { getMe: ofFunction(getMe, 'getMe'), patchMe: ofFunction(patchMe, 'patchMe') };
  }

  /** A metric from the functions' logs over both functions: the maximum for `Maximum`, else the sum. */
  combined(metricName: MetricName, statistic: 'Sum' | 'SampleCount' | 'Maximum'): IMetric {
    const how = statistic === 'Maximum' ? 'MAX' : 'SUM';
    return sumOrMax(how, this.perFunction(metricName, statistic), metricName, FIVE_MINUTES);
  }

  /** Invocations that ended without a response of our code. */
  functionErrors(period: Duration): IMetric {
    const errors = this.#ofEachFunction(({ lambda }) => lambda.metricErrors({ period }));
    return sumOrMax('SUM', errors, 'FunctionErrors', period);
  }

  /** Invocations for which Lambda had no free concurrency. */
  functionThrottles(): IMetric {
    const throttles = this.#ofEachFunction(({ lambda }) => lambda.metricThrottles());
    return sumOrMax('SUM', throttles, 'FunctionThrottles', FIVE_MINUTES);
  }

  /** Duration of the longest invocation, in milliseconds. */
  longestInvocation(period: Duration): IMetric {
    const options = { statistic: 'Maximum', period };
    const durations = this.#ofEachFunction(({ lambda }) => lambda.metricDuration(options));
    return sumOrMax('MAX', durations, 'LongestInvocation', period);
  }

  /** Reads and writes that the table throttled. */
  tableThrottles(): IMetric {
    const { table } = this.#service.users;
    const reads = table.metric('ReadThrottleEvents', { statistic: 'Sum' });
    const writes = table.metric('WriteThrottleEvents', { statistic: 'Sum' });
    return sumOrMax('SUM', { reads, writes }, 'TableThrottles', FIVE_MINUTES);
  }

  #ofEachFunction(metricOf: (fn: ApiFunction) => Metric): Record<string, Metric> {
    const { getMe, patchMe } = this.#service;
    return { getMe: metricOf(getMe), patchMe: metricOf(patchMe) };
  }

  /** Counts the gateway's own responses of these types, in a namespace of this deployment. */
  #refusals(metricName: string, types: readonly string[]): Metric {
    const { accessLogs } = this.#service.api;
    const patterns = types.map((type) => FilterPattern.stringValue('$.refusal', '=', type));
    const filter = accessLogs.addMetricFilter(metricName, {
      filterPattern: FilterPattern.any(...patterns),
      metricNamespace: this.deploymentName,
      metricName,
      metricValue: '1',
    });
    return filter.metric({ statistic: 'Sum', period: FIVE_MINUTES, label: metricName });
  }
}
