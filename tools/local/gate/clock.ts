/** The gate's clock, which a test puts forward instead of waiting. */

/** A clock that only goes forward. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The machine's own time, by which tokens are issued, and checked by everybody else. */
  tokenTime(): number;
  /** Puts the clock forward. */
  advance(seconds: number): void;
}

/** A clock that shows the time of the machine until it is put forward. */
export function createClock(read: () => number = Date.now): Clock {
  let ahead = 0;
  return {
    now: () => read() + ahead,
    tokenTime: read,
    advance: (seconds) => {
      ahead += seconds * 1000;
    },
  };
}
