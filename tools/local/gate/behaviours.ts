/** What the gate adds to the emulator, in the order in which a request meets it. */
import type { Behaviour } from './gate.ts';

/** The behaviours of one cloud. */
export function createBehaviours(): Behaviour[] {
  return [];
}
