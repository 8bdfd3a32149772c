/**
 * One read while Lambda initialises a function, with a whole CPU whatever share of one its memory
 * gives it in calls: opens the connection and warms the code that every call needs.
 */
import type { Ports } from '../lib/self-service/ports.ts';

/** Upper bound on the delay an unresponsive table adds to initialisation. */
const WARM_UP_TIMEOUT_MS = 1000;

/** The subject of no token and of no account. */
export const NO_SUBJECT = '';

/** Reads a record that nobody has. Never fails. */
export async function warmUp(openPorts: (signal: AbortSignal) => Ports): Promise<void> {
  try {
    await openPorts(AbortSignal.timeout(WARM_UP_TIMEOUT_MS)).store.find(NO_SUBJECT);
  } catch {
    // Best effort: the first real request reports any failure.
  }
}
