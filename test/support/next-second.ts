/** Waits for the next second: sign-in times have no finer resolution. */
import { setTimeout as sleep } from 'node:timers/promises';

export const nextSecond = () => sleep(1010 - (Date.now() % 1000));
