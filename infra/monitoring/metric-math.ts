/** One metric made of several, any of which may have no data. */
import type { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** One value from several metrics, any of which may have no data. */
export function sumOrMax(
  how: 'SUM' | 'MAX',
  metrics: Record<string, Metric>,
  label: string,
  period: Duration,
) {
  return new MathExpression({ label, ...aggregate(how, metrics, label), period });
}

/**
 * The expression that aggregates metrics, and the metrics under the ids that it uses. The suffix
 * keeps ids apart: within one graph or expression, each metric needs its own.
 */
export function aggregate(how: 'SUM' | 'MAX', metrics: Record<string, Metric>, idSuffix: string) {
  const usingMetrics = Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [`${name}${idSuffix}`, metric]),
  );
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  return { expression: `${how}([${filled.join(', ')}])`, usingMetrics };
}
