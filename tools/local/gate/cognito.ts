/** What the gate adds to user pools, in the order in which a request meets it. */
import { readObservations } from './aws-observations.ts';
import { createClock } from './clock.ts';
import { createAccessTokenChecks } from './cognito-access-tokens.ts';
import { createAliasChecks } from './cognito-aliases.ts';
import { createClientPools } from './cognito-client-pools.ts';
import { createCookieSignIns } from './cognito-cookie-sign-in.ts';
import { createDisabledUserChecks } from './cognito-disabled-users.ts';
import { createHostedSignIn } from './cognito-hosted-sign-in.ts';
import { createTokenKeys } from './cognito-jwt.ts';
import { createMailbox } from './cognito-mail.ts';
import { createQuotas } from './cognito-quotas.ts';
import { createSessionManagement } from './cognito-session-api.ts';
import { createSessionStore } from './cognito-session-store.ts';
import { createSignInNames } from './cognito-sign-in-names.ts';
import { createTemporaryPasswords } from './cognito-temporary-passwords.ts';
import { createTokenLifecycle } from './cognito-tokens.ts';
import { createEmailVerification } from './cognito-verification.ts';
import { createWriteAttributeChecks } from './cognito-write-attributes.ts';
import type { Behaviour } from './gate.ts';
import { createGateControl } from './gate-control.ts';

/** The behaviours of one cloud's pools. @param stateFolder where the emulator keeps signing keys */
export function cognitoBehaviours(stateFolder: string): Behaviour[] {
  const clock = createClock();
  const observations = readObservations();
  const keys = createTokenKeys(stateFolder);
  const mailbox = createMailbox(clock);
  const poolOfClient = createClientPools();
  const quotas = createQuotas(clock);
  const store = createSessionStore(clock);
  const management = createSessionManagement(store);
  const cookieSignIns = createCookieSignIns({ store, keys, clock, observations });
  return [
    createGateControl({ clock, quotas, observations }),
    mailbox.behaviour,
    quotas.behaviour,
    createSignInNames(poolOfClient),
    createAccessTokenChecks({ store, keys, clock }),
    management.behaviour,
    createHostedSignIn({ store, clock, management, cookieSignIns }),
    createTokenLifecycle({ store, keys, clock }),
    createTemporaryPasswords(clock, poolOfClient),
    createDisabledUserChecks(observations),
    createWriteAttributeChecks(),
    createEmailVerification({ clock, mailbox, observations }),
    createAliasChecks(observations),
  ];
}
