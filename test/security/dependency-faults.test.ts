/**
 * DynamoDB and Cognito throttle, fail, hang, reset connections and return garbage at each call of each
 * path: the functions respond in time, and nothing is lost, duplicated or partially applied.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { newRecord } from '../../lib/account/record-change.ts';
import type { Caller } from '../../lib/self-service/caller.ts';
import { firstAccount } from '../../lib/self-service/provisioning.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import { endLease, ports, recordOf, rewrite, stack, unique } from '../support/deployed-service.ts';
import {
  type FaultyNetwork,
  NETWORK_FAULTS,
  type NetworkFault,
  startFaultyNetwork,
} from '../support/faulty-network.ts';
import { recordFigures, size } from '../support/figures.ts';
import {
  FUNCTION_TIMEOUT,
  inProcessFunctions,
  type Returned,
} from '../support/in-process-functions.ts';
import { expectProblem } from '../support/problems.ts';

const FAULTS = Object.keys(NETWORK_FAULTS) as NetworkFault[];
/** Faults that the client takes for a response, and does not retry. */
const UNREADABLE: NetworkFault[] = [
  'is answered garbage',
  'is answered no HTTP',
  'is carried out and answered garbage',
];
/** Faults of an outage, which persist. */
const LASTING = size<NetworkFault[]>({
  bounded: ['is throttled', 'is answered 500', 'is reset', 'hangs'],
  full: FAULTS,
});
const TRIES = 3;
/** Concurrent cells, which mostly wait. */
const WIDTH = 12;

type Fields = Record<string, string | boolean>;

interface Path {
  name: string;
  /** Null to read. */
  body: () => Fields | null;
  isNew?: boolean;
  ifMatch?: boolean;
  /** Most calls of one service that are under way at once. @default 1 */
  atOnce?: number;
  prepare?: (subject: string) => Promise<void>;
}

const PATHS: Path[] = [
  { name: 'GET', body: () => null },
  { name: 'GET, first call', body: () => null, isNew: true },
  {
    name: 'GET, open intent',
    body: () => null,
    prepare: (subject) =>
      rewrite(subject, {
        intent: {
          id: crypto.randomUUID(),
          openedAt: Math.floor(Date.now() / 1000),
          leaseUntil: 0,
          changes: { username: unique('intended'), name: 'Intended' },
          revokesSessions: null,
        },
      }),
  },
  { name: 'PATCH profile', body: () => ({ name: 'Ada', company: 'Engines' }), ifMatch: true },
  {
    name: 'PATCH names and password',
    body: () => ({
      username: unique('renamed'),
      email: `${unique('moved')}@users.example`,
      password: newPassword(),
      name: 'Ada',
    }),
    ifMatch: true,
    // Both names are looked up.
    atOnce: 2,
  },
];

const figures = { cells: 0, 'answered 200': 0, 'answered 503': 0, 'longest answer in seconds': 0 };
const subjects: string[] = [];
/** Milliseconds between retries of a throttled call, in order. */
const pauses: number[][] = [[], []];

/** A caller with an account, and the functions behind two faulty networks. */
async function setUp({ isNew = false, prepare }: Path) {
  const username = unique('person');
  const email = `${unique('person')}@users.example`;
  const temporaryPassword = newPassword();
  const person = await ports.admin.createPerson({ username, email, temporaryPassword });
  const { subject, directoryName } = person;
  const account = { ...firstAccount(person, new Set(), ports), password_expired: false };
  if (!isNew)
    await ports.store.create(
      newRecord(subject, account, ports.runtime.nowSeconds(), { directoryName }),
    );
  await prepare?.(subject);
  const networks = await Promise.all([
    startFaultyNetwork(stack.endpointUrl),
    startFaultyNetwork(stack.endpointUrl),
  ]);
  const functions = inProcessFunctions({
    dynamoDbUrl: networks[0].url,
    tableName: stack.usersTableName,
    directory: { url: networks[1].url, userPoolId: stack.userPoolId },
  });
  const caller: Caller = {
    kind: 'person',
    subject,
    directoryName,
    authTime: Math.floor(Date.now() / 1000) - 60,
    originJti: 'session-1',
    writeDenial: null,
    scopes: [],
  };
  subjects.push(subject);
  const stop = () => Promise.all(networks.map((network) => network.stop()));
  return { subject, username, email, networks, functions, caller, stop };
}

type TestContext = Awaited<ReturnType<typeof setUp>>;

/** Sends the path's request. @returns the response and its duration in milliseconds */
async function send(
  { subject, functions, caller }: TestContext,
  { ifMatch }: Path,
  body: Fields | null,
) {
  const isConditional = ifMatch === true && body !== null;
  const tag = isConditional ? `"${subject}.${(await recordOf(subject)).version}"` : '';
  const start = performance.now();
  const headers: Record<string, string> = isConditional ? { 'if-match': tag } : {};
  const answer = await functions.call(caller, { body, headers });
  return { answer, took: performance.now() - start };
}

const crossingsOf = ({ networks }: TestContext) =>
  networks.flatMap(({ crossings }) => crossings).sort((a, b) => a.at - b.at);

/** Injects a fault into the nth call of a path, or into it and all later calls to its service. */
function spoil({ networks }: TestContext, at: number, fault: NetworkFault, isLasting: boolean) {
  let count = 0;
  let broken: FaultyNetwork | null = null;
  let spoiled = 0;
  for (const network of networks) {
    network.faultOf = () => {
      count += 1;
      if (count === at) broken = network;
      const isHit = isLasting ? broken === network : count === at;
      if (isHit) spoiled += 1;
      return isHit ? fault : null;
    };
  }
  return {
    spoiled: () => spoiled,
    repair() {
      for (const network of networks) network.faultOf = () => null;
    },
  };
}

/** Names of the calls that a path makes without faults. */
async function callsOf(path: Path): Promise<string[]> {
  const context = await setUp(path);
  try {
    const { answer } = await send(context, path, path.body());
    expect(answer.status).toBe(200);
    return crossingsOf(context).map(({ operation }) => operation);
  } finally {
    await context.stop();
  }
}

/** Expects that all fields are old or all are new. @returns whether they are new */
async function expectAllOrNothing(context: TestContext, fields: Fields): Promise<boolean> {
  const { password: _unreadable, ...renewed } = fields;
  const { account, intent } = await recordOf(context.subject);
  const before = { username: context.username, email: context.email, name: null, company: null };
  const old = Object.fromEntries(Object.entries(before).filter(([field]) => field in renewed));
  const isNew = account.name === renewed['name'];
  expect(account).toMatchObject(isNew ? renewed : old);
  expect(intent).toBeNull();
  return isNew;
}

function expectUnavailable(answer: Returned): void {
  expectProblem(answer, { status: 503, code: 'unavailable' });
  expect(answer.headers.get('retry-after')).toBe('1');
}

async function runCell(path: Path, at: number, fault: NetworkFault, isLasting: boolean) {
  const context = await setUp(path);
  try {
    const { version = 0 } = (await ports.store.find(context.subject)) ?? {};
    const body = path.body();
    const { spoiled, repair } = spoil(context, at, fault, isLasting);

    const { answer, took } = await send(context, path, body);

    const isTriedAgain = !UNREADABLE.includes(fault);
    const tries = isLasting && isTriedAgain ? TRIES : 1;
    expect(spoiled()).toBeGreaterThanOrEqual(tries);
    expect(spoiled()).toBeLessThanOrEqual(isLasting ? tries * (path.atOnce ?? 1) : tries);
    expect(took).toBeLessThan(FUNCTION_TIMEOUT);
    if (isTriedAgain && !isLasting) expect(answer.status).toBe(200);
    else expectUnavailable(answer);
    if (isLasting && fault === 'is throttled' && spoiled() === tries) notePauses(context);
    repair();
    await endLease(context.subject);
    // The next request after the lease completes a pending change.
    expect((await send(context, path, null)).answer.status).toBe(200);
    if (body !== null) {
      const isNew = await expectAllOrNothing(context, body);
      if (answer.status === 200) expect(isNew).toBe(true);
      const once = version + (isNew ? 1 : 0);
      expect((await recordOf(context.subject)).version).toBe(once);
      const again = await send(context, { ...path, ifMatch: false }, body);
      expect(again.answer.status).toBe(200);
      expect(await expectAllOrNothing(context, body)).toBe(true);
    }
    figures.cells += 1;
    figures[answer.status === 200 ? 'answered 200' : 'answered 503'] += 1;
    const seconds = Math.round(took / 100) / 10;
    const longest = 'longest answer in seconds';
    figures[longest] = Math.max(figures[longest], seconds);
  } finally {
    await context.stop();
  }
}

function notePauses(context: TestContext): void {
  const tries = crossingsOf(context).slice(-TRIES);
  for (const [index, noted] of pauses.entries()) {
    const [earlier, later] = tries.slice(index);
    if (earlier && later) noted.push(later.at - earlier.at);
  }
}

/** Runs all tasks with limited concurrency. @throws the first error, when all have ended */
async function inParallel(work: (() => Promise<void>)[]): Promise<void> {
  const left = work.values();
  const worker = async () => {
    for (const one of left) await one();
  };
  const settled = await Promise.allSettled(Array.from({ length: WIDTH }, worker));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
}

describe.each(PATHS)('$name', (path) => {
  it(
    'answers in time and converges, whatever goes wrong at any of its calls',
    async () => {
      const calls = await callsOf(path);
      const cells = calls.flatMap((name, index) =>
        FAULTS.flatMap((fault) =>
          [false, true]
            .filter((isLasting) => !isLasting || LASTING.includes(fault))
            .map((isLasting) => () => {
              const cell = `${name} (call ${index + 1}) ${fault}${isLasting ? ', and so on' : ''}`;
              return runCell(path, index + 1, fault, isLasting).catch((error) => {
                throw new Error(`${cell}: ${error.message}`, { cause: error });
              });
            }),
        ),
      );
      await inParallel(cells);
    },
    size({ bounded: 180_000, full: 600_000 }),
  );
});

describe('retries of a throttled call', () => {
  it('have random delays, each within its bound', () => {
    for (const [index, noted] of pauses.entries()) {
      expect(new Set(noted.map((pause) => Math.round(pause / 10))).size).toBeGreaterThan(5);
      // The client's own: up to one second before the second try, up to two before the third. Most
      // are shorter, and the machine may add to the others.
      const median = noted.toSorted((a, b) => a - b)[Math.floor(noted.length / 2)];
      expect(median).toBeLessThan(1000 * (index + 1));
    }
  });
});

describe('a PATCH whose calls are all slow', () => {
  it('responds before the timeout, starts no call after that, and converges', async () => {
    const path = PATHS.find(({ name }) => name === 'PATCH names and password');
    if (!path) throw new Error('There is such a path');
    const context = await setUp(path);
    try {
      const body = path.body() ?? {};
      for (const network of context.networks) network.delay = 1700;

      const { answer, took } = await send(context, path, body);
      const begun = crossingsOf(context).length;
      await sleep(4000);

      expectUnavailable(answer);
      expect(took).toBeGreaterThan(FUNCTION_TIMEOUT - 1000);
      expect(took).toBeLessThan(FUNCTION_TIMEOUT);
      expect(crossingsOf(context)).toHaveLength(begun);
      for (const network of context.networks) network.delay = 0;
      await endLease(context.subject);
      expect((await send(context, path, null)).answer.status).toBe(200);
      await expectAllOrNothing(context, body);
    } finally {
      await context.stop();
    }
  });
});

describe('everything agrees', () => {
  it('after all of it', async () => {
    expect(await disagreementsOf(subjects)).toEqual([]);
  });
});

afterAll(() => recordFigures('dependency faults', figures));
