/** What the gate adds to the emulator, in the order in which a request meets it. */
import { readObservations } from './aws-observations.ts';
import { createClock } from './clock.ts';
import { createAliasChecks } from './cognito-aliases.ts';
import { createDisabledUserChecks } from './cognito-disabled-users.ts';
import { createMailbox } from './cognito-mail.ts';
import { createQuotas } from './cognito-quotas.ts';
import { createSignInNames } from './cognito-sign-in-names.ts';
import { createTemporaryPasswords } from './cognito-temporary-passwords.ts';
import { createEmailVerification } from './cognito-verification.ts';
import type { Behaviour } from './gate.ts';
import { createGateControl } from './gate-control.ts';

/** The behaviours of one cloud. */
export function createBehaviours(): Behaviour[] {
  return [...cognitoBehaviours()];
}

function cognitoBehaviours(): Behaviour[] {
  const clock = createClock();
  const observations = readObservations();
  const mailbox = createMailbox(clock);
  const quotas = createQuotas(clock);
  return [
    createGateControl({ clock, quotas, observations }),
    mailbox.behaviour,
    quotas.behaviour,
    createSignInNames(),
    createTemporaryPasswords(clock),
    createDisabledUserChecks(observations),
    createEmailVerification({ clock, mailbox, observations }),
    createAliasChecks(observations),
  ];
}
