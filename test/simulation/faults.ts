/** Processes whose calls go wrong by chance: lost, late, cut short, under clocks that differ. */

import type { AccountRecord } from '../../lib/account/account-record.ts';
import { UnavailableError } from '../../lib/account/errors.ts';
import { FUNCTION_TIMEOUT_SECONDS, LEASE_SECONDS } from '../../lib/contract.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { NOW } from '../support/builders.ts';
import type { Landing } from './rules-watch.ts';
import type { Chance, Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

/** Most seconds by which a clock is ahead or behind. */
export const SKEW_SECONDS = 2;

/** Longest time after it was sent in which a lease still covers a call: docs/decisions/0024. */
export const LATE_SECONDS = LEASE_SECONDS - FUNCTION_TIMEOUT_SECONDS - 2 * SKEW_SECONDS - 1;

/** How much goes wrong in a history. */
export interface Weather {
  /** Probability that a call goes wrong. */
  faults: number;
  /** How they do: one kind of fault alone meets others of its kind more often. */
  kinds: readonly Fault[];
  /** Probability that a call, or its answer, is slow. */
  slow: number;
  /** Most milliseconds that it takes then. */
  slowMs: number;
  /** Seconds within which a call that was given up is carried out. */
  lateSeconds: number;
}

/** Nothing goes wrong. */
export const CALM: Weather = { faults: 0, kinds: [], slow: 0, slowMs: 0, lateSeconds: 0 };

/** How a process ended. */
export type Ending =
  | { status: 'done'; value: unknown }
  | { status: 'failed'; error: unknown }
  | { status: 'died' };

export interface Process {
  name: string;
  chance: Chance;
  skewSeconds: number;
  isOperator: boolean;
  ending: Ending | null;
  end(ending: Ending): void;
}

/** What processes run in. */
export interface Surroundings {
  scheduler: Scheduler;
  weather: Weather;
  ports: Omit<World, 'sessions'>;
  /** Told of every call when it has been carried out. */
  watch: (landing: Landing) => void;
  /** Told of every call that its process takes for failed. */
  fails: (call: Call) => void;
  /** Takes a line of the history. */
  note: (process: string, text: () => string) => void;
}

export const FAULTS = ['fails before', 'fails after', 'late', 'dies before', 'dies after'] as const;
type Fault = (typeof FAULTS)[number];

/** Starts a process, which dies when it has lived as long as a function may. */
export function startProcess(
  { scheduler }: Surroundings,
  given: Pick<Process, 'name' | 'chance' | 'skewSeconds' | 'isOperator'>,
  work: (process: Process) => Promise<unknown>,
  onEnd: (ending: Ending) => void,
): void {
  const started: Process = {
    ...given,
    ending: null,
    end(ending) {
      if (started.ending !== null) return;
      started.ending = ending;
      onEnd(ending);
    },
  };
  scheduler.after(FUNCTION_TIMEOUT_SECONDS * 1000, () => started.end({ status: 'died' }));
  work(started).then(
    (value) => started.end({ status: 'done', value }),
    (error) => started.end({ status: 'failed', error }),
  );
}

/** The ports as one process has them. */
export function portsOf(surroundings: Surroundings, process: Process): OperatorPorts {
  const { scheduler, ports } = surroundings;
  const wrapped = <Port extends object>(label: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, property) => {
        const member = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        const name = `${label}.${String(property)}`;
        return (...given: unknown[]) =>
          call(surroundings, process, { name, given }, () => member.apply(target, given));
      },
    });
  const index = wrapped('index', ports.index);
  return {
    store: wrapped('store', process.isOperator ? ports.store.forOperators : ports.store),
    directory: wrapped('directory', ports.directory),
    ...(ports.tellsOwners && { notices: wrapped('notices', ports.notices) }),
    admin: wrapped('admin', ports.admin),
    index: new Proxy(index, {
      get: (target, property) => (property === 'pages' ? pages : Reflect.get(target, property)),
    }),
    newPassword: () => `Aa1-${process.name}`,
    adminUsername: ports.adminUsername,
    reservedNames: ports.reservedNames,
    signInNames: ports.signInNames,
    runtime: {
      nowSeconds: () => Math.floor(NOW + scheduler.nowMs / 1000 + process.skewSeconds),
      // A wait is no call: nothing of it goes wrong.
      sleep: (milliseconds) =>
        new Promise((resolve) => scheduler.after(milliseconds, () => !process.ending && resolve())),
      random: process.chance.next,
      uuid: process.chance.uuid,
    },
  };

  async function* pages(from?: string | null) {
    const source = ports.index.pages(from)[Symbol.asyncIterator]();
    for (;;) {
      const what = { name: 'index.pages', given: [] };
      const page = await call(surroundings, process, what, () => source.next());
      if (page.done) return;
      yield page.value;
    }
  }
}

export interface Call {
  name: string;
  given: unknown[];
}

function call<Answer>(
  { scheduler, weather, note, watch, fails }: Surroundings,
  process: Process,
  what: Call,
  perform: () => Promise<Answer>,
): Promise<Answer> {
  const { chance } = process;
  return new Promise((resolve, reject) => {
    if (process.ending !== null) return;
    const there = delay(chance, weather);
    const back = delay(chance, weather);
    const fault = chance.happens(weather.faults) ? chance.pick(weather.kinds) : null;
    const text = (end: string) => () => `${what.name}(${inWords(what.given)}) ${end}`;
    const answer = (milliseconds: number, give: () => void) =>
      scheduler.after(milliseconds, () => process.ending === null && give());
    const fail = (milliseconds: number, settled: boolean) =>
      answer(milliseconds, () => {
        note(process.name, text('is not answered'));
        fails(what);
        reject(new UnavailableError(`${what.name} ${fault}`, { settled }));
      });
    const land = (how: string) => {
      const done = perform();
      const { name, isOperator } = process;
      watch({ process: name, isOperator, call: what.name, given: what.given });
      done.then(
        () => note(process.name, text(how)),
        (error) => note(process.name, text(`${how}: ${error}`)),
      );
      return done;
    };
    if (fault === 'dies before') {
      note(process.name, text('dies before'));
      process.end({ status: 'died' });
    } else if (fault === 'fails before') fail(there + back, true);
    else if (fault === 'late') {
      // Most harm is done at the very end.
      const share = chance.happens(0.5) ? chance.between(0.8, 1) : chance.next();
      scheduler.after(share * weather.lateSeconds * 1000, () => {
        void land('lands late');
      });
      fail(chance.between(there, 3000), false);
    } else {
      scheduler.after(there, () => {
        const done = land(fault ?? '');
        if (fault === 'dies after') process.end({ status: 'died' });
        else if (fault === 'fails after') fail(back, true);
        else answer(back, () => resolve(done));
      });
    }
  });
}

function delay(chance: Chance, { slow, slowMs }: Weather): number {
  return chance.happens(slow) ? chance.between(30, slowMs) : chance.between(1, 30);
}

function inWords(given: unknown[]): string {
  return given.map((one) => (isRecord(one) ? recordInWords(one) : JSON.stringify(one))).join(', ');
}

function isRecord(one: unknown): one is AccountRecord {
  return typeof one === 'object' && one !== null && 'revision' in one;
}

/** What tells records of one history apart. */
function recordInWords({ revision, account, intent, sessions }: AccountRecord): string {
  const { username, email, is_active } = account;
  const words = [`#${revision}`, username, email, is_active ? 'active' : 'not active'];
  if (sessions) words.push(`sessions ${JSON.stringify(sessions)}`);
  if (intent) words.push(`intent ${JSON.stringify({ ...intent, id: undefined })}`);
  return `<${words.join(' ')}>`;
}
