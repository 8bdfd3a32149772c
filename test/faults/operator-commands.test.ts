/**
 * Every outside call of every operator's command goes wrong in every way, one at a time, those of the
 * audit trail included; and at each call the credentials lack the right. The same command run again then
 * brings about what was asked for, and everything agrees. Nothing is changed without an audit trail.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { StoredAccount } from '../../lib/account/account.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { UnavailableError } from '../../lib/account/errors.ts';
import { LEASE_SECONDS, SIGN_IN_NAMES, type SignInNames } from '../../lib/contract.ts';
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
  turnOffSecondFactors,
} from '../../lib/operations/account-administration.ts';
import { createPerson } from '../../lib/operations/account-creation.ts';
import {
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../../lib/operations/account-lifecycle.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { endEmailChange, freeName, setEmail } from '../../lib/operations/account-names.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { findRawItem, removeRawItem } from '../../lib/operations/raw-items.ts';
import { verify } from '../../tools/operators/verify-accounts.ts';
import { aPerson, aRecord, makeKind, NOW, SERVICE } from '../support/builders.ts';
import { AccessDenied, Crash, DENIED, FAULTS } from '../support/faulty-ports.ts';
import { anOperatorWorld, type OperatorWorld, operatorFault } from '../support/in-memory-admin.ts';
import { inconsistencies } from '../support/oracle.ts';
import { verified } from '../support/verified.ts';

const ORGANIZATION = 'd0c5a0f4-6a57-4b8c-9a5e-0a6c6f5a7e21';

interface Operation {
  name: string;
  /** What an earlier run has left. */
  prepare?: (world: OperatorWorld) => void;
  /** Kinds of pools in which the operation is another one. @default aliases alone */
  kinds?: readonly SignInNames[];
  run: (ports: OperatorPorts) => Promise<unknown>;
  /** The account concerned, afterwards; null for none. */
  account: Partial<StoredAccount> | null;
  /** What a second run may say where the first one did everything but answer. */
  isDone?: RegExp;
  /** By which name the account is found afterwards. */
  found: string;
  /** Holds afterwards, besides. */
  holds?: (world: OperatorWorld) => void;
}

const OPERATIONS: Operation[] = [
  {
    name: 'createPerson',
    kinds: SIGN_IN_NAMES,
    run: (ports) =>
      createPerson(ports, { username: 'new', email: 'new@example.com', isSuperuser: true }).catch(
        (error) => {
          // What an operator is told to do where the account is there and its e-mail is not.
          if (!/^The name "new" is taken/.test(error.message)) throw error;
          return setEmail(ports, 'new', 'new@example.com');
        },
      ),
    account: {
      username: 'new',
      email: 'new@example.com',
      password_expired: true,
      is_superuser: true,
    },
    found: 'new',
    holds: ({ directory }) => {
      const people = [...directory.people.values()];
      expect(people.filter(({ email }) => email === 'new@example.com')).toHaveLength(1);
    },
  },
  {
    name: 'createPerson whom a crashed run has left',
    run: (ports) =>
      createPerson(ports, { username: 'left', email: null, isSuperuser: false }).catch((error) => {
        // What an operator is told to do where the account is there and its password is not.
        if (!/^The name "left" is taken/.test(error.message)) throw error;
        return expirePassword(ports, 'left');
      }),
    prepare: ({ directory }) => {
      const left = { directoryName: 'dir-left', preferredUsername: 'left', email: null };
      directory.people.set('dir-left', aPerson({ ...left, passwordExpired: true }));
    },
    account: { username: 'left', password_expired: true },
    found: 'left',
  },
  {
    name: 'setEmail',
    kinds: SIGN_IN_NAMES,
    run: (ports) => setEmail(ports, 'ada', 'new@example.com'),
    account: { username: 'ada', email: 'new@example.com' },
    found: 'new@example.com',
    holds: ({ directory }) =>
      expect(directory.people.get('dir-ada')).toMatchObject({
        email: 'new@example.com',
        emailVerified: true,
      }),
  },
  {
    name: 'createServiceAccount',
    run: (ports) => createServiceAccount(ports, { username: 'new', organizationId: ORGANIZATION }),
    account: { username: 'new', is_service_account: true },
    isDone: /^The name "new" is taken\.$/,
    found: 'new',
  },
  {
    name: 'rotateServiceAccount',
    run: (ports) => rotateServiceAccount(ports, 'reports'),
    account: { username: 'reports', organization_id: SERVICE.organization_id },
    found: 'reports',
    holds: ({ store }) => expect(store.names.get('reports')).not.toBe('client-1'),
  },
  {
    name: 'deleteAccount of a person',
    run: (ports) => deleteAccount(ports, 'ada'),
    account: null,
    isDone: /^There is no account/,
    found: 'ada',
    holds: ({ directory }) => expect(directory.people.has('dir-ada')).toBe(false),
  },
  {
    name: 'deleteAccount of a service',
    run: (ports) => deleteAccount(ports, 'reports'),
    account: null,
    isDone: /^There is no account/,
    found: 'reports',
    holds: ({ admin }) => expect(admin.clients.size).toBe(0),
  },
  {
    name: 'deleteAccount of somebody who has never called',
    run: (ports) => deleteAccount(ports, 'bob'),
    account: null,
    isDone: /^There is no account/,
    found: 'bob',
    holds: ({ directory }) => expect(directory.people.has('dir-bob')).toBe(false),
  },
  {
    name: 'setFlags',
    run: (ports) => setFlags(ports, 'ada', { is_superuser: true, internal: true }),
    account: { is_superuser: true },
    found: 'ada',
  },
  {
    name: 'setFlags of somebody who has never called',
    run: (ports) => setFlags(ports, 'bob', { is_superuser: true }),
    account: { is_superuser: true, username: 'bob' },
    found: 'bob',
    kinds: ['aliases', 'username'],
  },
  {
    name: 'setActive',
    run: (ports) => setActive(ports, 'ada', false),
    account: { is_active: false },
    found: 'ada',
    holds: ({ directory }) => expect(directory.signedOut).toContain('dir-ada'),
  },
  {
    name: 'signOut',
    run: (ports) => signOut(ports, 'ada'),
    account: {},
    found: 'ada',
    holds: ({ directory, store }) => {
      expect(directory.signedOut).toContain('dir-ada');
      const record = store.records.get(store.names.get('ada') ?? '');
      expect(record?.sessions?.exemptOriginJti).toBeNull();
      expect(record?.sessions?.validFrom).toBeGreaterThanOrEqual(NOW);
    },
  },
  {
    name: 'turnOffSecondFactors',
    run: (ports) => turnOffSecondFactors(ports, 'ada'),
    account: {},
    found: 'ada',
    holds: ({ admin }) => expect(admin.secondFactors.has('dir-ada')).toBe(false),
  },
  {
    name: 'freeName',
    run: (ports) => freeName(ports, 'former'),
    prepare: ({ store }) =>
      void store.resting.set('former', { restingFor: 'somebody', until: NOW + 9999 }),
    account: null,
    isDone: /^The name "former" does not rest\.$/,
    found: 'former',
    holds: ({ store }) => expect(store.resting.has('former')).toBe(false),
  },
  {
    name: 'endEmailChange',
    run: (ports) => endEmailChange(ports, 'ada'),
    prepare: ({ store }) => {
      const record = store.records.get(store.names.get('ada') ?? '');
      if (record === undefined) return;
      const former = { address: 'ada@example.com', verified: true };
      const pendingEmail = { address: 'new@example.com', since: NOW, former, isWithdrawn: false };
      store.records.set(record.subject, { ...record, pendingEmail });
    },
    account: { email: 'ada@example.com' },
    isDone: /^No change of e-mail waits/,
    found: 'ada',
  },
  {
    name: 'removeRawItem',
    run: async (ports) => removeRawItem(ports, await findRawItem(ports, 'broken')),
    prepare: ({ store }) =>
      void store.records.set('broken', { subject: 'broken' } as unknown as AccountRecord),
    account: null,
    isDone: /^There is no item "broken"/,
    found: 'broken',
    holds: ({ store }) => expect(store.records.has('broken')).toBe(false),
  },
  {
    name: 'verify with repair',
    run: (ports) =>
      verify(ports, {
        rate: Infinity,
        repair: true,
        intentAge: 0,
        onInconsistency: () => {},
        onProgress: () => {},
      }),
    prepare: ({ store, directory }) => {
      store.names.set('ghost', 'nobody');
      store.names.delete('ada');
      const ada = directory.people.get('dir-ada');
      if (ada) Object.assign(ada, { enabled: false, email: 'former@example.com' });
    },
    account: { is_active: true },
    found: 'ada',
    holds: ({ directory, store }) => {
      expect(directory.people.get('dir-ada')).toMatchObject({
        enabled: true,
        email: 'ada@example.com',
      });
      expect(store.names.has('ghost')).toBe(false);
    },
  },
  {
    name: 'expirePassword',
    run: (ports) => expirePassword(ports, 'ada'),
    account: { password_expired: true },
    found: 'ada',
    holds: ({ directory, store }) => {
      expect(directory.people.get('dir-ada')?.passwordExpired).toBe(true);
      expect(directory.signedOut).toContain('dir-ada');
      const { sessions } = store.records.get(store.names.get('ada') ?? '') ?? {};
      expect(sessions?.validFrom).toBeGreaterThanOrEqual(NOW);
    },
  },
];

type KindOperation = Operation & { kind: SignInNames };
const KIND_OPERATIONS: KindOperation[] = OPERATIONS.flatMap(
  ({ kinds = ['aliases'], ...operation }) => kinds.map((kind) => ({ ...operation, kind })),
);

function setUp({ kind, prepare }: KindOperation) {
  const ada = aRecord({ username: 'ada', email: 'ada@example.com' }, { directoryName: 'dir-ada' });
  const reports = aRecord({ ...SERVICE, username: 'reports' }, { subject: 'client-1' });
  const world = anOperatorWorld(ada, reports);
  const bob = aPerson({ directoryName: 'dir-bob', preferredUsername: 'bob', email: null });
  world.directory.people.set('dir-bob', bob);
  world.admin.secondFactors.add('dir-ada');
  prepare?.(world);
  makeKind(world, kind);
  return world;
}

const ALL_FAULTS = [...FAULTS, DENIED] as const;
type AnyFault = (typeof ALL_FAULTS)[number];
const rows: { operation: string; calls: number }[] = [];

describe.each(KIND_OPERATIONS)('$name, $kind', (operation) => {
  it('is brought to its end by a second run, whatever went wrong at any call', async () => {
    const counted = operatorFault(setUp(operation), Number.POSITIVE_INFINITY, 'fails before');
    await operation.run(counted.ports);
    expect(counted.names.length).toBeGreaterThan(2);
    expectAuditedFirst(counted.names);
    for (const [index, name] of counted.names.entries()) {
      for (const fault of ALL_FAULTS) {
        await runCell(operation, index + 1, fault, `${name} (call ${index + 1}) ${fault}`);
      }
    }
    rows.push({ operation: `${operation.name}, ${operation.kind}`, calls: counted.names.length });
  });
});

const WRITES =
  /\.(create|replace|remove|move|endRest|reserveName|freeName|removeUnreadable|listSuperuser|completeSuperusers|set\w+|signOutEverywhere|turnOff\w+|createPerson|removePerson|createClient|removeClient)$/;

/** The trail is shown to be writable before anything is written. */
function expectAuditedFirst(names: readonly string[]): void {
  const first = names.findIndex((name) => WRITES.test(name));
  const trail = names.flatMap((name, index) => (name.startsWith('trail.') ? [index] : []));
  expect(names.slice(0, first).filter((name) => name.startsWith('trail.'))).toEqual([
    'trail.identity',
    'trail.begin',
    'trail.put',
  ]);
  expect(trail[2]).toBe(first - 1);
}

const stateOf = ({ store, directory, admin }: OperatorWorld) =>
  structuredClone([
    store.records,
    store.names,
    store.resting,
    store.superusers,
    directory.people,
    directory.passwords,
    directory.signedOut,
    admin.clients,
    admin.secondFactors,
  ]);

async function runCell(operation: KindOperation, at: number, fault: AnyFault, cell: string) {
  const world = setUp(operation);
  const before = stateOf(world);
  const faulty = operatorFault(world, at, fault);
  const first = await operation.run(faulty.ports).catch((error) => error);
  await faulty.settle();
  if (first instanceof Error) {
    const isKnown = [Crash, UnavailableError, AccessDenied, OperationError];
    expect(
      isKnown.some((E) => first instanceof E),
      `${cell}: ${first.stack}`,
    ).toBe(true);
  }
  expectTrailRule(world, { faulty, first, before, at, cell });

  world.runtime.now += LEASE_SECONDS;
  const second = await operation.run(world).catch((error) => error);
  if (second instanceof Error) {
    expect(second, cell).toBeInstanceOf(OperationError);
    expect(second.message, cell).toMatch(operation.isDone ?? 'no message');
  }

  const { records, names } = world.store;
  const account = records.get(names.get(operation.found) ?? '')?.account ?? null;
  if (operation.account === null) expect(account, cell).toBeNull();
  else expect(account, cell).toMatchObject(operation.account);
  expect(inconsistencies(world), cell).toEqual([]);
  expect(await verified(world), cell).toEqual([]);
  expect(() => operation.holds?.(world), cell).not.toThrow();
}

/** Without a trail nothing was changed; once it is open, a line that it does not take ends nothing. */
function expectTrailRule(
  world: OperatorWorld,
  given: {
    faulty: ReturnType<typeof operatorFault>;
    first: unknown;
    before: unknown;
    at: number;
    cell: string;
  },
): void {
  const { faulty, first, before, at, cell } = given;
  const { names, lines, kept, journal } = faulty;
  if (journal.writes === 0 && !cell.includes('crash')) {
    expect(stateOf(world), `${cell}: changed, and not counted`).toEqual(before);
  }
  const failed = names[at - 1] ?? '';
  if (!failed.startsWith('trail.')) return;
  const isOpening = names.slice(0, at).filter((name) => name === 'trail.put').length <= 1;
  if (isOpening) {
    expect(stateOf(world), cell).toEqual(before);
    const message = 'Nothing was changed, because the audit trail in the log group audit';
    // A process that is gone says nothing.
    if (!(first instanceof Crash)) expect(String(first), cell).toContain(message);
  } else if (!cell.includes('crash')) {
    expect(first, cell).not.toBeInstanceOf(Error);
    expect(kept.length, `${cell}: a line was lost`).toBeGreaterThan(0);
    expect(JSON.stringify(kept), cell).toContain('Keep this audit line, which the log group audit');
  }
  expect(lines.length, cell).toBeGreaterThanOrEqual(isOpening ? 0 : 1);
}

afterAll(() => {
  const width = Math.max(...rows.map(({ operation }) => operation.length));
  const cells = (calls: number) => calls * ALL_FAULTS.length;
  const lines = rows.map(
    ({ operation, calls }) => `${operation.padEnd(width)}  ${calls} calls  ${cells(calls)} cells`,
  );
  const total = rows.reduce((sum, { calls }) => sum + cells(calls), 0);
  const head = 'Fault matrix of the operators, all cells converge:';
  console.log([head, ...lines, `${total} operators' cells in all`].join('\n'));
});
