/** What the gate adds to the emulator, in the order in which a request meets it. */
import { cognitoBehaviours } from './cognito.ts';
import type { Behaviour } from './gate.ts';

/** The behaviours of one cloud. @param stateFolder of the emulator */
export function createBehaviours(stateFolder: string): Behaviour[] {
  return [...cognitoBehaviours(stateFolder)];
}
