/** What people and operators do in a history, and what each act writes where it succeeds. */
import type { JsonValue } from '../../lib/account/metadata.ts';
import type { Caller } from '../../lib/self-service/caller.ts';
import { getMe, patchMe } from '../../lib/self-service/current-user.ts';
import { RULES } from '../support/builders.ts';
import { type Act, drawName, onlyKinds, type Setting } from './act.ts';
import { operation } from './operator-acts.ts';
import type { Chance } from './scheduler.ts';
import { type Actor, REFUSED_PASSWORD, type Session, SUBJECTS } from './world.ts';

/** What acts of one history are drawn from. */
export interface Cast {
  actors: Actor[];
  /** Virtual milliseconds within which all acts begin. */
  spanMs: number;
  /** Bit by bit, which kinds of acts happen: a few kinds alone meet each other more often. */
  kinds: number;
}

/** Draws an act of somebody on one of the accounts. */
export function drawAct(chance: Chance, number: number, { actors, spanMs, kinds }: Cast): Act {
  // Most happens on one account: that is where acts meet.
  const actor = chance.happens(0.6) ? (actors[0] ?? 'ada') : chance.pick(actors);
  const startMs = chance.between(0, spanMs);
  if (chance.happens(0.3)) return operation(chance, number, actor, startMs, kinds);
  const session = chance.pick(['session-1', 'session-2', 'new', 'latest']);
  const body = chance.happens(0.25) ? null : drawBody(chance, number, actor, kinds);
  const subject = SUBJECTS[actor];
  const settings = settingsOf(body ?? {});
  return {
    name: `${number} ${actor} ${session} ${body === null ? 'GET' : `PATCH ${JSON.stringify(body)}`}`,
    subject,
    startMs,
    session,
    settings,
    endsSessions: body?.['password'] !== undefined,
    deletes: false,
    reads: true,
    isGet: body === null,
    async run(ports, signedIn) {
      if (signedIn === null) return;
      const request = { caller: callerOf(signedIn), report: () => {} };
      return body === null
        ? await getMe(ports, RULES, request)
        : await patchMe(ports, RULES, request, { body, mode: 'replace' }, () => {});
    },
  };
}

/** The caller that a session's tokens make. */
export function callerOf({ directoryName, ...session }: Session): Caller {
  const common = { ...session, writeDenial: null };
  return directoryName === null
    ? { ...common, kind: 'service', directoryName }
    : { ...common, kind: 'person', directoryName };
}

function drawEmail(chance: Chance, number: number): string {
  return `${drawName(chance, number)}@example.com`;
}

type Body = Record<string, JsonValue>;

function drawBody(chance: Chance, number: number, actor: Actor, mask: number): Body {
  const profile = (): Body => ({
    [chance.pick(['name', 'company', 'job_title'])]: `text ${number}`,
    ...(chance.happens(0.2) ? { metadata: { number } } : {}),
  });
  const password = (): Body => ({
    password: chance.happens(0.15) ? REFUSED_PASSWORD : `Password-${number}`,
  });
  // All else is refused.
  if (['eve', 'reports'].includes(actor) && chance.happens(0.8)) return profile();
  const kinds: (() => Body)[] = [
    profile,
    () => ({ username: drawName(chance, number) }),
    () => ({ username: drawName(chance, number), ...profile() }),
    () => ({ email: drawEmail(chance, number) }),
    () => ({ username: drawName(chance, number), email: drawEmail(chance, number) }),
    () => ({ username: drawName(chance, number), email: null }),
    password,
    () => ({ ...password(), username: drawName(chance, number) }),
    // Back to the first name, which may rest for its owner by then.
    () => ({
      username: actor,
      ...(chance.happens(0.5) ? { password: REFUSED_PASSWORD } : profile()),
    }),
    () => ({ ...password(), email: drawEmail(chance, number), ...profile() }),
  ];
  const rootKinds: (() => Body)[] = [
    () => ({ is_active: false }),
    () => ({ is_superuser: false }),
    () => ({ is_superuser: false, username: drawName(chance, number) }),
    () => ({ is_active: false, ...profile() }),
    () => ({ password_expired: chance.happens(0.5) }),
  ];
  const all = actor === 'root' || actor === 'chief' ? [...kinds, ...rootKinds] : kinds;
  return chance.pick(onlyKinds(all, mask))();
}

function settingsOf(body: Body): Setting[] {
  // A null leaves the e-mail as it is.
  const sent = Object.entries(body).filter(([, value]) => value !== null);
  const settings = sent.map(([field, value]) => ({
    field,
    value: field === 'metadata' ? JSON.stringify(value) : value,
  }));
  // A password that was set is not expired.
  const isSet = 'password' in body;
  return isSet ? [...settings, { field: 'password_expired', value: false }] : settings;
}
