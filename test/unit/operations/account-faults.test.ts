/**
 * Every outside call of every operation goes wrong in every way, one at a time. The same command
 * run again then brings about what was asked for, and everything agrees.
 */
import { describe, expect, it } from 'vitest';
import type { StoredAccount } from '../../../lib/account/account.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import { LEASE_SECONDS, SIGN_IN_NAMES, type SignInNames } from '../../../lib/contract.ts';
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
} from '../../../lib/operations/account-administration.ts';
import { createPerson, deleteAccount } from '../../../lib/operations/account-lifecycle.ts';
import { OperationError } from '../../../lib/operations/account-lookup.ts';
import { setEmail } from '../../../lib/operations/account-names.ts';
import type { Inconsistency } from '../../../lib/operations/invariants.ts';
import type { OperatorPorts } from '../../../lib/operations/ports.ts';
import {
  createServiceAccount,
  rotateServiceAccount,
} from '../../../lib/operations/service-accounts.ts';
import { verifyAccounts } from '../../../lib/operations/verification.ts';
import { aPerson, aRecord, makeKind, NOW, SERVICE } from '../../support/builders.ts';
import { Crash, FAULTS, type Fault } from '../../support/faulty-ports.ts';
import {
  anOperatorWorld,
  type OperatorWorld,
  operatorFault,
} from '../../support/in-memory-admin.ts';
import { inconsistencies } from '../../support/oracle.ts';

const ORGANIZATION = 'd0c5a0f4-6a57-4b8c-9a5e-0a6c6f5a7e21';

interface Operation {
  name: string;
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

function setUp({ kind }: KindOperation) {
  const ada = aRecord({ username: 'ada', email: 'ada@example.com' }, { directoryName: 'dir-ada' });
  const reports = aRecord({ ...SERVICE, username: 'reports' }, { subject: 'client-1' });
  const world = anOperatorWorld(ada, reports);
  const bob = aPerson({ directoryName: 'dir-bob', preferredUsername: 'bob', email: null });
  world.directory.people.set('dir-bob', bob);
  makeKind(world, kind);
  return world;
}

async function found(world: OperatorWorld): Promise<Inconsistency[]> {
  const options = {
    lookupsPerSecond: Infinity,
    clientLookupsPerSecond: Infinity,
    intentAgeSeconds: 0,
    onProgress: () => {},
  };
  return Array.fromAsync(verifyAccounts(world, options));
}

describe.each(KIND_OPERATIONS)('$name, $kind', (operation) => {
  it('is brought to its end by a second run, whatever went wrong at any call', async () => {
    const counted = operatorFault(setUp(operation), Number.POSITIVE_INFINITY, 'fails before');
    await operation.run(counted.ports);
    expect(counted.names.length).toBeGreaterThan(2);
    for (const [index, name] of counted.names.entries()) {
      for (const fault of FAULTS) {
        await runCell(operation, index + 1, fault, `${name} (call ${index + 1}) ${fault}`);
      }
    }
  });
});

async function runCell(operation: KindOperation, at: number, fault: Fault, cell: string) {
  const world = setUp(operation);
  const faulty = operatorFault(world, at, fault);
  const first = await operation.run(faulty.ports).catch((error) => error);
  await faulty.settle();
  if (first instanceof Error) {
    const isKnown = [Crash, UnavailableError].some((E) => first instanceof E);
    expect(isKnown, `${cell}: ${first.stack}`).toBe(true);
  }

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
  expect(await found(world), cell).toEqual([]);
  expect(() => operation.holds?.(world), cell).not.toThrow();
}
