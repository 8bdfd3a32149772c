/** Ctrl-C in the account tool: one sentence and exit code 130, and no change left half done. */

/** Exit code of a command that was interrupted. */
export const EXIT_INTERRUPTED = 130;
/** How long a change that was begun may go on after Ctrl-C. */
const PATIENCE_MS = 10_000;

/** The command was interrupted; its message is the sentence to print. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** What goes on. */
interface Activity {
  /** True while a change is under way that is better finished. */
  isBusy: () => boolean;
  /** What is said of an end now. */
  sentence: () => string;
  /** Prints what would be lost. */
  last?: () => void;
}

const IDLE: Activity = {
  isBusy: () => false,
  sentence: () => 'Interrupted: nothing was changed.',
};

let activity = IDLE;
let isStopping = false;

/** Says what goes on from now on. */
export function during(next: Activity): void {
  activity = next;
}

/** True once the operator wants the command to end: it is to begin no other change. */
export function isInterrupted(): boolean {
  return isStopping;
}

/**
 * Ends the process at the first signal: at once, or once the change is made that is under way. npm sends
 * every signal twice, so that others mean nothing.
 */
export function endOnSignals(): void {
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    if (!activity.isBusy()) end();
    setTimeout(end, PATIENCE_MS).unref();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

/** Prints the sentence of what goes on, and ends the process. */
export function end(): never {
  activity.last?.();
  process.stderr.write(`${activity.sentence()}\n`);
  process.exit(EXIT_INTERRUPTED);
}
