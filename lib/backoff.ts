/** Exponential backoff, without jitter: callers that compete add their own. */

/** Bounds of the delays of one kind of retry, in milliseconds. */
export interface Backoff {
  first: number;
  longest: number;
}

/** Milliseconds to wait after the attempt of that number, from 1: twice as long each time. */
export function backoffDelay(attempt: number, { first, longest }: Backoff): number {
  return Math.min(longest, first * 2 ** (attempt - 1));
}
