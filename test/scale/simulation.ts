/**
 * Measures every path on tables of several sizes in one database, in turn: usage and latency of a
 * request must not depend on the number of accounts.
 */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type AccountRecord, namesHeldBy } from '../../lib/account/account-record.ts';
import { KEY, nameKey, toUserItem } from '../../lib/store/user-item.ts';
import { aPerson, aRecord, personOf } from '../support/builders.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';
import { type CountedAnswer, countedService, type Usage } from './counted-service.ts';

/** Maximum items per BatchWriteItem. */
const BATCH = 25;
const LOADERS = 8;
/** Number of warm-up rounds. */
const WARM_UP = 20;

/** Measured paths, each with its expected status. */
export const PATHS = {
  GET: 200,
  'GET, not modified': 304,
  'PATCH of nothing': 200,
  'PATCH of a profile field': 200,
  'PATCH of the username': 200,
  'first GET of a person': 200,
} as const;
export type Path = keyof typeof PATHS;

/** Figures of a run. */
export interface ScaleFigures {
  startedAt: string;
  /** Number of requests per path and table. */
  rounds: number;
  /** Usage per request of a path, which is equal on every table. */
  usage: Record<Path, Usage>;
  sizes: { accounts: number; loadSeconds: number; medianMilliseconds: Record<Path, number> }[];
}

interface LoadedTable {
  accounts: number;
  loadSeconds: number;
  sample: AccountRecord[];
  service: ReturnType<typeof countedService>;
  answers: Map<Path, CountedAnswer[]>;
  table: TestTable;
}

/**
 * Loads a table of each size into the database at that endpoint and measures all paths.
 * @throws Error for an unexpected status, or when usage differs between tables
 */
export async function simulate(
  endpoint: string,
  sizes: readonly number[],
  rounds: number,
  print: (line: string) => void,
): Promise<ScaleFigures> {
  const startedAt = new Date().toISOString();
  const tables: LoadedTable[] = [];
  try {
    for (const accounts of sizes) {
      const loaded = await load(endpoint, accounts, rounds + WARM_UP);
      print(`${accounts} accounts in ${loaded.loadSeconds.toFixed(0)} s`);
      tables.push(loaded);
    }
    for (let round = -WARM_UP; round < rounds; round += 1) {
      // Rotates the order, so that no table is always first.
      for (const [index] of tables.entries()) {
        const table = tables[(index + Math.abs(round)) % tables.length];
        if (table) await measure(table, round);
      }
    }
    return { startedAt, rounds, usage: usageOf(tables), sizes: tables.map(figuresOf) };
  } finally {
    for (const { service, table } of tables) {
      service.close();
      await table.remove();
    }
  }
}

const anAccountNumber = (number: number) =>
  aRecord({
    username: `user-${number}`,
    email: `user-${number}@example.com`,
    name: 'Ada Lovelace',
    company: 'Analytical Engines',
    job_title: 'Countess',
    metadata: '{"theme":"dark","locale":"en"}',
  });

/** Creates a table with that many accounts and their names. @returns a sample of them */
async function load(endpoint: string, accounts: number, samples: number): Promise<LoadedTable> {
  const table = await createTestTable(endpoint);
  const sample: AccountRecord[] = [];
  const start = performance.now();
  let next = 0;
  const loader = async () => {
    let items: object[] = [];
    const flush = async () => {
      const requests = items.map((Item) => ({ PutRequest: { Item } }));
      items = [];
      if (requests.length === 0) return;
      await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: requests } }));
    };
    while (next < accounts) {
      const record = anAccountNumber(next);
      if (Math.floor((next * samples) / accounts) >= sample.length) sample.push(record);
      next += 1;
      const names = [...namesHeldBy(record)];
      if (items.length + names.length + 1 > BATCH) await flush();
      const held = names.map((name) => ({ [KEY]: nameKey(name), holder: record.subject }));
      items.push(toUserItem(record), ...held);
    }
    await flush();
  };
  await Promise.all(Array.from({ length: LOADERS }, loader));
  const loadSeconds = (performance.now() - start) / 1000;
  const service = countedService(endpoint, table.name, sample.map(personOf));
  return { accounts, loadSeconds, sample, service, answers: new Map(), table };
}

/** Sends one request per path; rounds below 0 are discarded. */
async function measure({ service, sample, answers }: LoadedTable, round: number): Promise<void> {
  const record = sample[round + WARM_UP];
  if (!record) throw new Error('The sample is as long as the rounds');
  const keep = (path: Path, answer: CountedAnswer) => {
    if (answer.status !== PATHS[path]) throw new Error(`${path} was answered ${answer.status}`);
    if (round >= 0) answers.set(path, [...(answers.get(path) ?? []), answer]);
    return answer;
  };
  const { etag } = keep('GET', await service.get(record));
  keep('GET, not modified', await service.get(record, { 'If-None-Match': etag }));
  keep('PATCH of nothing', await service.patch(record, { company: 'Analytical Engines' }));
  keep('PATCH of a profile field', await service.patch(record, { name: `Ada ${record.subject}` }));
  const username = `u-${crypto.randomUUID()}`;
  keep('PATCH of the username', await service.patch(record, { username }));
  const stranger = aRecord({ username: `s-${crypto.randomUUID()}` });
  const person = aPerson({ ...personOf(stranger), email: `${stranger.subject}@example.com` });
  service.directory.people.set(person.directoryName, person);
  keep('first GET of a person', await service.get(stranger));
}

/** Usage of each path, which must be equal for every request on every table. */
function usageOf(tables: readonly LoadedTable[]): Record<Path, Usage> {
  const of = (path: Path): Usage => {
    const all = tables.flatMap(({ answers }) => answers.get(path) ?? []);
    const [first] = all;
    if (!first) throw new Error(`No request of ${path}`);
    const logBytes = Math.max(...all.map(({ usage }) => usage.logBytes));
    for (const { usage } of all) {
      const [expected, found] = [first.usage, usage].map((one) =>
        JSON.stringify({ ...one, logBytes }),
      );
      if (expected !== found) throw new Error(`${path} uses ${found}, and elsewhere ${expected}`);
    }
    return { ...first.usage, logBytes };
  };
  return byPath(of);
}

function figuresOf({ accounts, loadSeconds, answers }: LoadedTable): ScaleFigures['sizes'][number] {
  const of = (path: Path) => {
    const sorted = (answers.get(path) ?? []).map((one) => one.milliseconds).sort((a, b) => a - b);
    return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(3));
  };
  return { accounts, loadSeconds: Math.round(loadSeconds), medianMilliseconds: byPath(of) };
}

function byPath<Value>(of: (path: Path) => Value): Record<Path, Value> {
  return {
    GET: of('GET'),
    'GET, not modified': of('GET, not modified'),
    'PATCH of nothing': of('PATCH of nothing'),
    'PATCH of a profile field': of('PATCH of a profile field'),
    'PATCH of the username': of('PATCH of the username'),
    'first GET of a person': of('first GET of a person'),
  };
}
