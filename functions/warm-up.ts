/**
 * One read while Lambda initialises a function, with a whole CPU whatever share of one its memory
 * gives it in calls: opens the connection and warms the code that every call needs.
 */
import type { Ports } from '../lib/self-service/ports.ts';

/** A table that does not answer holds the function up no longer than this. */
const WARM_UP_TIMEOUT_MS = 1000;

/** Reads nobody's record. Never fails: the first call finds out, and says, what is wrong. */
export async function warmUp(openPorts: (signal: AbortSignal) => Ports): Promise<void> {
  try {
    // No account has an empty subject.
    await openPorts(AbortSignal.timeout(WARM_UP_TIMEOUT_MS)).store.find('');
  } catch {
    // Nobody waits for this answer.
  }
}
