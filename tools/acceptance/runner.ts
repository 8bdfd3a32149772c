/**
 * Tries promises one after the other, and removes what was made for them whatever happens. Knows no
 * cloud: what a promise is tried on is its own business.
 */
import { errorMessage } from '../support/progress.ts';

/** What was seen of a promise; the reason where it cannot be tried on this deployment. */
export interface Seen {
  outcome: 'held' | 'broken' | 'not tried';
  seen: string;
}

/** Something a deployment promises to whoever uses it, and how to try it. */
export interface AcceptancePromise<Context> {
  /** Short, permanent and unique; parts are separated by dots. */
  id: string;
  /** A sentence in the present tense. */
  text: string;
  expected: string;
  tried(context: Context): Promise<Seen>;
}

/** A promise after it was tried; `failed` where trying it came to no result. */
export interface PromiseResult extends Omit<AcceptancePromise<never>, 'tried'> {
  outcome: Seen['outcome'] | 'failed';
  seen: string;
}

/** All results of a run. */
export interface RunReport {
  results: PromiseResult[];
  /** True where the run was stopped before all promises were tried. */
  interrupted: boolean;
  /** What could not be removed. */
  left: string[];
}

/** Options of a run. */
export interface RunOptions<Context> {
  promises: readonly AcceptancePromise<Context>[];
  context: Context;
  /** Work around the promises that is no promise: whether it succeeds is only printed. */
  before?: () => Promise<void>;
  /** Not done after an interruption. */
  after?: () => Promise<void>;
  /** Removes everything that was made. @returns what is left */
  cleanUp(): Promise<string[]>;
  /** Stops the run after the promise that is being tried. */
  signal: AbortSignal;
  /** Receives lines of progress. */
  print(line: string): void;
}

const EXIT_HELD = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
const EXIT_BROKEN = 3;

/** Tries every promise in order, and cleans up. Never throws: a report says what went wrong. */
export async function tryPromises<Context>(options: RunOptions<Context>): Promise<RunReport> {
  const { promises, context, before, after, cleanUp, signal, print } = options;
  const attempt = (work: () => Promise<void>) =>
    work().catch((error: unknown) => print(`Failed: ${errorMessage(error)}`));
  const results: PromiseResult[] = [];
  if (before) await attempt(before);
  for (const [index, promise] of promises.entries()) {
    if (signal.aborted) break;
    const result = await tryOne(promise, context);
    results.push(result);
    const detail = result.outcome === 'held' ? '' : `: ${result.seen}`;
    print(`${index + 1}/${promises.length} ${result.id}: ${result.outcome}${detail}`);
  }
  if (after && !signal.aborted) await attempt(after);
  print('Removing what was made');
  const left = await cleanUp().catch((error: unknown) => [errorMessage(error)]);
  return { results, interrupted: results.length < promises.length, left };
}

async function tryOne<Context>(
  { tried, ...promise }: AcceptancePromise<Context>,
  context: Context,
): Promise<PromiseResult> {
  try {
    return { ...promise, ...(await tried(context)) };
  } catch (error) {
    return { ...promise, outcome: 'failed', seen: errorMessage(error) };
  }
}

/** A broken promise counts for more than one that could not be tried, or than remains. */
export function exitCode({ results, interrupted, left }: RunReport): number {
  if (results.some(({ outcome }) => outcome === 'broken')) return EXIT_BROKEN;
  const failed = results.some(({ outcome }) => outcome === 'failed');
  return failed || interrupted || left.length > 0 ? EXIT_FAILED : EXIT_HELD;
}
