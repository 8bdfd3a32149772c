/**
 * Extracts metrics in the embedded metric format from log lines and computes statistics, as
 * CloudWatch does. The local cloud stores the lines but creates no metrics.
 */
import { type Line, percentile } from './log-insights.ts';

/** A metric value with its namespace and dimensions. */
interface Value {
  namespace: string;
  name: string;
  dimensions: Record<string, unknown>;
  value: number;
}

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

function valuesOf(line: Line): Value[] {
  const metadata = line['_aws'] as { CloudWatchMetrics: Directive[] } | undefined;
  return (metadata?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((set) =>
      Metrics.flatMap(({ Name }) =>
        [line[Name]].flat().map((value) => ({
          namespace: Namespace,
          name: Name,
          dimensions: Object.fromEntries(set.map((dimension) => [dimension, line[dimension]])),
          value: Number(value),
        })),
      ),
    ),
  );
}

/** A metric query: which values, and which statistic. */
export interface MetricQuestion {
  namespace: string;
  name: string;
  dimensions: Record<string, unknown>;
  statistic: string;
}

/** A statistic of one metric over all lines; null without values. */
export function figureOf(lines: readonly Line[], asked: MetricQuestion): number | null {
  const values = lines
    .flatMap(valuesOf)
    .filter(
      ({ namespace, name, dimensions }) =>
        namespace === asked.namespace &&
        name === asked.name &&
        JSON.stringify(dimensions) === JSON.stringify(asked.dimensions),
    )
    .map(({ value }) => value);
  return values.length === 0 ? null : statisticOf(asked.statistic, values);
}

function statisticOf(statistic: string, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (statistic === 'Sum') return sum;
  if (statistic === 'SampleCount') return values.length;
  if (statistic === 'Average') return sum / values.length;
  if (statistic === 'Maximum') return Math.max(...values);
  const [, percent] = /^p(\d+)$/.exec(statistic) ?? [];
  if (percent === undefined) throw new Error(`Unknown statistic: ${statistic}`);
  return percentile(values, Number(percent));
}
