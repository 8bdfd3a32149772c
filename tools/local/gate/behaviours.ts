/** What the gate adds to the emulator, in the order in which a request meets it. */
import { readObservations } from './aws-observations.ts';
import { createAliasChecks } from './cognito-aliases.ts';
import { createSignInNames } from './cognito-sign-in-names.ts';
import type { Behaviour } from './gate.ts';

/** The behaviours of one cloud. */
export function createBehaviours(): Behaviour[] {
  return [...cognitoBehaviours()];
}

function cognitoBehaviours(): Behaviour[] {
  const observations = readObservations();
  return [
    createSignInNames(),
    createAliasChecks(observations),
  ];
}
