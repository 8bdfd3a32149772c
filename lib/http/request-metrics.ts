/**
 * What one request did, counted while it runs and told in one line when it is answered. Knows no
 * CloudWatch: the form of the line is lib/metrics.ts's.
 */

import { type ProblemCode, UnavailableError } from '../account/errors.ts';
import { isThrottled } from '../aws-errors.ts';
import { type DependencyCall, MAX_VALUES, type Measurements, type MetricName } from '../metrics.ts';
import type { DomainEvent } from '../self-service/events.ts';
import type { Ports, UserDirectory, UserStore } from '../self-service/ports.ts';

/** Watches one request from its first line on. */
export interface RequestMetrics {
  /** The same ports, each call of which is timed. */
  timed: (ports: Ports) => Ports;
  /** Takes what the use cases report. */
  note: (event: DomainEvent) => void;
  /** What came of it; `code` is that of a refusal. */
  measured: (answer: { status: number; code: ProblemCode | null }) => Measurements;
  /** The calls so far. */
  calls: readonly DependencyCall[];
}

/** Starts to watch a request; `isCold` for the first one of an environment. */
export function startRequestMetrics(isCold: boolean): RequestMetrics {
  const start = performance.now();
  const calls: DependencyCall[] = [];
  const intentAges: number[] = [];
  const counts = { WRITE_CONFLICT: 0, ACCOUNT_PROVISIONED: 0 };
  let throttles = 0;
  const noteCall = (to: DependencyCall['to']) => (start: number, error: unknown) => {
    const failed = error instanceof UnavailableError;
    if (failed && to === 'directory' && isThrottled(error.cause)) throttles += 1;
    const startedAt = performance.timeOrigin + start;
    calls.push({ to, startedAt, milliseconds: rounded(performance.now() - start), failed });
  };
  const timesOf = (to: DependencyCall['to']) =>
    calls.filter((call) => call.to === to).map(({ milliseconds }) => milliseconds);
  return {
    calls,
    timed: (ports) => ({
      ...ports,
      store: timedStore(ports.store, noteCall('store')),
      directory: timedDirectory(ports.directory, noteCall('directory')),
    }),
    note: (event) => {
      if (event.event === 'WRITE_CONFLICT' || event.event === 'ACCOUNT_PROVISIONED') {
        counts[event.event] += 1;
      }
      if (event.event === 'INTENT_FINISHED') intentAges.push(event.ageSeconds);
    },
    measured: ({ status, code }) => ({
      Latency: rounded(performance.now() - start),
      ClientErrors: status >= 400 && status < 500 ? 1 : 0,
      ServerErrors: status >= 500 ? 1 : 0,
      ...given('StoreLatency', timesOf('store')),
      ...given('DirectoryLatency', timesOf('directory')),
      ...(throttles > 0 && { DirectoryThrottles: throttles }),
      ...(isCold && { ColdStarts: 1 }),
      ...(counts.WRITE_CONFLICT > 0 && { WriteConflicts: counts.WRITE_CONFLICT }),
      ...(counts.ACCOUNT_PROVISIONED > 0 && { AccountsProvisioned: counts.ACCOUNT_PROVISIONED }),
      ...given('IntentAge', intentAges),
      ...(code === 'privileged_field' && { PrivilegedAttempts: 1 }),
    }),
  };
}

/** The values of a metric, if there are any. */
function given(name: MetricName, values: number[]): Measurements {
  return values.length > 0 ? { [name]: values.slice(0, MAX_VALUES) } : {};
}

/** Takes when a call began, and how it failed, or null. */
type CallEnd = (start: number, error: unknown) => void;

function timedStore(store: UserStore, onEnd: CallEnd): UserStore {
  return {
    find: timed(store.find.bind(store), onEnd),
    create: timed(store.create.bind(store), onEnd),
    replace: timed(store.replace.bind(store), onEnd),
    remove: timed(store.remove.bind(store), onEnd),
  };
}

function timedDirectory(directory: UserDirectory, onEnd: CallEnd): UserDirectory {
  return {
    find: timed(directory.find.bind(directory), onEnd),
    setNames: timed(directory.setNames.bind(directory), onEnd),
    setEnabled: timed(directory.setEnabled.bind(directory), onEnd),
    setPassword: timed(directory.setPassword.bind(directory), onEnd),
    signOutEverywhere: timed(directory.signOutEverywhere.bind(directory), onEnd),
  };
}

function timed<Args extends unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
  onEnd: CallEnd,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const start = performance.now();
    try {
      const result = await call(...args);
      onEnd(start, null);
      return result;
    } catch (error) {
      onEnd(start, error);
      throw error;
    }
  };
}

/** To hundredths: more digits would be noise that is paid for by the byte. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
