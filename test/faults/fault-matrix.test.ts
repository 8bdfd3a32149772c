/**
 * Every outside call of every path goes wrong in every way, one at a time. After each, the next
 * request converges: nothing half-applied, every invariant kept, and the change can be sent again.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { StoredAccount } from '../../lib/account/account.ts';
import {
  type AccountRecord,
  namesHeldBy,
  type PendingEmail,
} from '../../lib/account/account-record.ts';
import { ProblemError, UnavailableError } from '../../lib/account/errors.ts';
import type { JsonValue } from '../../lib/account/metadata.ts';
import { foldName } from '../../lib/account/names.ts';
import { LEASE_SECONDS, SIGN_IN_NAMES, type SignInNames } from '../../lib/contract.ts';
import { patchMe } from '../../lib/self-service/current-user.ts';
import { isLeased } from '../../lib/self-service/lease.ts';
import { getMe } from '../../lib/self-service/own-account.ts';
import type { Ports } from '../../lib/self-service/ports.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  aTestContext,
  GOOD_PASSWORD,
  makeKind,
  NOW,
  personOf,
  RULES,
  SSO,
} from '../support/builders.ts';
import { Crash, FAULTS, withFault } from '../support/faulty-ports.ts';
import { createInMemoryNotices } from '../support/in-memory-notices.ts';
import { inconsistencies } from '../support/oracle.ts';
import { REST_SECONDS } from '../support/store-options.ts';

/** A context whose owners are told of changes. */
const aWorld = (...records: AccountRecord[]) => ({
  ...aTestContext(...records),
  notices: createInMemoryNotices(),
});
type World = ReturnType<typeof aWorld>;

interface Path {
  name: string;
  /** Kinds of pools in which the path is another one. @default aliases alone */
  kinds?: readonly SignInNames[];
  /** True where nobody is told of changes. */
  isQuiet?: boolean;
  record: () => AccountRecord | null;
  /** What is sent; null for a GET. */
  body: Record<string, JsonValue> | null;
  /** True where new addresses have to be proven. */
  provesEmails?: boolean;
  prepare?: (world: World, record: AccountRecord) => void;
  /** Refusal that the path ends with when nothing goes wrong. */
  refusal?: string;
  /** Fields that any request changes, before it does what it was sent for. */
  first?: Partial<StoredAccount>;
  /** Fields that a crash may leave applied, because no one knows how the refusal would have been. */
  afterCrash?: Partial<StoredAccount>;
}

const ada = () => aRecord({ username: 'ada', email: 'ada@example.com', name: 'Ada' });
const root = () => aRecord({ username: 'root', email: 'root@example.com', is_superuser: true });
const sso = () =>
  aRecord(
    { ...SSO, username: 'ada@corp.example', email: 'ada@corp.example', name: 'Ada' },
    { refreshedAt: 1, editedFields: [] },
  );
/** What the identity provider knows of her now. */
const AT_PROVIDER = {
  email: 'ada@new.example',
  username: 'ada@new.example',
  name: 'Ada Lovelace',
  company: 'Engines',
};
const newAtProvider = (world: World, { directoryName }: AccountRecord) => {
  const person = world.directory.people.get(directoryName ?? '');
  if (!person) return;
  const { email, name, company } = AT_PROVIDER;
  Object.assign(person, { email, profile: { ...person.profile, name, company } });
};
const openIntent = (changes: Partial<StoredAccount>) => () => ({
  ...ada(),
  intent: {
    id: crypto.randomUUID(),
    openedAt: NOW - 5,
    leaseUntil: 0,
    changes,
    revokesSessions: null,
    notify: ['ada@example.com'],
  },
});
const PROFILE = { name: 'Countess', company: 'Engines', metadata: { a: [1] } };
const letRest = (world: World, name: string, restingFor: string) => {
  world.store.resting.set(name, { restingFor, until: NOW + REST_SECONDS });
};
const anotherSuperuser = (world: World) => {
  const other = aRecord({ username: 'other-root', is_superuser: true });
  world.store.records.set(other.subject, other);
  for (const name of namesHeldBy(other)) world.store.names.set(name, other.subject);
  world.store.superusers.subjects.add(other.subject);
  world.directory.people.set(other.directoryName ?? '', personOf(other));
};
const strangerHasAlias = (world: World) => {
  const names = { preferredUsername: 'stranger', email: 'stranger@example.com' };
  const stranger = aPerson(names);
  world.directory.people.set(stranger.directoryName, stranger);
};

/** Ada, who asked for another address. */
const waiting =
  (given: Partial<PendingEmail> = {}) =>
  () => {
    const former = { address: 'ada@example.com', verified: true };
    const asked = { address: 'countess@example.com', since: NOW - 60, isWithdrawn: false };
    return { ...ada(), pendingEmail: { ...asked, former, ...given } };
  };
const hasProven = (world: World, { directoryName }: AccountRecord) => {
  const person = world.directory.people.get(directoryName ?? '');
  if (person) person.email = 'countess@example.com';
};
/** Somebody took the address as a username while it waited. */
const takenMeanwhile = (world: World, record: AccountRecord) => {
  hasProven(world, record);
  const other = aRecord({ username: 'countess@example.com', email: null });
  world.store.records.set(other.subject, other);
  for (const name of namesHeldBy(other)) world.store.names.set(name, other.subject);
  world.directory.people.set(other.directoryName ?? '', personOf(other));
};
const NEW_EMAIL = { email: 'countess@example.com' };
/** Somebody who never called signs in by that user name. */
const strangerHasUserName = (world: World) => {
  const directoryName = 'stranger';
  const stranger = aPerson({ directoryName, preferredUsername: null });
  world.directory.people.set(directoryName, stranger);
};
const EVERY = { kinds: SIGN_IN_NAMES };
const BY_E_MAIL = { kinds: ['email'] } as const;
const BY_USER_NAME = { kinds: ['username'] } as const;

/** What only people of one kind of pool can do. */
const KIND_PATHS: Path[] = [
  {
    name: 'PATCH username, nobody is told',
    record: ada,
    body: { username: 'countess', ...PROFILE },
    isQuiet: true,
    ...BY_E_MAIL,
  },
  {
    name: 'PATCH username that is taken, nobody is told',
    record: ada,
    body: { username: 'taken' },
    refusal: 'username_taken',
    isQuiet: true,
    ...BY_E_MAIL,
  },
  {
    name: 'PATCH e-mail that is taken meanwhile',
    record: ada,
    body: { email: 'stranger@example.com', ...PROFILE },
    prepare: (world) => {
      strangerHasAlias(world);
      const { find } = world.directory;
      world.directory.find = async (name) => (name === 'stranger@example.com' ? null : find(name));
    },
    refusal: 'email_taken',
    ...BY_E_MAIL,
  },
  {
    name: 'PATCH username that is the user name of who never called',
    record: ada,
    body: { username: 'Stranger' },
    prepare: strangerHasUserName,
    refusal: 'username_taken',
    ...BY_USER_NAME,
  },
  {
    name: 'PATCH username back to the user name',
    record: () =>
      aRecord({ username: 'countess', email: 'ada@example.com' }, { directoryName: 'ada' }),
    body: { username: 'ada', ...PROFILE },
    ...BY_USER_NAME,
  },
];

/** Where new addresses have to be proven. */
const PROOF_PATHS: Omit<Path, 'provesEmails'>[] = [
  { name: 'PATCH e-mail to be proven', ...EVERY, record: ada, body: NEW_EMAIL },
  {
    name: 'PATCH e-mail to be proven, all else at once',
    ...EVERY,
    record: ada,
    body: { ...NEW_EMAIL, ...PROFILE, username: 'countess', password: GOOD_PASSWORD },
  },
  { name: 'PATCH e-mail sent again', ...EVERY, record: waiting(), body: NEW_EMAIL },
  {
    name: 'PATCH another e-mail',
    ...EVERY,
    record: waiting(),
    body: { email: 'lovelace@example.com' },
  },
  {
    name: 'PATCH e-mail to be proven that is taken',
    ...EVERY,
    record: ada,
    body: { email: 'taken@example.com', ...PROFILE },
    refusal: 'email_taken',
  },
  {
    name: 'PATCH e-mail taken back',
    ...EVERY,
    record: waiting(),
    body: { email: 'ada@example.com', ...PROFILE },
  },
  { name: 'GET, e-mail pending', record: waiting(), body: null },
  { name: 'GET, e-mail expired', record: waiting({ since: NOW - 90_000 }), body: null },
  { name: 'GET, e-mail proven', ...EVERY, record: waiting(), body: null, prepare: hasProven },
  {
    name: 'GET, e-mail proven, expired',
    record: waiting({ since: NOW - 90_000 }),
    body: null,
    prepare: hasProven,
  },
  { name: 'PATCH e-mail proven', record: waiting(), body: NEW_EMAIL, prepare: hasProven },
  {
    name: 'PATCH profile, e-mail proven',
    record: waiting(),
    body: PROFILE,
    prepare: hasProven,
    first: NEW_EMAIL,
  },
  {
    name: 'GET, e-mail taken meanwhile',
    ...EVERY,
    record: waiting(),
    body: null,
    prepare: takenMeanwhile,
  },
  {
    name: 'PATCH e-mail taken meanwhile',
    ...EVERY,
    record: waiting(),
    body: NEW_EMAIL,
    prepare: takenMeanwhile,
    refusal: 'email_taken',
  },
  {
    name: 'GET, e-mail taken back, then proven',
    ...EVERY,
    record: waiting({ isWithdrawn: true }),
    body: null,
    prepare: hasProven,
  },
];

const PATHS: Path[] = [
  { name: 'GET', record: ada, body: null },
  { name: 'GET, first call', ...EVERY, record: () => null, body: null },
  {
    name: 'GET, new SSO sign-in',
    ...EVERY,
    record: sso,
    body: null,
    prepare: newAtProvider,
  },
  {
    name: 'PATCH profile, new SSO sign-in',
    record: sso,
    body: { name: 'Countess', job_title: 'Programmer' },
    prepare: newAtProvider,
    first: AT_PROVIDER,
  },
  {
    name: 'GET, open intent',
    ...EVERY,
    record: openIntent({ username: 'countess', name: 'C' }),
    body: null,
  },
  {
    name: 'GET, open intent refused',
    kinds: ['aliases', 'username'],
    record: openIntent({ username: 'stranger' }),
    body: null,
    prepare: strangerHasAlias,
  },
  { name: 'PATCH profile', record: ada, body: PROFILE },
  { name: 'PATCH nothing', record: ada, body: { name: 'Ada' } },
  { name: 'PATCH username', ...EVERY, record: ada, body: { username: 'countess', ...PROFILE } },
  { name: 'PATCH e-mail', ...EVERY, record: ada, body: { email: 'countess@example.com' } },
  {
    name: 'PATCH e-mail in other letters',
    ...EVERY,
    record: ada,
    body: { email: 'Ada@example.com' },
  },
  {
    name: 'PATCH e-mail of who has no username in the directory',
    record: () => aRecord({ username: 'ada@example.com', email: 'ada@example.com' }),
    body: { email: 'countess@example.com' },
    prepare: (world, { directoryName }) => {
      const person = world.directory.people.get(directoryName ?? '');
      if (person) person.preferredUsername = null;
    },
  },
  {
    name: 'PATCH name that rests for another',
    record: ada,
    body: { username: 'given-up', ...PROFILE },
    prepare: (world) => letRest(world, 'given-up', 'somebody-else'),
    refusal: 'username_taken',
  },
  {
    name: 'PATCH back to the name that rests',
    record: ada,
    body: { username: 'given-up', ...PROFILE },
    prepare: (world, record) => letRest(world, 'given-up', record.subject),
  },
  {
    name: 'PATCH back to the name that rests, refused',
    ...EVERY,
    record: ada,
    body: { username: 'given-up', password: GOOD_PASSWORD },
    prepare: (world, record) => {
      letRest(world, 'given-up', record.subject);
      world.directory.refusedPasswords.add(GOOD_PASSWORD);
    },
    refusal: 'invalid_fields',
    afterCrash: { username: 'given-up' },
  },
  {
    name: 'PATCH both names',
    ...EVERY,
    record: ada,
    body: { username: 'countess', email: 'countess@example.com' },
  },
  {
    name: 'PATCH name that is taken',
    ...EVERY,
    record: ada,
    body: { username: 'taken' },
    refusal: 'username_taken',
  },
  {
    name: 'PATCH alias that is taken',
    kinds: ['aliases', 'username'],
    record: ada,
    body: { username: 'stranger', ...PROFILE },
    prepare: strangerHasAlias,
    refusal: 'username_taken',
  },
  {
    name: 'PATCH alias that is taken meanwhile',
    kinds: ['aliases', 'username'],
    record: ada,
    body: { username: 'stranger', ...PROFILE },
    prepare: (world) => {
      strangerHasAlias(world);
      const { find } = world.directory;
      world.directory.find = async (name) => (name === 'stranger' ? null : find(name));
    },
    refusal: 'username_taken',
  },
  {
    name: 'PATCH e-mail that somebody has verified',
    kinds: ['aliases', 'email'],
    record: ada,
    body: { email: 'stranger@example.com', ...PROFILE },
    prepare: strangerHasAlias,
    refusal: 'email_taken',
  },
  { name: 'PATCH password', record: ada, body: { password: GOOD_PASSWORD } },
  { name: 'PATCH password, profile', record: ada, body: { password: GOOD_PASSWORD, ...PROFILE } },
  {
    name: 'PATCH password, names, profile',
    ...EVERY,
    record: ada,
    body: {
      password: GOOD_PASSWORD,
      username: 'countess',
      email: 'countess@example.com',
      ...PROFILE,
    },
  },
  {
    name: 'PATCH password refused, names',
    ...EVERY,
    record: ada,
    body: { password: GOOD_PASSWORD, username: 'countess', email: 'countess@example.com' },
    prepare: (world) => world.directory.refusedPasswords.add(GOOD_PASSWORD),
    refusal: 'invalid_fields',
    afterCrash: { username: 'countess', email: 'countess@example.com' },
  },
  {
    name: 'PATCH expired password',
    record: () => ({ ...ada(), account: { ...ada().account, password_expired: true } }),
    body: { password: GOOD_PASSWORD },
  },
  { name: 'PATCH password_expired', record: root, body: { password_expired: true } },
  {
    name: 'PATCH is_active',
    record: root,
    body: { is_active: false, name: 'Gone' },
    prepare: anotherSuperuser,
  },
  {
    name: 'PATCH is_superuser',
    record: root,
    body: { is_superuser: false, name: 'Gone' },
    prepare: anotherSuperuser,
  },
  {
    name: 'PATCH is_superuser, username',
    ...EVERY,
    record: root,
    body: { is_superuser: false, username: 'countess' },
    prepare: anotherSuperuser,
  },
  {
    name: 'PATCH is_active of the last superuser',
    record: root,
    body: { is_active: false, name: 'Gone' },
    refusal: 'last_superuser',
  },
  ...PROOF_PATHS.map((path) => ({ ...path, provesEmails: true })),
  ...KIND_PATHS,
];

/** A path in one kind of pool. */
type KindPath = Path & { kind: SignInNames };
const ALL_PATHS: KindPath[] = PATHS.flatMap(({ kinds = ['aliases'], ...path }) =>
  kinds.map((kind) => ({
    ...path,
    kind,
    name: kind === 'aliases' ? path.name : `${path.name}, by ${kind}`,
  })),
);

function setUp({ record, prepare, provesEmails = false, kind }: KindPath) {
  const given = record();
  const stored = given ? [given] : [];
  const world = aWorld(...stored, aRecord({ username: 'taken', email: 'taken@example.com' }));
  world.directory.keepsUnproven = provesEmails;
  const person = given ? null : aPerson({ preferredUsername: 'ada', email: 'ada@example.com' });
  if (person) world.directory.people.set(person.directoryName, person);
  // Names of an intent that is open from the start are reserved, as the intent's write did.
  if (given) prepare?.(world, given);
  makeKind(world, kind);
  const caller = aCaller(given ?? person ?? ada());
  return { world, caller, before: given?.account ?? null };
}

const PROOF_RULES = { ...RULES, emailChange: 'verified' as const };

type SetUp = ReturnType<typeof setUp>;

const send = (
  { world, caller }: SetUp,
  { body, provesEmails, isQuiet }: KindPath,
  { notices, ...ports }: Pick<Ports, 'store' | 'directory' | 'notices'>,
) => {
  const request = { caller, report: world.report };
  const { signInNames, runtime } = world;
  const all = { ...ports, signInNames, runtime, ...(notices && !isQuiet && { notices }) };
  return body === null
    ? getMe(all, RULES, request)
    : patchMe(
        all,
        provesEmails ? PROOF_RULES : RULES,
        request,
        { body, mode: 'replace' },
        () => {},
      );
};

/** The account a path ends with when nothing goes wrong. */
async function expectedAccount(path: KindPath): Promise<StoredAccount> {
  const fresh = setUp(path);
  await send(fresh, path, fresh.world).catch((error) => {
    if (error.code !== path.refusal) throw error;
  });
  const stored = fresh.world.store.records.get(fresh.caller.subject);
  if (!stored) throw new Error('The path stores an account');
  return stored.account;
}

const withoutId = (account: StoredAccount | null) => {
  const { id: _id, oauth_id: _oauthId, ...rest } = account ?? {};
  return rest;
};

/** How many outside calls a path makes when nothing goes wrong, by name. */
async function callsOf(path: KindPath): Promise<string[]> {
  const fresh = setUp(path);
  const counted = withFault(fresh.world, Number.POSITIVE_INFINITY, 'fails before');
  await send(fresh, path, counted).catch(() => {});
  return counted.names;
}

const rows: { path: string; calls: number; cells: number }[] = [];
let totalCells = 0;

describe.each(ALL_PATHS)('$name', (path) => {
  it('converges whatever goes wrong at any of its calls', async () => {
    const names = await callsOf(path);
    const goal = withoutId(await expectedAccount(path));
    for (const [index, name] of names.entries()) {
      for (const fault of FAULTS) {
        totalCells += 1;
        await runCell(path, index + 1, fault, goal, `${name} (call ${index + 1}) ${fault}`);
      }
    }
    rows.push({ path: path.name, calls: names.length, cells: names.length * FAULTS.length });
  });
});

async function runCell(
  path: KindPath,
  at: number,
  fault: (typeof FAULTS)[number],
  goal: object,
  cell: string,
) {
  const given = setUp(path);
  const { world, caller, before } = given;
  const faulty = withFault(world, at, fault);
  const first = await send(given, path, faulty).catch((error) => error);
  await faulty.settle();
  if (first instanceof Error) {
    const isKnown = [Crash, UnavailableError, ProblemError].some((E) => first instanceof E);
    expect(isKnown, `${cell}: ${first.stack}`).toBe(true);
  }

  // While the lease may be held, a read answers the stored account and calls no directory.
  await expectStoredAccount(given, cell);

  // The next request after it, a read: whatever it answers, everything agrees after it.
  world.runtime.now += LEASE_SECONDS;
  const next = await send(given, { ...path, body: null }, world).catch((error) => error);
  if (next instanceof Error) expect(next, cell).toBeInstanceOf(ProblemError);
  expect(inconsistencies(world), cell).toEqual([]);
  expectNamesAtRest(given, path, cell);
  const stored = world.store.records.get(caller.subject);
  const account = withoutId(stored?.account ?? null);
  const crashed = { ...goal, ...path.afterCrash };
  const begun = { ...withoutId(before), ...path.first };
  const allOrNothing = [withoutId(before), begun, goal, goalWithMark(goal, before), crashed];
  expect(allOrNothing, `${cell}: half-applied`).toContainEqual(account);
  expect(stored?.intent, cell).toBeNull();
  expectPasswordRule(world, given, cell);
  expectOwnerTold(given, path, cell);

  // Sent again, the change comes out as if nothing had gone wrong.
  if (path.body !== null && !isLockedOut(path, account)) {
    const again = await send(given, path, world).catch((error) => error);
    if (again instanceof Error) expect(again, cell).toMatchObject({ code: path.refusal });
    const settled = world.store.records.get(caller.subject);
    expect([goal, crashed], cell).toContainEqual(withoutId(settled?.account ?? null));
    expect(inconsistencies(world), cell).toEqual([]);
  }
}

/** What is given up rests for its holder, and a name is at rest for whom it rested before. */
function expectNamesAtRest({ world, caller, before }: SetUp, path: KindPath, cell: string) {
  const { records, names, resting } = world.store;
  const record = records.get(caller.subject);
  const account = record?.account;
  for (const field of ['username', 'email'] as const) {
    const name = before?.[field];
    if (!record || !name || namesHeldBy(record).has(foldName(name))) continue;
    expect(resting.get(name)?.restingFor, `${cell}: ${name} does not rest`).toBe(caller.subject);
  }
  if (!path.name.includes('rests')) return;
  const isBack = names.has('given-up') && account?.username === 'given-up';
  expect(isBack || !names.has('given-up'), cell).toBe(true);
  expect(resting.has('given-up'), `${cell}: its rest was forgotten`).toBe(true);
}

async function expectStoredAccount({ world, caller }: SetUp, cell: string) {
  const stored = world.store.records.get(caller.subject);
  if (!stored?.account.is_active || !isLeased(stored, NOW)) return;
  const calls = world.directory.calls;
  const answered = await getMe(world, RULES, { caller, report: world.report });
  expect(answered, cell).toEqual(stored);
  expect(world.directory.calls, cell).toBe(calls);
}

/** After a crash the mark of an expired password stays until the password is sent again. */
function goalWithMark(goal: object, before: StoredAccount | null) {
  return { ...goal, password_expired: before?.password_expired ?? false };
}

/** Who deactivates themselves cannot send it again. */
function isLockedOut(path: KindPath, account: object): boolean {
  return path.body?.['is_active'] === false && 'is_active' in account && !account.is_active;
}

/** A password that was set ends the other sessions, whatever went wrong after it. */
function expectPasswordRule(world: World, { caller }: SetUp, cell: string) {
  const { directoryName, subject } = caller;
  if (directoryName === null || !world.directory.passwords.has(directoryName)) return;
  const sessions = world.store.records.get(subject)?.sessions;
  expect(sessions, `${cell}: sessions go on after a change of password`).not.toBeNull();
  expect(sessions?.exemptOriginJti, cell).toBe(caller.originJti);
}

/** Of every change of what signs in. Where sending fails, that is reported and nothing else. */
function expectOwnerTold({ world, caller, before }: SetUp, path: KindPath, cell: string) {
  const { directoryName, subject } = caller;
  const after = world.store.records.get(subject)?.account;
  if (path.isQuiet || !before?.email || before.oauth_provider !== null || !after) return;
  const isSet = directoryName !== null && world.directory.passwords.has(directoryName);
  const changed = [
    ...(['username', 'email'] as const).filter((field) => after[field] !== before[field]),
    ...(isSet ? (['password'] as const) : []),
  ];
  const isReported = cell.startsWith('notices.tell') && !cell.includes('crash');
  // A process that is gone reports nothing.
  const failures = world.events.filter(
    (event) => event.event === 'NOTICE_FAILED' && event.error !== Crash.name,
  );
  expect(failures.length, cell).toBe(isReported ? 1 : 0);
  for (const field of isReported ? [] : changed) {
    const told = world.notices.sent.filter((notice) => notice.changed.includes(field));
    const proven = path.provesEmails && field === 'email' ? [after.email] : [];
    const addresses = new Set([before.email, ...proven]);
    expect(new Set(told.map(({ to }) => to)), `${cell}: ${field}`).toEqual(addresses);
  }
}

afterAll(() => {
  const width = Math.max(...ALL_PATHS.map(({ name }) => name.length));
  const lines = rows.map(
    ({ path, calls, cells }) => `${path.padEnd(width)}  ${calls} calls  ${cells} cells`,
  );
  console.log(
    ['Fault matrix, all cells converge:', ...lines, `${totalCells} cells in all`].join('\n'),
  );
});
