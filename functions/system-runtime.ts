/** System clock, randomness and UUIDs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '../lib/self-service/ports.ts';

export const systemRuntime: Runtime = {
  nowSeconds: () => Math.floor(Date.now() / 1000),
  sleep: (milliseconds) => sleep(milliseconds),
  random: Math.random,
  uuid: () => crypto.randomUUID(),
};
