/** What the gate adds to the emulator, in the order in which a request meets it. */
import { cognitoBehaviours } from './cognito.ts';
import type { Behaviour } from './gate.ts';
import { createLambdaProxy } from './rest-lambda-proxy.ts';
import { fillInRequestId } from './rest-mock-context.ts';
import { limitRequestSize } from './rest-request-size.ts';
import { refuseForeignSignature } from './rest-unknown-path.ts';

/** The behaviours of one cloud. @param stateFolder of the emulator */
export function createBehaviours(stateFolder: string): Behaviour[] {
  return [...restBehaviours(), ...cognitoBehaviours(stateFolder)];
}

function restBehaviours(): Behaviour[] {
  return [limitRequestSize, refuseForeignSignature, createLambdaProxy(), fillInRequestId];
}
