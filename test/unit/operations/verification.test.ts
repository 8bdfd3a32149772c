import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import type { SignInNames } from '../../../lib/contract.ts';
import { repair } from '../../../lib/operations/account-repair.ts';
import {
  INCONSISTENCIES,
  type Inconsistency,
  type InconsistencyKind,
} from '../../../lib/operations/invariants.ts';
import type {
  VerificationOptions,
  VerificationProgress,
} from '../../../lib/operations/verification.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import type { DirectoryPerson } from '../../../lib/self-service/ports.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  makeKind,
  NOW,
  RULES,
  SERVICE,
  SSO,
} from '../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../support/in-memory-admin.ts';
import { inconsistencies } from '../../support/oracle.ts';
import { verified } from '../../support/verified.ts';

const check = (world: OperatorWorld, given: Partial<VerificationOptions> = {}) =>
  verified(world, { intentAgeSeconds: 60, ...given });

/** A world of every kind of account, twenty of the most common one. */
function aFullWorld() {
  const ada = aRecord({ username: 'ada', email: 'ada@example.com' }, { directoryName: 'dir-ada' });
  const sso = aRecord({ ...SSO, username: 'eve@corp.example', email: 'eve@corp.example' });
  const reports = aRecord({ ...SERVICE, username: 'reports' }, { subject: 'client-1' });
  const inactive = aRecord({ is_active: false });
  const others = Array.from({ length: 20 }, () => aRecord());
  const world = anOperatorWorld(ada, sso, reports, inactive, ...others);
  for (const person of world.directory.people.values()) {
    if (person.subject === inactive.subject) person.enabled = false;
  }
  return { world, ada, sso, reports, person: () => known(world, 'dir-ada') };
}

function known(world: OperatorWorld, directoryName: string) {
  const person = world.directory.people.get(directoryName);
  if (!person) throw new Error('The person is known');
  return person;
}

type Full = ReturnType<typeof aFullWorld>;

const intentOf = (openedAt: number, changes: Partial<AccountRecord['account']>) => ({
  id: crypto.randomUUID(),
  openedAt,
  leaseUntil: 0,
  changes,
  revokesSessions: null,
});

/** Stores a record as it is, with the names it holds, past every rule. */
function put({ store }: OperatorWorld, record: AccountRecord, ...names: string[]) {
  store.records.set(record.subject, record);
  for (const name of names) store.names.set(name, record.subject);
}

interface Plant {
  plant: (full: Full) => void;
  /** What is found, given the world. */
  found: (full: Full) => Omit<Inconsistency, 'kind'>;
  /** Whether it may be mended. */
  mended: boolean;
}

const ofAda = ({ ada }: Full) => ({ subject: ada.subject });
const nameOfAda = ({ ada }: Full) => ({ subject: ada.subject, name: 'ada' });

const PLANTS: Record<InconsistencyKind, Plant> = {
  name_not_reserved: {
    plant: ({ world }) => void world.store.names.delete('ada'),
    found: nameOfAda,
    mended: true,
  },
  name_held_by_other: {
    // A second account with the name, which the marker is not for.
    plant: ({ world, ada }) => {
      const twin = aRecord({ username: 'ada', email: null }, { subject: 'twin' });
      put(world, twin, 'ada');
      world.directory.people.set(twin.directoryName ?? '', {
        ...aPerson({ subject: 'twin', preferredUsername: 'ada', email: null }),
        directoryName: twin.directoryName ?? '',
      });
      known(world, ada.directoryName ?? '').preferredUsername = 'ada';
    },
    found: nameOfAda,
    mended: false,
  },
  name_without_account: {
    plant: ({ world }) => void world.store.names.set('ghost', 'nobody'),
    found: () => ({ subject: 'nobody', name: 'ghost' }),
    mended: true,
  },
  name_not_used: {
    plant: ({ world, ada }) => void world.store.names.set('former', ada.subject),
    found: ({ ada }) => ({ subject: ada.subject, name: 'former' }),
    mended: true,
  },
  person_missing: {
    plant: ({ world }) => void world.directory.people.delete('dir-ada'),
    found: ofAda,
    mended: false,
  },
  person_differs: {
    plant: ({ person }) => void Object.assign(person(), { subject: 'somebody-else' }),
    found: ofAda,
    mended: false,
  },
  username_differs: {
    plant: ({ person }) => void Object.assign(person(), { preferredUsername: 'former' }),
    found: ofAda,
    mended: true,
  },
  email_differs: {
    plant: ({ person }) => void Object.assign(person(), { email: 'former@example.com' }),
    found: ofAda,
    mended: true,
  },
  email_change_open: {
    plant: ({ world, ada, person }) => {
      const former = { address: ada.account.email, verified: true };
      const pendingEmail = { address: 'new@example.com', since: NOW, former, isWithdrawn: true };
      world.store.records.set(ada.subject, { ...ada, pendingEmail });
      Object.assign(person(), { email: 'new@example.com', emailVerified: true });
    },
    found: ofAda,
    mended: true,
  },
  activation_differs: {
    plant: ({ person }) => void Object.assign(person(), { enabled: false }),
    found: ofAda,
    mended: true,
  },
  identity_differs: {
    plant: ({ person }) => {
      Object.assign(person(), { identity: { provider: 'Corporate', id: 'other' } });
    },
    found: ofAda,
    mended: false,
  },
  client_missing: {
    plant: ({ world }) => void world.admin.clients.delete('client-1'),
    found: () => ({ subject: 'client-1' }),
    mended: false,
  },
  client_too_permissive: {
    plant: ({ world }) => void world.admin.clients.set('client-1', { isRestricted: false }),
    found: () => ({ subject: 'client-1' }),
    mended: true,
  },
  intent_open: {
    plant: ({ world, ada }) => {
      const intent = intentOf(NOW - 61, { username: 'countess' });
      put(world, { ...ada, intent }, 'countess');
    },
    found: ofAda,
    mended: true,
  },
  superusers_differ: {
    plant: ({ world }) => void world.store.superusers.subjects.add('somebody-else'),
    found: () => ({ subject: 'SUPERUSERS' }),
    mended: true,
  },
  unreadable_item: {
    // With a name, which may be rightly its own.
    plant: ({ world }) => {
      const broken = { subject: 'broken' } as unknown as AccountRecord;
      put(world, broken, 'broken-name');
    },
    found: () => ({ subject: 'USER#broken' }),
    mended: false,
  },
};

const KINDS = Object.keys(INCONSISTENCIES) as InconsistencyKind[];

describe('verifyAccounts', () => {
  it('finds nothing in a world where everything agrees, and changes nothing', async () => {
    const { world } = aFullWorld();
    const before = structuredClone([world.store.records, world.store.names]);

    expect(await check(world)).toEqual([]);
    expect([world.store.records, world.store.names]).toEqual(before);
  });

  it('misses no e-mail that an account was not given because another person has verified it', async () => {
    const { world } = aFullWorld();
    const squatter = aRecord({ username: 'squatter', email: null });
    put(world, squatter, 'squatter');
    const names = { preferredUsername: 'squatter', email: 'Owner@example.com' };
    const person = aPerson({ subject: squatter.subject, ...names, emailVerified: false });
    const owner = aPerson({ email: 'owner@example.com' });
    for (const one of [person, owner]) world.directory.people.set(one.directoryName, one);

    expect(await check(world)).toEqual([]);
    expect(inconsistencies(world)).toEqual([]);
    world.directory.people.delete(owner.directoryName);
    expect(await check(world)).toEqual([{ kind: 'email_differs', subject: squatter.subject }]);
  });

  it.each<[SignInNames, Partial<DirectoryPerson>, InconsistencyKind[]]>([
    ['aliases', { preferredUsername: 'other' }, ['username_differs']],
    ['email', { preferredUsername: 'other' }, []],
    ['email', { email: 'other@example.com' }, ['email_differs']],
    ['username', { preferredUsername: 'other' }, ['username_differs']],
    ['username', { preferredUsername: null }, []],
    ['username', { preferredUsername: 'bob' }, []],
  ])('in a pool of kind %s finds of %j: %j', async (signInNames, given, kinds) => {
    const ada = aRecord({ username: 'ada', email: 'ada@example.com' }, { directoryName: 'ada' });
    const world = anOperatorWorld(ada);
    world.directory.people.set('bob', aPerson({ directoryName: 'bob', preferredUsername: null }));
    makeKind(world, signInNames);
    Object.assign(known(world, 'ada'), given);

    const found = await check(world);

    expect(found.map(({ kind }) => kind)).toEqual(kinds);
    for (const one of found) expect(await repair(world, one)).toBe(true);
    expect(await check(world)).toEqual([]);
  });

  it('finds nothing in an empty world', async () => {
    expect(await check(anOperatorWorld())).toEqual([]);
  });

  it.each(KINDS)('finds a planted %s, once, and nothing else', async (kind) => {
    const full = aFullWorld();
    PLANTS[kind].plant(full);

    expect(await check(full.world)).toEqual([{ kind, ...PLANTS[kind].found(full) }]);
  });

  it('finds every kind at once, on different accounts, each once', async () => {
    const { world, reports } = aFullWorld();
    const victims = [...world.store.records.values()].filter(
      ({ account }) => account.is_active && account.oauth_provider === null,
    );
    const [a, b, c, d, e, f, g] = victims.filter(({ directoryName }) => directoryName !== null);
    if (!a || !b || !c || !d || !e || !f || !g) throw new Error('There are enough accounts');
    world.store.names.delete(a.account.username);
    world.store.names.set('former', b.subject);
    world.store.names.set('ghost', 'nobody');
    world.directory.people.delete(c.directoryName ?? '');
    known(world, d.directoryName ?? '').preferredUsername = 'other-name';
    known(world, e.directoryName ?? '').email = 'other@example.com';
    known(world, f.directoryName ?? '').enabled = false;
    put(world, { ...g, intent: intentOf(NOW - 100, { name: 'x' }) });
    put(world, { subject: 'broken' } as unknown as AccountRecord);
    world.admin.clients.delete(reports.subject);

    const found = await check(world);

    expect(found.map(({ kind }) => kind).sort()).toEqual([
      'activation_differs',
      'client_missing',
      'email_differs',
      'intent_open',
      'name_not_reserved',
      'name_not_used',
      'name_without_account',
      'person_missing',
      'unreadable_item',
      'username_differs',
    ]);
  });

  it('leaves a change alone that is still being worked on, whatever it has done so far', async () => {
    const full = aFullWorld();
    const intent = intentOf(NOW - 59, { username: 'countess' });
    put(full.world, { ...full.ada, intent }, 'countess');
    full.person().preferredUsername = 'countess';

    expect(await check(full.world)).toEqual([]);
    expect(await check(full.world, { intentAgeSeconds: 59 })).toEqual([
      { kind: 'intent_open', subject: full.ada.subject },
    ]);
  });

  it('takes names at rest for no inconsistency, nor that others were not given them', async () => {
    const { world, person } = aFullWorld();
    world.store.resting.set('former', { restingFor: 'somebody-deleted', until: NOW + 1 });
    person().preferredUsername = 'former';

    expect(await check(world)).toEqual([]);
    world.runtime.now += 1;
    expect(await check(world)).toMatchObject([{ kind: 'username_differs' }]);
  });

  it('takes nothing for a inconsistency that is written while it looks', async () => {
    const { world, ada } = aFullWorld();
    const { holdersOf } = world.index;
    const sent = { body: { username: 'countess', name: 'Ada' }, mode: 'replace' } as const;
    const request = { caller: aCaller(ada), report: world.report };
    let isDone = false;
    world.index.holdersOf = async (names) => {
      const wanted = [...names];
      if (wanted.includes('ada') && !isDone) {
        isDone = true;
        await patchMe(world, RULES, request, sent, () => {});
      }
      return holdersOf(wanted);
    };

    expect(await check(world)).toEqual([]);
    expect(isDone).toBe(true);
  });

  it('says how far it is, page by page, up to the sums', async () => {
    const { world } = aFullWorld();
    world.store.names.set('ghost', 'nobody');
    const seen: VerificationProgress[] = [];

    await check(world, { onProgress: (progress) => seen.push(progress) });

    const { records, names } = world.store;
    expect(seen.length).toBeGreaterThan(3);
    const sums = { accounts: records.size, names: names.size, superusers: 0, inconsistencies: 1 };
    expect(seen.at(-1)).toEqual(sums);
    expect(seen.every((one, index) => one.accounts >= (seen[index - 1]?.accounts ?? 0))).toBe(true);
  });

  it('waits before each look-up in the directory, of people and of clients', async () => {
    const { world } = aFullWorld();
    const pauses: number[] = [];
    const runtime = { ...world.runtime, sleep: async (pause: number) => void pauses.push(pause) };

    const services = [...world.store.records.values()].filter((one) => one.directoryName === null);
    const people = world.store.records.size - services.length;

    await check({ ...world, runtime }, { lookupsPerSecond: 50, clientLookupsPerSecond: 4 });

    expect(pauses.filter((pause) => pause === 20)).toHaveLength(people);
    expect(pauses.filter((pause) => pause === 250)).toHaveLength(services.length);
    expect(pauses).toHaveLength(people + services.length);
  });

  it('ends with the error of a cloud that does not answer', async () => {
    const { world } = aFullWorld();
    world.directory.find = async () => {
      throw new UnavailableError('No answer');
    };

    await expect(check(world)).rejects.toBeInstanceOf(UnavailableError);
  });
});

describe('mend', () => {
  it.each(KINDS)('mends a planted %s where it may, and touches nothing else', async (kind) => {
    const full = aFullWorld();
    const clean = structuredClone([full.world.store.names, full.world.directory.people]);
    PLANTS[kind].plant(full);
    const planted = structuredClone([full.world.store, full.world.directory].map(contentOf));
    const [found] = await check(full.world);
    if (!found) throw new Error('It was found');

    expect(await repair(full.world, found)).toBe(PLANTS[kind].mended);

    if (!PLANTS[kind].mended) {
      expect([full.world.store, full.world.directory].map(contentOf)).toEqual(planted);
      return;
    }
    expect(await check(full.world, { intentAgeSeconds: 0 })).toEqual([]);
    expect(inconsistencies(full.world)).toEqual([]);
    if (kind === 'intent_open') return;
    const { store, directory } = full.world;
    if (kind === 'email_differs') full.person().emailVerified = true;
    expect([store.names, directory.people]).toEqual(clean);
  });

  it('brings an open change to its end', async () => {
    const full = aFullWorld();
    PLANTS.intent_open.plant(full);
    const [found] = await check(full.world);

    if (found) await repair(full.world, found);

    const record = full.world.store.records.get(full.ada.subject);
    expect(record).toMatchObject({ intent: null, account: { username: 'countess' } });
    expect(full.person().preferredUsername).toBe('countess');
    expect(full.world.store.names.has('ada')).toBe(false);
  });

  it('takes an e-mail that the directory gets anew for unverified', async () => {
    const full = aFullWorld();
    PLANTS.email_differs.plant(full);

    await repair(full.world, { kind: 'email_differs', subject: full.ada.subject });

    expect(full.person()).toMatchObject({ email: 'ada@example.com', emailVerified: false });
  });

  it('keeps an e-mail verified that the record knows to have been proven', async () => {
    const full = aFullWorld();
    PLANTS.email_differs.plant(full);
    full.person().emailVerified = false;
    put(full.world, { ...full.ada, emailVerified: true });

    await repair(full.world, { kind: 'email_differs', subject: full.ada.subject });

    expect(full.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(full.world.store.records.get(full.ada.subject)?.emailVerified).toBe(true);
  });

  it('never takes an e-mail from another person who has verified it', async () => {
    const full = aFullWorld();
    PLANTS.email_differs.plant(full);
    put(full.world, { ...full.ada, emailVerified: true });
    const owner = aPerson({ email: 'Ada@example.com' });
    full.world.directory.people.set(owner.directoryName, owner);

    const found = { kind: 'email_differs', subject: full.ada.subject } as const;
    expect(await repair(full.world, found)).toBe(false);
    expect(known(full.world, owner.directoryName).emailVerified).toBe(true);
    expect(full.person().email).toBe('former@example.com');
  });

  it('keeps an e-mail verified that differs in case alone', async () => {
    const full = aFullWorld();
    full.person().email = 'Ada@Example.com';

    await repair(full.world, { kind: 'email_differs', subject: full.ada.subject });

    expect(full.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
  });

  it('never takes an e-mail from the directory that the account does not have', async () => {
    const ada = aRecord({ username: 'ada', email: null });
    const world = anOperatorWorld(ada);
    known(world, ada.directoryName ?? '').email = 'ada@example.com';
    const [found] = await check(world);
    if (!found) throw new Error('It was found');

    expect(found.kind).toBe('email_differs');
    expect(await repair(world, found)).toBe(false);
    expect(known(world, ada.directoryName ?? '').email).toBe('ada@example.com');
  });

  it('leaves a username alone that the directory gives to somebody else', async () => {
    const full = aFullWorld();
    PLANTS.username_differs.plant(full);
    const stranger = aPerson({ preferredUsername: 'ada' });
    full.world.directory.people.set(stranger.directoryName, stranger);

    const found = { kind: 'username_differs', subject: full.ada.subject } as const;
    expect(await repair(full.world, found)).toBe(false);
    expect(full.person().preferredUsername).toBe('former');
  });

  it('tells the directory nothing while a change is under way', async () => {
    const full = aFullWorld();
    full.person().enabled = false;
    put(full.world, { ...full.ada, intent: intentOf(NOW, { is_active: false }) });

    const found = { kind: 'activation_differs', subject: full.ada.subject } as const;
    expect(await repair(full.world, found)).toBe(false);
    expect(full.person().enabled).toBe(false);
  });

  it('tells the directory nothing about a user of that name who is somebody else', async () => {
    const full = aFullWorld();
    Object.assign(full.person(), { subject: 'somebody-else', enabled: false });

    for (const kind of ['username_differs', 'email_differs', 'activation_differs'] as const) {
      expect(await repair(full.world, { kind, subject: full.ada.subject })).toBe(false);
    }
    expect(full.person().enabled).toBe(false);
  });

  it('says that it did not mend what a request changes at the same moment', async () => {
    const full = aFullWorld();
    PLANTS.intent_open.plant(full);
    const { find } = full.world.store;
    full.world.store.find = async (subject) => {
      const record = await find(subject);
      if (record) await full.world.store.replace(record, { ...record, refreshedAt: 1 });
      return record;
    };

    expect(await repair(full.world, { kind: 'intent_open', ...ofAda(full) })).toBe(false);
  });

  describe('of names', () => {
    const sent = { body: { username: 'former' }, mode: 'replace' } as const;
    const rename = ({ world, ada }: Full) =>
      patchMe(world, RULES, { caller: aCaller(ada), report: world.report }, sent, () => {});

    it('does not free one that its holder has taken since', async () => {
      const full = aFullWorld();
      PLANTS.name_not_used.plant(full);
      const [found] = await check(full.world);
      if (!found) throw new Error('It was found');
      await rename(full);

      expect(await repair(full.world, found)).toBe(false);
      expect(full.world.store.names.get('former')).toBe(full.ada.subject);
      expect(await check(full.world)).toEqual([]);
    });

    it('does not free one that its holder takes while it is at it', async () => {
      const full = aFullWorld();
      PLANTS.name_not_used.plant(full);
      const [found] = await check(full.world);
      if (!found) throw new Error('It was found');
      const { freeName } = full.world.index;
      full.world.index.freeName = async (name, holder) => {
        await rename(full);
        return freeName(name, holder);
      };

      expect(await repair(full.world, found)).toBe(false);
      expect(await check(full.world)).toEqual([]);
    });

    it('does not free one that another account holds since', async () => {
      const full = aFullWorld();
      full.world.store.names.set('former', 'nobody');
      const [found] = await check(full.world);
      if (!found) throw new Error('It was found');
      full.world.store.names.delete('former');
      await rename(full);

      await repair(full.world, found);

      expect(full.world.store.names.get('former')).toBe(full.ada.subject);
      expect(await check(full.world)).toEqual([]);
    });

    it('does not free one of an account that is made since', async () => {
      const full = aFullWorld();
      full.world.store.names.set('late', 'late-subject');
      const [found] = await check(full.world);
      if (!found) throw new Error('It was found');
      await full.world.store.create(
        aRecord({ ...SERVICE, username: 'late' }, { subject: 'late-subject' }),
      );

      expect(await repair(full.world, found)).toBe(false);
      expect(full.world.store.names.get('late')).toBe('late-subject');
    });

    it('does not reserve one that its account has given up since', async () => {
      const full = aFullWorld();
      full.world.store.names.delete('ada');
      const [found] = await check(full.world);
      if (!found) throw new Error('It was found');
      await rename(full);

      expect(await repair(full.world, found)).toBe(false);
      expect(full.world.store.names.has('ada')).toBe(false);
    });

    it('does not reserve one that another account holds since', async () => {
      const full = aFullWorld();
      full.world.store.names.set('ada', 'another');

      const found = { kind: 'name_not_reserved', ...nameOfAda(full) } as const;
      expect(await repair(full.world, found)).toBe(false);
      expect(full.world.store.names.get('ada')).toBe('another');
    });
  });
});

function contentOf(port: OperatorWorld['store'] | OperatorWorld['directory']) {
  return 'records' in port ? [port.records, port.names] : [port.people, port.signedOut];
}
