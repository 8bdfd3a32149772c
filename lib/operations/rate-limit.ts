/** Paces look-ups of the directory, whose quotas sign-ins share. */
import type { Runtime } from '../self-service/ports.ts';

/** Waits before each call, so that there are at most that many in a second. */
export function createRateLimit(runtime: Runtime, perSecond: number): () => Promise<void> {
  const pauseMilliseconds = 1000 / perSecond;
  return async () => {
    if (pauseMilliseconds >= 1) await runtime.sleep(pauseMilliseconds);
  };
}
