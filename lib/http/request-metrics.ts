/**
 * Measures one request while it runs, for the one line that is logged when it is completed. Knows no
 * CloudWatch: the form of the line is lib/metrics.ts's.
 */

import { type ProblemCode, UnavailableError } from '../account/errors.ts';
import { isThrottled } from '../aws-errors.ts';
import { type DependencyCall, MAX_VALUES, type Measurements, type MetricName } from '../metrics.ts';
import { decoratePort, type PortMethods } from '../port-decorator.ts';
import type { DomainEvent } from '../self-service/events.ts';
import type { Ports } from '../self-service/ports.ts';

/** Measures one request from its first line on. */
export interface RequestMetrics {
  /** The same ports, each call of which is timed. */
  instrument: (ports: Ports) => Ports;
  /** Counts what the use cases report. */
  record: (event: DomainEvent) => void;
  /** Everything measured so far; `code` is that of a problem. */
  toMetrics: (outcome: { status: number; code: ProblemCode | null }) => Measurements;
  /** The calls so far. */
  calls: readonly DependencyCall[];
}

/** Starts to measure a request; `isCold` for the first one of an environment. */
export function startRequestMetrics(isCold: boolean): RequestMetrics {
  const start = performance.now();
  const calls: DependencyCall[] = [];
  const intentAges: number[] = [];
  const counts = { WRITE_CONFLICT: 0, ACCOUNT_PROVISIONED: 0, NOTICE_FAILED: 0 };
  const isCounted = (event: DomainEvent): event is DomainEvent & { event: keyof typeof counts } =>
    event.event in counts;
  let throttles = 0;
  const startCall = (to: DependencyCall['to']) => {
    // Two clocks: the monotonic one measures, but falls behind the time while Lambda freezes the function.
    const startedAt = Date.now();
    const began = performance.now();
    return (error: unknown) => {
      const failed = error instanceof UnavailableError;
      if (failed && to === 'directory' && isThrottled(error.cause)) throttles += 1;
      calls.push({ to, startedAt, milliseconds: rounded(performance.now() - began), failed });
    };
  };
  const timed = <Port extends PortMethods<Port>>(to: DependencyCall['to'], port: Port): Port =>
    decoratePort(async (invoke) => {
      const endCall = startCall(to);
      try {
        const result = await invoke(port);
        endCall(null);
        return result;
      } catch (error) {
        endCall(error);
        throw error;
      }
    });
  const timesOf = (to: DependencyCall['to']) =>
    calls.filter((call) => call.to === to).map(({ milliseconds }) => milliseconds);
  return {
    calls,
    instrument: (ports) => ({
      ...ports,
      store: timed('store', ports.store),
      directory: timed('directory', ports.directory),
    }),
    record: (event) => {
      if (isCounted(event)) counts[event.event] += 1;
      if (event.event === 'INTENT_FINISHED') intentAges.push(event.ageSeconds);
    },
    toMetrics: ({ status, code }) => ({
      Latency: rounded(performance.now() - start),
      ClientErrors: status >= 400 && status < 500 ? 1 : 0,
      ServerErrors: status >= 500 ? 1 : 0,
      ...optionalMetric('StoreLatency', timesOf('store')),
      ...optionalMetric('DirectoryLatency', timesOf('directory')),
      ...(throttles > 0 && { DirectoryThrottles: throttles }),
      ...(isCold && { ColdStarts: 1 }),
      ...(counts.WRITE_CONFLICT > 0 && { WriteConflicts: counts.WRITE_CONFLICT }),
      ...(counts.ACCOUNT_PROVISIONED > 0 && { AccountsProvisioned: counts.ACCOUNT_PROVISIONED }),
      ...(counts.NOTICE_FAILED > 0 && { NoticesFailed: counts.NOTICE_FAILED }),
      ...optionalMetric('IntentAge', intentAges),
      ...(code === 'privileged_field' && { PrivilegedAttempts: 1 }),
      ...(code === 'too_many_attempts' && { NameProbes: 1 }),
    }),
  };
}

/** A metric with these values, or none where there are none. */
function optionalMetric(name: MetricName, values: number[]): Measurements {
  return values.length > 0 ? { [name]: values.slice(0, MAX_VALUES) } : {};
}

/** Rounds to 0.01 ms; further digits are noise and cost log bytes. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
