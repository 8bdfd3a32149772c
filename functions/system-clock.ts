/** Time, chance and ids of the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/domain/ports.ts';

export const systemClock: Clock = {
  nowSeconds: () => Math.floor(Date.now() / 1000),
  sleep: (milliseconds) => sleep(milliseconds),
  random: Math.random,
  uuid: () => crypto.randomUUID(),
};
