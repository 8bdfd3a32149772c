/** Paces look-ups of the directory, whose quotas sign-ins share. */
import type { Runtime } from '../self-service/ports.ts';

/** Greatest numbers of look-ups. */
export interface Rates {
  /** Of people, per second: sign-ins share that quota. */
  lookupsPerSecond: number;
  /** Of app clients, per second: a fixed quota of the pool. */
  clientLookupsPerSecond: number;
}

/** Each waits for its turn to look something up. */
export interface RateLimits {
  person: () => Promise<void>;
  client: () => Promise<void>;
}

/** Limits by pauses before each look-up. */
export function createRateLimits(runtime: Runtime, rates: Rates): RateLimits {
  const limit = (perSecond: number) => async () => {
    const pauseMilliseconds = 1000 / perSecond;
    if (pauseMilliseconds >= 1) await runtime.sleep(pauseMilliseconds);
  };
  return { person: limit(rates.lookupsPerSecond), client: limit(rates.clientLookupsPerSecond) };
}
