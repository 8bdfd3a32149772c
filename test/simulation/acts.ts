/** What people and operators do in a history, and what each act writes where it succeeds. */
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import type { JsonValue } from '../../lib/account/metadata.ts';
import type { UpdatePolicy } from '../../lib/self-service/account-update.ts';
import type { Caller } from '../../lib/self-service/caller.ts';
import { patchMe } from '../../lib/self-service/current-user.ts';
import { getMe } from '../../lib/self-service/own-account.ts';
import type { InMemoryDirectory } from '../support/in-memory-directory.ts';
import { type Act, drawName, onlyKinds, type Setting } from './act.ts';
import { operation } from './operator-acts.ts';
import type { Chance } from './scheduler.ts';
import { type Actor, REFUSED_PASSWORD, type Session, SUBJECTS, UNREAD_EMAIL } from './world.ts';

/** What acts of one history are drawn from. */
export interface Cast {
  actors: Actor[];
  /** Virtual milliseconds within which all acts begin. */
  spanMs: number;
  rules: UpdatePolicy;
  /** True where people have to prove new addresses, and some send one whose mail they cannot read. */
  provesEmails: boolean;
  /** Bit by bit, which kinds of acts happen: a few kinds alone meet each other more often. */
  kinds: number;
}

/** Draws an act of somebody on one of the accounts. */
export function drawAct(chance: Chance, number: number, cast: Cast): Act {
  const { actors, spanMs, kinds, rules, provesEmails } = cast;
  // Most happens on one account: that is where acts meet.
  const actor = chance.happens(0.6) ? (actors[0] ?? 'ada') : chance.pick(actors);
  const startMs = chance.between(0, spanMs);
  if (chance.happens(0.3)) return operation(chance, number, actor, startMs, kinds);
  if (provesEmails && chance.happens(0.25)) return proof(number, actor, startMs);
  const session = chance.pick(['session-1', 'session-2', 'new', 'latest']);
  const body = chance.happens(0.25) ? null : drawBody(chance, number, actor, cast);
  if (provesEmails && body?.['email'] && chance.happens(0.3)) body['email'] = UNREAD_EMAIL;
  const subject = SUBJECTS[actor];
  const settings = settingsOf(body ?? {}, provesEmails);
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
        ? await getMe(ports, rules, request)
        : await patchMe(ports, rules, request, { body, mode: 'replace' }, () => {});
    },
  };
}

/** Somebody enters the code of the newest mail that they can read. */
function proof(number: number, actor: Actor, startMs: number): Act {
  const name = `dir-${SUBJECTS[actor]}`;
  return {
    name: `${number} ${actor} proves an address`,
    subject: SUBJECTS[actor],
    startMs,
    // No request to the service.
    session: null,
    settings: [],
    endsSessions: false,
    deletes: false,
    reads: false,
    isGet: false,
    async run(ports) {
      // The port of the world, which has more than the service may call.
      const directory = ports.directory as InMemoryDirectory;
      const address = directory.unproven.get(name);
      if (address === undefined || address === UNREAD_EMAIL) return;
      await directory.prove(name, address).catch((error) => {
        if (!(error instanceof DirectoryRefusalError)) throw error;
      });
    },
  };
}

/** The caller that a session's tokens make. */
export function callerOf({ directoryName, ...session }: Session): Caller {
  const common = { ...session, writeDenial: null, scopes: [] };
  return directoryName === null
    ? { ...common, kind: 'service', directoryName }
    : { ...common, kind: 'person', directoryName };
}

function drawEmail(chance: Chance, number: number): string {
  return `${drawName(chance, number)}@example.com`;
}

type Body = Record<string, JsonValue>;

function drawBody(chance: Chance, number: number, actor: Actor, cast: Cast): Body {
  const { kinds: mask, provesEmails } = cast;
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
  // Takes back a change that waits to be proven.
  if (provesEmails) kinds.push(() => ({ email: `${actor}@example.com`, ...profile() }));
  const all = actor === 'root' || actor === 'chief' ? [...kinds, ...rootKinds] : kinds;
  return chance.pick(onlyKinds(all, mask))();
}

function settingsOf(body: Body, provesEmails: boolean): Setting[] {
  // A null leaves the e-mail as it is.
  const sent = Object.entries(body).filter(([, value]) => value !== null);
  const settings = sent.map(([field, value]) => ({
    field,
    value: field === 'metadata' ? JSON.stringify(value) : value,
    // Nobody knows when it will be proven.
    ...(field === 'email' && provesEmails ? { isLater: true } : {}),
  }));
  // A password that was set is not expired.
  const isSet = 'password' in body;
  return isSet ? [...settings, { field: 'password_expired', value: false }] : settings;
}
