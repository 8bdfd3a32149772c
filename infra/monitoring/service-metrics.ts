/**
 * What is measured of the service, as alarms and the dashboard ask for it: by AWS's own services,
 * and by the lines that the functions write (lib/metrics.ts). Knows no threshold.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern } from 'aws-cdk-lib/aws-logs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../../lib/metrics.ts';
import type { ApiFunction } from '../api/api-function.ts';
import type { UsersApi } from '../api/users-api.ts';
import type { AccountEvents } from '../data/account-events.ts';
import type { UsersTable } from '../data/users-table.ts';

/** What is looked at. */
export interface MonitoredService {
  readonly getMe: ApiFunction;
  readonly patchMe: ApiFunction;
  readonly api: UsersApi;
  readonly users: UsersTable;
  /** Null where no bus is set. */
  readonly events: AccountEvents | null;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Metrics of one service. Those without a period are of five minutes. */
export class ServiceMetrics {
  readonly #service: MonitoredService;
  readonly #stage: Stage;
  /** Calls that the gateway turned down as too many. */
  readonly gatewayThrottles: IMetric;
  /** Calls whose token the gateway could not check: not a wrong token, but no check. */
  readonly authorizerFailures: IMetric;
  /** Events of accounts that were given up; null where none are sent. */
  readonly undeliveredEvents: IMetric | null;

  constructor(service: MonitoredService) {
    this.#service = service;
    this.#stage = service.api.gateway.deploymentStage;
    this.undeliveredEvents = service.events?.undelivered ?? null;
    this.gatewayThrottles = this.#metricFilter('GatewayThrottles', isText('$.status', '429'));
    this.authorizerFailures = this.#metricFilter(
      'AuthorizerFailures',
      FilterPattern.any(
        isText('$.refusal', 'AUTHORIZER_FAILURE'),
        isText('$.refusal', 'AUTHORIZER_CONFIGURATION_ERROR'),
      ),
    );
  }

  /** All calls, as the gateway counts them. */
  requests(period = FIVE_MINUTES): Metric {
    return this.#stage.metricCount({ period, statistic: 'Sum' });
  }

  /** Calls answered with 500 or above, by the gateway itself or by a function. */
  failures(period = FIVE_MINUTES): Metric {
    return this.#stage.metricServerError({ period, statistic: 'Sum' });
  }

  /** Calls answered with 400 to 499. */
  refusals(period = FIVE_MINUTES): Metric {
    return this.#stage.metricClientError({ period, statistic: 'Sum' });
  }

  /** Percentage of calls that failed; 0 while fewer than `least` did. */
  failedPercent(period: Duration, least: number): IMetric {
    return new MathExpression({
      label: 'failed %',
      expression: `IF(failures >= ${least}, 100 * failures / requests, 0)`,
      usingMetrics: { failures: this.failures(period), requests: this.requests(period) },
      period,
    });
  }

  /** Percentage of answers of the functions with 500 or above; 0 while fewer than `least` had. */
  failedResponsesPercent(period: Duration, least: number): IMetric {
    const sums = Object.entries(this.perFunction('ServerErrors', 'Sum', period));
    const counts = Object.entries(this.perFunction('ServerErrors', 'SampleCount', period));
    const of = (metrics: [string, Metric][], what: string) =>
      Object.fromEntries(metrics.map(([name, metric]) => [`${name}${what}`, metric]));
    const usingMetrics = { ...of(sums, 'Failures'), ...of(counts, 'Answers') };
    const total = (what: string) => `SUM([FILL(getMe${what}, 0), FILL(patchMe${what}, 0)])`;
    const [failures, answers] = [total('Failures'), total('Answers')];
    const expression = `IF(${failures} >= ${least}, 100 * ${failures} / ${answers}, 0)`;
    return new MathExpression({ label: 'failed answers %', expression, usingMetrics, period });
  }

  /** Percentage of calls that took longer; 0 while fewer than `least` were made. */
  slowPercent(milliseconds: number, period: Duration, least: number): IMetric {
    return new MathExpression({
      label: `slower than ${milliseconds} ms %`,
      expression: `IF(requests >= ${least}, 100 - quick, 0)`,
      usingMetrics: {
        quick: this.latency(Stats.percentileRank(milliseconds), period),
        requests: this.requests(period),
      },
      period,
    });
  }

  /** How long calls take, as the gateway measures it. */
  latency(statistic: string, period = FIVE_MINUTES): Metric {
    return this.#stage.metricLatency({ statistic, period });
  }

  /** A metric of the functions' own lines, by function. */
  perFunction(
    metricName: MetricName,
    statistic: string,
    period = FIVE_MINUTES,
  ): Record<'getMe' | 'patchMe', Metric> {
    const metricOf = ({ lambda }: ApiFunction, label: string) =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { [METRIC_DIMENSION]: lambda.functionName },
        statistic,
        period,
        label,
      });
    const { getMe, patchMe } = this.#service;
    return { getMe: metricOf(getMe, 'getMe'), patchMe: metricOf(patchMe, 'patchMe') };
  }

  /** The same over both functions: the greatest value for `Maximum`, else the sum. */
  combined(metricName: MetricName, statistic: 'Sum' | 'SampleCount' | 'Maximum'): IMetric {
    const how = statistic === 'Maximum' ? 'MAX' : 'SUM';
    return sumOrMax(how, this.perFunction(metricName, statistic), metricName);
  }

  /** Calls that ended without an answer of the code. */
  functionErrors(): IMetric {
    const errors = this.#ofFunctions((fn) => fn.lambda.metricErrors());
    return sumOrMax('SUM', errors, 'FunctionErrors');
  }

  /** Calls that Lambda had no room for. */
  functionThrottles(): IMetric {
    const throttles = this.#ofFunctions((fn) => fn.lambda.metricThrottles());
    return sumOrMax('SUM', throttles, 'FunctionThrottles');
  }

  /** The longest call in milliseconds. */
  longestInvocation(): IMetric {
    const statistic = 'Maximum';
    const durations = this.#ofFunctions((fn) => fn.lambda.metricDuration({ statistic }));
    return sumOrMax('MAX', durations, 'LongestInvocation');
  }

  /** Reads and writes that the table had no room for. */
  tableThrottles(): IMetric {
    const { table } = this.#service.users;
    const metricOf = (name: string) => table.metric(name, { statistic: 'Sum' });
    const reads = metricOf('ReadThrottleEvents');
    const writes = metricOf('WriteThrottleEvents');
    return sumOrMax('SUM', { reads, writes }, 'TableThrottles');
  }

  #ofFunctions(metricOf: (fn: ApiFunction) => Metric): Record<string, Metric> {
    const { getMe, patchMe } = this.#service;
    return { getMe: metricOf(getMe), patchMe: metricOf(patchMe) };
  }

  /** Lines of the access log, counted under the stack's name. */
  #metricFilter(metricName: string, filterPattern: IFilterPattern): Metric {
    const { accessLogs } = this.#service.api;
    const filter = accessLogs.addMetricFilter(metricName, {
      filterPattern,
      metricNamespace: Stack.of(accessLogs).stackName,
      metricName,
      metricValue: '1',
    });
    return filter.metric({ statistic: 'Sum', period: FIVE_MINUTES, label: metricName });
  }
}

/** One figure out of several metrics, any of which may have no data. */
function sumOrMax(
  how: 'SUM' | 'MAX',
  metrics: Record<string, Metric>,
  label: string,
): MathExpression {
  // Within one graph the ids of different metrics have to differ.
  const usingMetrics = Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [`${name}${label}`, metric]),
  );
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  const expression = `${how}([${filled.join(', ')}])`;
  return new MathExpression({ label, expression, usingMetrics, period: FIVE_MINUTES });
}

function isText(field: string, value: string) {
  return FilterPattern.stringValue(field, '=', value);
}
