/**
 * Soak test: the deployed service under the maximum load of the local cloud while its functions are
 * killed at random keeps every acknowledged change and no rejected one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import { aPerson, get, mergePatch, stack, type TestPerson } from '../support/deployed-service.ts';
import { recordFigures, size } from '../support/figures.ts';
import { kill, residentMegabytes, workersOf } from '../support/function-workers.ts';
import { pick } from '../support/random.ts';

const SOAK_SECONDS = size({ bounded: 30, full: 600 });
/** More requests at once than the best of these only wait for one another. */
const WIDTHS = [2, 4, 8, 16];
const TRIAL_SECONDS = size({ bounded: 2, full: 8 });
/** So many that nobody's metadata, which every change makes longer, comes near its limit. */
const PEOPLE = size({ bounded: 16, full: 80 });
/** Memory of a deployed function (infra/settings/stage-config.ts). */
const FUNCTION_MEGABYTES = 512;

const figures = {
  seconds: 0,
  'requests at once': 0,
  'requests per second': 0,
  acknowledged: 0,
  refused: 0,
  unanswered: 0,
  'functions killed': 0,
  'largest function in MB': 0,
  lost: 0,
  phantom: 0,
};

/** An account and the outcome of each change; a change adds one key to the metadata. */
interface Ledger {
  person: TestPerson;
  acknowledged: Set<string>;
  refused: Set<string>;
  sent: Set<string>;
}

let keys = 0;

/** Sends one change. Some cannot be accepted: for a version long gone, or with a wrong field besides. */
async function change({ person, acknowledged, refused, sent }: Ledger): Promise<void> {
  keys += 1;
  const key = `k${keys}`;
  sent.add(key);
  const kind = pick(['good', 'good', 'good', 'good', 'stale', 'wrong']);
  const body = { metadata: { [key]: 1 }, ...(kind === 'wrong' && { company: '' }) };
  const headers: Record<string, string> =
    kind === 'stale' ? { 'if-match': `"${person.subject}.0"` } : {};
  const status = await mergePatch(person.token, body, headers).then(
    (answer) => answer.status,
    () => null,
  );
  if (status === 200) acknowledged.add(key);
  else if (status !== null && status < 500) refused.add(key);
  else return;
  expect({ kind, status }).toEqual({ kind, status: { good: 200, stale: 412, wrong: 422 }[kind] });
}

/** Reads once, and expects all acknowledged and no rejected changes. */
async function look({ person, acknowledged, refused }: Ledger): Promise<void> {
  const before = [...acknowledged];
  const answer = await get(person.token).catch(() => null);
  if (answer?.status !== 200) return;
  const seen = keysIn(answer.body);
  expect(before.filter((key) => !seen.has(key))).toEqual([]);
  expect([...refused].filter((key) => seen.has(key))).toEqual([]);
}

const keysIn = ({ metadata }: { metadata: object | null }) => new Set(Object.keys(metadata ?? {}));

/** Keeps that many requests in flight for that long. @returns requests per second */
async function load(ledgers: Ledger[], width: number, seconds: number): Promise<number> {
  const start = performance.now();
  let requests = 0;
  const client = async () => {
    while (performance.now() - start < seconds * 1000) {
      const ledger = pick(ledgers);
      await (Math.random() < 0.7 ? change(ledger) : look(ledger));
      requests += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, client));
  return requests / ((performance.now() - start) / 1000);
}

/** Kills random functions until stopped. */
async function killAtRandom(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(500 + Math.random() * 4000);
    const workers = await workersOf(pick([stack.getMeFunctionName, stack.patchMeFunctionName]));
    const sizes = await residentMegabytes(workers);
    const largest = 'largest function in MB';
    figures[largest] = Math.max(figures[largest], ...sizes);
    if (workers.length === 0) continue;
    kill([pick(workers)]);
    figures['functions killed'] += 1;
  }
}

const ledgers: Ledger[] = [];

describe('a soak', () => {
  it('finds the concurrency with the highest throughput', async () => {
    for (let count = 0; count < PEOPLE; count += 1) {
      const person = await aPerson();
      ledgers.push({ person, acknowledged: new Set(), refused: new Set(), sent: new Set() });
    }
    let best = 0;
    for (const width of WIDTHS) {
      // The first requests start the workers.
      await load(ledgers, width, 1);
      const rate = await load(ledgers, width, TRIAL_SECONDS);
      if (rate > best) figures['requests at once'] = width;
      best = Math.max(best, rate);
    }
    expect(best).toBeGreaterThan(1);
  }, 180_000);

  it(
    'goes on while functions are killed',
    async () => {
      const end = new AbortController();
      const killing = killAtRandom(end.signal);
      try {
        const rate = await load(ledgers, figures['requests at once'], SOAK_SECONDS);
        figures['requests per second'] = Math.round(rate * 10) / 10;
        figures.seconds = SOAK_SECONDS;
      } finally {
        end.abort();
        await killing;
      }
      expect(figures['functions killed']).toBeGreaterThan(SOAK_SECONDS / 10);
      expect(figures['largest function in MB']).toBeLessThan(FUNCTION_MEGABYTES);
    },
    (SOAK_SECONDS + 120) * 1000,
  );

  it('lost no acknowledged change, kept no rejected one, and applied none twice', async () => {
    for (const { person, acknowledged, refused, sent } of ledgers) {
      // The local cloud may still send a request to a worker that was killed.
      await expect.poll(async () => (await get(person.token)).status).toBe(200);
      const { headers, body } = await get(person.token);
      const kept = keysIn(body);
      const unanswered = sent.difference(acknowledged).difference(refused);
      figures.acknowledged += acknowledged.size;
      figures.refused += refused.size;
      figures.unanswered += unanswered.size;
      figures.lost += acknowledged.difference(kept).size;
      figures.phantom += kept.difference(acknowledged).difference(unanswered).size;
      // Each kept change was one write and one version.
      expect(headers.get('etag')).toBe(`"${person.subject}.${kept.size + 1}"`);
    }
    expect(figures).toMatchObject({ lost: 0, phantom: 0 });
    expect(figures.acknowledged).toBeGreaterThan(SOAK_SECONDS);
    expect(await disagreementsOf(ledgers.map(({ person }) => person.subject))).toEqual([]);
  });

  afterAll(() => recordFigures('soak', figures));
});
