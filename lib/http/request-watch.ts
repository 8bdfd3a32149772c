/**
 * What one request did, counted while it runs and told in one line when it is answered. Knows no
 * CloudWatch: the form of the line is lib/metrics.ts's.
 */
import { isThrottled } from '../aws-faults.ts';
import type { Ports } from '../domain/current-user.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { UserDirectory, UserStore } from '../domain/ports.ts';
import { MAX_VALUES, type Measurements } from '../metrics.ts';

/** Watches one request from its first line on. */
export interface RequestWatch {
  /** The same ports, each call of which is timed. */
  timed: (ports: Ports) => Ports;
  /** Takes what the use cases report. */
  note: (event: DomainEvent) => void;
  /** What came of it; `code` is that of a refusal. */
  measured: (answer: { status: number; code: ErrorCode | null }) => Measurements;
}

/** Starts to watch a request; `isCold` for the first one of an environment. */
export function watchRequest(isCold: boolean): RequestWatch {
  const start = performance.now();
  const store: number[] = [];
  const directory: number[] = [];
  const intentAges: number[] = [];
  const counts = { WRITE_CONFLICT: 0, ACCOUNT_PROVISIONED: 0 };
  let throttles = 0;
  const onDirectoryError = (error: unknown) => {
    if (error instanceof Error && isThrottled(error.cause)) throttles += 1;
  };
  return {
    timed: (ports) => ({
      ...ports,
      store: timedStore(ports.store, store),
      directory: timedDirectory(ports.directory, directory, onDirectoryError),
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
      ...(store.length > 0 && { StoreLatency: store }),
      ...(directory.length > 0 && { DirectoryLatency: directory }),
      ...(throttles > 0 && { DirectoryThrottles: throttles }),
      ...(isCold && { ColdStarts: 1 }),
      ...(counts.WRITE_CONFLICT > 0 && { WriteConflicts: counts.WRITE_CONFLICT }),
      ...(counts.ACCOUNT_PROVISIONED > 0 && { AccountsProvisioned: counts.ACCOUNT_PROVISIONED }),
      ...(intentAges.length > 0 && { IntentAge: intentAges }),
      ...(code === 'privileged_field' && { PrivilegedAttempts: 1 }),
    }),
  };
}

function timedStore(store: UserStore, times: number[]): UserStore {
  return {
    find: timed(store.find.bind(store), times),
    create: timed(store.create.bind(store), times),
    replace: timed(store.replace.bind(store), times),
    remove: timed(store.remove.bind(store), times),
  };
}

function timedDirectory(
  directory: UserDirectory,
  times: number[],
  onError: (error: unknown) => void,
): UserDirectory {
  return {
    find: timed(directory.find.bind(directory), times, onError),
    setNames: timed(directory.setNames.bind(directory), times, onError),
    setEnabled: timed(directory.setEnabled.bind(directory), times, onError),
    setPassword: timed(directory.setPassword.bind(directory), times, onError),
    signOutEverywhere: timed(directory.signOutEverywhere.bind(directory), times, onError),
  };
}

function timed<Args extends unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
  times: number[],
  onError: (error: unknown) => void = () => {},
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const start = performance.now();
    try {
      return await call(...args);
    } catch (error) {
      onError(error);
      throw error;
    } finally {
      if (times.length < MAX_VALUES) times.push(rounded(performance.now() - start));
    }
  };
}

/** To hundredths: more digits would be noise that is paid for by the byte. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
