/**
 * One history of one seed: several people and operators act at once on a few accounts while calls
 * go wrong. The same seed makes the same history.
 */
import {
  DirectoryRefusalError,
  ProblemError,
  RecordConflictError,
  UnavailableError,
} from '../../lib/account/errors.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { NOW, RULES } from '../support/builders.ts';
import { REST_SECONDS } from '../support/store-options.ts';
import type { Act } from './act.ts';
import { drawAct } from './acts.ts';
import { checkRead, type Violation } from './checks.ts';
import {
  type Ending,
  FAULTS,
  LATE_SECONDS,
  portsOf,
  SKEW_SECONDS,
  type Surroundings,
  startProcess,
} from './faults.ts';
import { finish } from './final-checks.ts';
import { createHistory, type History, noteSession, signIn } from './history.ts';
import { watchNotices } from './notices-watch.ts';
import { watchRules } from './rules-watch.ts';
import { chanceOf, createScheduler } from './scheduler.ts';
import { watchVersions } from './versions-watch.ts';
import { ACTORS, createWorld, LOCAL, SUBJECTS } from './world.ts';

/** How a history is run. */
export interface SimulationOptions {
  /** Seconds within which a call that was given up is carried out. @default LATE_SECONDS */
  lateSeconds?: number;
  /** What the service does where people have to prove new addresses. @default 'verified' */
  emailChange?: 'immediate' | 'verified';
  /** Numbers of the acts that happen. @default all */
  only?: ReadonlySet<number>;
  /** Takes the history, line by line. */
  onLine?: (line: string) => void;
}

export interface Outcome {
  seed: number;
  violations: Violation[];
  /** Numbers of the acts. */
  acts: number[];
}

/** Runs the history of a seed. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const chance = chanceOf(seed);
  const scheduler = createScheduler();
  const world = createWorld(chanceOf(seed + 0.5));
  const provesEmails = chanceOf(seed + 0.25).happens(0.4);
  world.directory.keepsUnproven = provesEmails && options.emailChange !== 'immediate';
  world.store.rest.nowSeconds = () => Math.floor(NOW + scheduler.nowMs / 1000);
  world.store.rest.releasedNameRestSeconds = chance.pick([5, 60, REST_SECONDS]);
  const weather = {
    faults: chance.pick([0, 0.02, 0.05, 0.1, 0.2]),
    kinds: chance.happens(0.4) ? FAULTS : ([chance.pick(FAULTS), 'late'] as const),
    slow: chance.pick([0, 0.02, 0.1, 0.3]),
    slowMs: chance.pick([200, 1000, 4000]),
    lateSeconds: options.lateSeconds ?? LATE_SECONDS,
  };
  const { onLine } = options;
  const note: Surroundings['note'] = onLine
    ? (process, text) =>
        onLine(readable(`${scheduler.nowMs.toFixed().padStart(7)} ${process}: ${text()}`))
    : () => {};
  const violations: Violation[] = [];
  const watchOfRules = watchRules(world.store, violations, provesEmails);
  const watchOfVersions = watchVersions(world.store, violations);
  const notices = watchNotices(world, violations);
  const surroundings: Surroundings = {
    scheduler,
    weather,
    ports: world,
    note,
    watch: (landing) => {
      watchOfRules(landing);
      watchOfVersions();
      notices.watch(landing);
    },
    fails: notices.fails,
  };
  const history = createHistory(chanceOf(seed ^ 0x5eed), world, surroundings, violations);

  const others = ACTORS.filter(() => chance.happens(0.4));
  const actors = [chance.pick(chance.happens(0.7) ? LOCAL : ACTORS), ...others];
  const cast = {
    actors,
    provesEmails,
    rules: {
      ...RULES,
      emailChange: provesEmails ? (options.emailChange ?? 'verified') : 'immediate',
    } as const,
    spanMs: chance.pick([30, 300, 3000, 30_000, 90_000]),
    kinds: chance.happens(0.3) ? 0xffffffff : Math.floor(chance.next() * 0xffffffff),
  };
  const count = 2 + Math.floor(chance.next() * 11);
  const acts = Array.from({ length: count }, (_, number) => {
    // Its own chance, so that an act is the same whichever others happen.
    const own = chanceOf(Math.imul(seed, 131) + number * 7919 + 17);
    const act = drawAct(own, number, cast);
    return { act, number, own };
  });
  for (const { act, number, own } of acts) {
    if (options.only && !options.only.has(number)) continue;
    history.subjects.add(act.subject);
    scheduler.after(act.startMs, () => begin(history, act, own));
  }
  await scheduler.run();
  await finish(history);
  checkReads(history);
  return { seed, violations: history.violations, acts: acts.map(({ number }) => number) };
}

function begin(history: History, act: Act, own: ReturnType<typeof chanceOf>): void {
  const { surroundings, world } = history;
  const sessions = world.sessions.filter(({ subject }) => subject === act.subject);
  const isNew = act.session === 'new';
  const signedIn = isNew
    ? signIn(history, act.subject, `session-of-${act.name.split(' ')[0]}`, own.happens(0.5))
    : act.session === 'latest'
      ? sessions.at(-1)
      : sessions.find(({ originJti }) => originJti === act.session);
  const session = signedIn ?? (act.session === null ? null : (sessions[0] ?? null));
  const given = {
    name: act.name,
    chance: own,
    skewSeconds: own.between(-SKEW_SECONDS, SKEW_SECONDS),
    isOperator: act.session === null,
  };
  surroundings.note(act.name, () => `begins, clock ${given.skewSeconds.toFixed(1)} s ahead`);
  startProcess(
    surroundings,
    given,
    (process) => act.run(portsOf(surroundings, process), session),
    (ending) => end(history, act, session?.originJti ?? null, ending),
  );
}

function end(history: History, act: Act, originJti: string | null, ending: Ending): void {
  const { scheduler, note } = history.surroundings;
  const text = ending.status === 'failed' ? `fails with ${ending.error}` : `is ${ending.status}`;
  note(act.name, () => text);
  const { subject, startMs, name: by } = act;
  const { nowMs } = scheduler;
  if (originJti !== null) noteSession(history, act, originJti, ending);
  const isRefused = isRefusal(ending, act);
  // An operator's command may be refused when its first step is done, as when somebody deletes.
  const mayEnd = act.endsSessions && (!isRefused || act.session === null);
  if (mayEnd) history.endingAttempts.push(subject);
  if (isRefused) return;
  if (ending.status === 'failed' && !isKnown(ending.error, act)) {
    const { error } = ending;
    const detail = `${act.name}: ${error instanceof Error ? error.stack : error}`;
    history.violations.push({ kind: 'unexpected_error', detail });
  }
  const endMs = ending.status === 'done' ? nowMs : Infinity;
  for (const { isLater = false, ...setting } of act.settings) {
    const moment = { startMs, endMs: isLater ? Infinity : endMs };
    history.writes.push({ subject, by, ...moment, ...setting });
  }
  if (act.deletes) history.deletions.push({ subject, endMs });
  if (ending.status !== 'done') return;
  if (act.endsSessions) {
    history.endings.push({ by, subject, startMs, exemptOriginJti: originJti });
  }
  if (act.reads && ending.value) {
    history.reads.push({ by, startMs, endMs, record: ending.value as never });
  }
}

/** What `getMe` documents. */
const READ_REFUSALS = [
  'account_not_found',
  'service_account_not_registered',
  'session_revoked',
  'account_inactive',
];

function isRefusal(ending: Ending, act: Act): boolean {
  if (ending.status !== 'failed') return false;
  const { error } = ending;
  if (error instanceof ProblemError && act.isGet) return READ_REFUSALS.includes(error.code);
  return [ProblemError, OperationError].some((E) => error instanceof E);
}

function isKnown(error: unknown, act: Act): boolean {
  if (error instanceof UnavailableError) return true;
  // Met by who is deleted between setting a password and the end of their sessions.
  if (error instanceof DirectoryRefusalError) return error.reason === 'not_found';
  return act.session === null && error instanceof RecordConflictError;
}

/** What was answered meanwhile, of accounts that nobody deletes. */
function checkReads(history: History): void {
  const deleted = new Set(history.deletions.map(({ subject }) => subject));
  for (const read of history.reads) {
    if (deleted.has(read.record.subject)) continue;
    history.violations.push(...checkRead(history.writes, read, 'read'));
  }
}

/** With names of actors in place of their ids. */
function readable(line: string): string {
  return Object.entries(SUBJECTS).reduce(
    (text, [actor, subject]) => text.replaceAll(subject, actor),
    line,
  );
}
