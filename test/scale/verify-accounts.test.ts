/**
 * `users verify` on 100,000 accounts, generated page by page: memory must not grow, and each planted
 * inconsistency must be found once.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type AccountRecord, namesHeldBy } from '../../lib/account/account-record.ts';
import type { InconsistencyKind } from '../../lib/operations/invariants.ts';
import type { IndexPage, OperatorPorts } from '../../lib/operations/ports.ts';
import { type ReportedInconsistency, verify } from '../../tools/operators/verify-accounts.ts';
import { anAccount, aRecord, aRuntime, NOW, personOf, SERVICE } from '../support/builders.ts';

const ACCOUNTS = 100_000;
const PAGE = 100;
/** Allowed heap growth in bytes, for the garbage collector. */
const SLACK = 8 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const ID = /^00000000-0000-4000-8000-([0-9a-f]{12})$/;
const idOf = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
const isService = (number: number) => number % 10 === 9;

/** Planted inconsistency by account number. */
const PLANTS = new Map<number, InconsistencyKind>([
  [1_003, 'name_not_reserved'],
  [11_003, 'name_held_by_other'],
  [21_003, 'name_without_account'],
  [31_003, 'name_not_used'],
  [41_003, 'person_missing'],
  [51_003, 'person_differs'],
  [61_003, 'username_differs'],
  [71_003, 'email_differs'],
  [81_003, 'activation_differs'],
  [91_003, 'identity_differs'],
  [91_009, 'client_missing'],
  [91_013, 'intent_open'],
  [91_023, 'unreadable_item'],
]);

function recordAt(number: number): AccountRecord {
  const id = idOf(number);
  const username = `user-${number}`;
  if (isService(number)) return aRecord({ ...SERVICE, id, username });
  const record = aRecord({ ...anAccount({ id }), username, email: `${username}@example.com` });
  if (PLANTS.get(number) !== 'intent_open') return record;
  const intent = {
    id,
    openedAt: NOW - 3600,
    leaseUntil: 0,
    changes: { name: 'New' },
    revokesSessions: null,
  };
  return { ...record, intent };
}

function personAt(number: number) {
  const person = personOf(recordAt(number));
  switch (PLANTS.get(number)) {
    case 'person_missing':
      return null;
    case 'person_differs':
      return { ...person, subject: 'somebody-else' };
    case 'username_differs':
      return { ...person, preferredUsername: 'previous' };
    case 'email_differs':
      return { ...person, email: 'previous@example.com' };
    case 'activation_differs':
      return { ...person, enabled: false };
    case 'identity_differs':
      return { ...person, identity: { provider: 'Corporate', id: '7' } };
    default:
      return person;
  }
}

/** Reserved names of an account, as altered by its planted inconsistency. */
function namesAt(number: number): { name: string; holder: string }[] {
  const record = recordAt(number);
  const held = [...namesHeldBy(record)].map((name) => ({ name, holder: record.subject }));
  switch (PLANTS.get(number)) {
    case 'name_not_reserved':
      return held.slice(1);
    case 'name_held_by_other':
      return held.map((one, index) => (index === 0 ? { ...one, holder: TWIN } : one));
    case 'name_without_account':
      return [...held, { name: 'ghost', holder: 'nobody' }];
    case 'name_not_used':
      return [...held, { name: 'former', holder: record.subject }];
    default:
      return held;
  }
}

/** Reserves the name of another account correctly, as its twin uses it too. */
const TWIN = 'client-of-the-twin';
const twin = aRecord({ ...SERVICE, username: 'user-11003' }, { subject: TWIN });

function numberOf(text: string, pattern: RegExp, base: number): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, base);
}

function recordOf(subject: string): AccountRecord | null {
  if (subject === TWIN) return twin;
  const number = numberOf(subject, ID, 16);
  if (number === null || PLANTS.get(number) === 'unreadable_item') return null;
  return recordAt(number);
}

/** Ports over generated accounts; `sample` is called for each page. */
function generatedPorts(accounts: number, sample: (done: number) => void): OperatorPorts {
  const absent = () => Promise.reject(new Error('A check does not call this'));
  async function* pages(from: string | null = null): AsyncGenerator<IndexPage> {
    for (let start = Number(from ?? 0); start < accounts; start += PAGE) {
      sample(start);
      const numbers = Array.from({ length: PAGE }, (_, index) => start + index);
      const isReadable = (number: number) => PLANTS.get(number) !== 'unreadable_item';
      const readable = numbers.filter(isReadable);
      const end = start + PAGE;
      yield {
        records: readable.map(recordAt),
        names: readable.flatMap(namesAt),
        resting: [],
        unreadable: numbers.filter((one) => !isReadable(one)).map((one) => `USER#${idOf(one)}`),
        next: end < accounts ? String(end) : null,
      };
    }
  }
  return {
    store: {
      find: async (subject) => recordOf(subject),
      takenNames: absent,
      create: absent,
      replace: absent,
      remove: absent,
    },
    index: {
      async holdersOf(names) {
        const holders = [...names].flatMap((name) => {
          const number = numberOf(name, /^user-(\d+)/, 10);
          const held = number === null ? [] : namesAt(number);
          if (name === 'ghost') return namesAt(21_003).slice(-1);
          if (name === 'former') return namesAt(31_003).slice(-1);
          return held.filter((one) => one.name === name);
        });
        return new Map(holders.map(({ name, holder }) => [name, holder]));
      },
      async recordsOf(subjects) {
        const records = [...new Set(subjects)].map(recordOf).filter((record) => record !== null);
        return new Map(records.map((record) => [record.subject, record]));
      },
      pages,
      itemAt: async () => ({ item: {}, isReadable: false }),
      removeUnreadable: absent,
      move: absent,
      reserveName: absent,
      freeName: absent,
      restingOf: async () => new Map(),
      endRest: absent,
      superusers: async () => ({ subjects: new Set(), isComplete: true }),
      listSuperuser: absent,
      completeSuperusers: absent,
    },
    signInNames: 'aliases',
    directory: {
      async find(name) {
        const number = numberOf(name.replace(/^dir-/, ''), ID, 16);
        return number === null ? null : personAt(number);
      },
      setNames: absent,
      setEnabled: absent,
      setPassword: absent,
      signOutEverywhere: absent,
    },
    admin: {
      createPerson: absent,
      setTemporaryPassword: absent,
      temporaryPasswordDays: absent,
      removePerson: absent,
      turnOffSecondFactors: absent,
      createClient: absent,
      async findClient(clientId) {
        const number = numberOf(clientId, ID, 16);
        const isMissing = number !== null && PLANTS.get(number) === 'client_missing';
        return isMissing ? null : { isRestricted: true };
      },
      restrictClient: absent,
      removeClient: absent,
    },
    // The pauses between look-ups are no part of what is measured.
    runtime: { ...aRuntime(), sleep: async () => {} },
    newPassword: () => '',
    adminUsername: 'admin',
    reservedNames: [],
  };
}

describe('users verify', () => {
  it('reads 100,000 accounts in constant memory and finds each planted inconsistency once', async () => {
    const heap: number[] = [];
    const found: ReportedInconsistency[] = [];
    const sample = (done: number) => {
      if (done % (ACCOUNTS / 20) !== 0) return;
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    };
    const start = performance.now();

    const totals = await verify(generatedPorts(ACCOUNTS, sample), {
      rate: Number.POSITIVE_INFINITY,
      repair: false,
      intentAge: 60,
      onInconsistency: (one) => found.push(one),
      onProgress: () => {},
    });

    const seconds = (performance.now() - start) / 1000;
    const megabytes = heap.map((bytes) => (bytes / 2 ** 20).toFixed(1));
    console.log(
      `${totals.accounts} accounts and ${totals.names} names in ${seconds.toFixed(1)} s; ` +
        `heap after each twentieth, MiB: ${megabytes.join(' ')}`,
    );
    expect(totals).toMatchObject({ accounts: ACCOUNTS - 1, mended: 0, left: PLANTS.size });
    expect(found.map(({ kind, name }) => [kind, name ?? '']).sort()).toEqual(
      [...PLANTS].map(([number, kind]) => [kind, plantedName(number, kind)]).sort(),
    );
    expect(heap).toHaveLength(20);
    const [first = 0] = heap;
    for (const bytes of heap) expect(bytes - first).toBeLessThan(SLACK);
  });
});

function plantedName(number: number, kind: InconsistencyKind): string {
  if (kind === 'name_without_account') return 'ghost';
  if (kind === 'name_not_used') return 'former';
  return kind.startsWith('name_') ? `user-${number}` : '';
}
