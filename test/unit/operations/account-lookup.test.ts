import { describe, expect, it } from 'vitest';
import { DirectoryRefusalError } from '../../../lib/account/errors.ts';
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
} from '../../../lib/operations/account-administration.ts';
import { deleteAccount, rotateServiceAccount } from '../../../lib/operations/account-lifecycle.ts';
import {
  changeRecord,
  findAccount,
  OperationError,
} from '../../../lib/operations/account-lookup.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  makeKind,
  NOW,
  personOf,
  RULES,
  SERVICE,
} from '../../support/builders.ts';
import { anOperatorWorld } from '../../support/in-memory-admin.ts';
import { inconsistencies } from '../../support/oracle.ts';

const ada = () => aRecord({ username: 'ada', email: 'ada@example.com' });

describe('findAccount', () => {
  it.each([
    ['its username', 'ada'],
    ['its username in another case', 'ADA'],
    ['its e-mail', 'Ada@Example.com'],
  ])('finds an account by %s', async (_how, name) => {
    const record = ada();
    const world = anOperatorWorld(record);

    const found = await findAccount(world, name);

    expect(found.record).toEqual(record);
    expect(found.person?.subject).toBe(record.subject);
  });

  it('finds an account by its subject and by its directory name', async () => {
    const record = ada();
    const world = anOperatorWorld(record);

    expect((await findAccount(world, record.subject)).record).toEqual(record);
    expect((await findAccount(world, record.directoryName ?? '')).record).toEqual(record);
  });

  it('finds an account by a name that it is about to have', async () => {
    const intent = {
      id: crypto.randomUUID(),
      openedAt: NOW,
      leaseUntil: 0,
      changes: { username: 'countess' },
      revokesSessions: null,
    };
    const record = { ...ada(), intent };

    expect((await findAccount(anOperatorWorld(record), 'countess')).record).toEqual(record);
  });

  it('finds a service account by name, client id and id', async () => {
    const record = aRecord({ ...SERVICE, username: 'reports' }, { subject: 'client-1' });
    // More than one page of the table.
    const world = anOperatorWorld(...Array.from({ length: 20 }, () => aRecord()), record);

    for (const word of [
      'reports',
      'client-1',
      record.account.id,
      record.account.id.toUpperCase(),
    ]) {
      expect(await findAccount(world, word)).toEqual({ record, person: null });
    }
  });

  it('finds a person who has never called, by any name the directory knows', async () => {
    const world = anOperatorWorld();
    const person = aPerson({ preferredUsername: 'bob', email: 'bob@example.com' });
    world.directory.people.set(person.directoryName, person);

    for (const name of ['bob', 'bob@example.com', person.directoryName]) {
      expect(await findAccount(world, name)).toEqual({ record: null, person });
    }
  });

  it('finds an account whose user is gone from the directory', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    world.directory.people.clear();

    expect(await findAccount(world, 'ada')).toEqual({ record, person: null });
  });

  it('finds the user of a name that is reserved for an account that is gone', async () => {
    const world = anOperatorWorld();
    const person = aPerson({ preferredUsername: 'bob' });
    world.directory.people.set(person.directoryName, person);
    world.store.names.set('bob', 'gone');

    expect(await findAccount(world, 'bob')).toEqual({ record: null, person });
  });

  it.each(['nobody', '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11', '', 'a b'])(
    'says that there is no account %j',
    async (word) => {
      const world = anOperatorWorld(ada());
      const { find } = world.directory;
      // As a pool does.
      world.directory.find = async (name) => {
        if (/^$|\s/.test(name)) throw new DirectoryRefusalError('invalid_value');
        return find(name);
      };

      await expect(findAccount(world, word)).rejects.toEqual(
        new OperationError(`There is no account "${word}".`),
      );
    },
  );
});

describe('findAccount, where a word can mean two accounts', () => {
  /** As an account from before usernames in the form of an id were refused. */
  const named = (username: string) => aRecord({ username, email: null });
  const reading = (word: string, as: 'id' | 'name' | null) => ({ word, as });

  it('refuses a username that is the id of another, in any spelling, and says which with a reading', async () => {
    const bob = aRecord({ username: 'bob' });
    for (const word of [bob.subject, bob.subject.toUpperCase(), `${bob.subject}.`]) {
      const mallory = named(word);
      const world = anOperatorWorld(bob, mallory);

      await expect(findAccount(world, word)).rejects.toEqual(
        new OperationError(
          `"${word}" is the id of "bob" (${bob.subject}) and a name of "${word}" (${mallory.subject}). Say which with --id and its id, or with --name.`,
        ),
      );
      expect((await findAccount(world, reading(word, 'id'))).record).toEqual(bob);
      expect((await findAccount(world, reading(word, 'name'))).record).toEqual(mallory);
    }
  });

  it.each<[what: string, other: ReturnType<typeof aRecord>, word: (id: string) => string]>([
    ['client id of a service', aRecord(SERVICE, { subject: 'client1' }), () => 'CLIENT1'],
    ['id of a service', aRecord(SERVICE, { subject: 'client1' }), (id) => id],
    [
      'name that the directory has for a user',
      aRecord({}, { directoryName: 'Corp_7' }),
      () => 'Corp_7',
    ],
  ])('refuses a username that is the %s', async (_what, other, wordOf) => {
    const word = wordOf(other.account.id);
    const mallory = named(word);
    const world = anOperatorWorld(other, mallory);

    await expect(findAccount(world, word)).rejects.toThrow(/is the id of .* and a name of/);
    expect((await findAccount(world, reading(word, 'id'))).record).toEqual(other);
    expect((await findAccount(world, reading(word, 'name'))).record).toEqual(mallory);
  });

  it('reads the user name of somebody who never called as a name and as an id', async () => {
    const bob = aPerson({ directoryName: 'bob', preferredUsername: null });
    const world = anOperatorWorld();
    world.directory.people.set(bob.directoryName, bob);
    makeKind(world, 'username');

    for (const as of ['id', 'name', null] as const) {
      expect(await findAccount(world, reading('BOB', as))).toEqual({ record: null, person: bob });
    }
  });

  it('never reads the form of an id as a name by itself', async () => {
    const word = crypto.randomUUID();
    const mallory = named(word);
    const world = anOperatorWorld(mallory);

    await expect(findAccount(world, word)).rejects.toThrow(`is a name of "${word}"`);
    await expect(findAccount(world, reading(word, 'id'))).rejects.toThrow('no account');
    expect((await findAccount(world, reading(word, 'name'))).record).toEqual(mallory);
  });

  it('refuses the id of somebody who never called, where the directory finds an alias first', async () => {
    const bob = aPerson();
    const mallory = named(bob.subject);
    const world = anOperatorWorld(mallory);
    world.directory.people.set(bob.directoryName, bob);

    await expect(findAccount(world, bob.subject)).rejects.toThrow('a name of');
  });

  it('refuses a name that the directory has for another than the store', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const stranger = aPerson({ preferredUsername: 'ADA', email: null });
    world.directory.people.set(stranger.directoryName, stranger);
    world.directory.people.set(record.directoryName ?? '', {
      ...personOf(record),
      preferredUsername: null,
    });

    await expect(findAccount(world, 'ada')).rejects.toThrow(
      `a name of "ada" (${record.subject}) and a name of "ADA" (${stranger.subject})`,
    );
    expect((await findAccount(world, reading(stranger.directoryName, 'id'))).person).toEqual(
      stranger,
    );
  });

  it('takes a word that is both id and name of one account', async () => {
    const own = aRecord({
      id: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
      username: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
    });

    expect((await findAccount(anOperatorWorld(own), own.subject)).record).toEqual(own);
  });

  it('changes neither account', async () => {
    const bob = aRecord({ username: 'bob' });
    const mallory = named(bob.subject);
    const world = anOperatorWorld(bob, mallory);
    const work: Promise<unknown>[] = [
      setFlags(world, bob.subject, { is_superuser: true }),
      setActive(world, bob.subject, false),
      signOut(world, bob.subject),
      expirePassword(world, bob.subject),
      rotateServiceAccount(world, bob.subject),
      deleteAccount(world, bob.subject),
    ];

    for (const one of work) await expect(one).rejects.toThrow('is the id of "bob"');
    expect([...world.store.records.values()]).toEqual([bob, mallory]);
    expect(world.directory.people.size).toBe(2);
  });
});

describe('changeRecord', () => {
  const keep = async (record: ReturnType<typeof ada>) => record;
  const stranger = (world: ReturnType<typeof anOperatorWorld>, given = {}) => {
    const person = aPerson({ preferredUsername: 'bob', email: 'bob@example.com', ...given });
    world.directory.people.set(person.directoryName, person);
    return person;
  };

  it('makes the record of a person who has never called, as a first call would', async () => {
    const [world, other] = [anOperatorWorld(), anOperatorWorld()];
    const person = stranger(world);
    other.directory.people.set(person.directoryName, person);

    const made = await changeRecord(world, 'bob', keep);
    const called = await getMe(other, RULES, { caller: aCaller(person), report: () => {} });

    expect(made.account).toEqual(called.account);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('gives a person who has never called the first of their names that is free', async () => {
    const world = anOperatorWorld(aRecord({ username: 'bob', email: null }));
    const person = stranger(world);

    const made = await changeRecord(world, person.directoryName, keep);

    expect(made.account).toMatchObject({ username: 'bob@example.com', email: 'bob@example.com' });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('gives nobody an e-mail that another person of the directory has verified', async () => {
    const world = anOperatorWorld();
    const owner = aPerson({ email: 'owner@example.com' });
    const squatter = aPerson({ preferredUsername: 'bob', email: 'Owner@example.com' });
    squatter.emailVerified = false;
    for (const one of [owner, squatter]) world.directory.people.set(one.directoryName, one);

    expect((await changeRecord(world, 'bob', async (record) => record)).account.email).toBeNull();
    expect(inconsistencies(world)).toEqual([]);
  });

  it('gives a person who has never called no name that rests for another, until its time', async () => {
    const world = anOperatorWorld();
    const person = stranger(world);
    world.store.resting.set('bob', { restingFor: 'somebody-else', until: NOW + 1 });

    const made = await changeRecord(world, person.directoryName, keep);

    expect(made.account.username).toBe('bob@example.com');
    const later = anOperatorWorld();
    const same = stranger(later);
    later.store.resting.set('bob', { restingFor: 'somebody-else', until: NOW });
    expect((await changeRecord(later, same.directoryName, keep)).account.username).toBe('bob');
  });

  it('lets a sign-in end the expiry of a person who has to choose a password', async () => {
    const world = anOperatorWorld();
    const person = stranger(world, { passwordExpired: true });
    const made = await changeRecord(world, 'bob', keep);
    const caller = aCaller(person, { authTime: NOW + 60 });

    const seen = await getMe(world, RULES, { caller, report: () => {} });

    expect(made.account.password_expired).toBe(true);
    expect(seen.account.password_expired).toBe(false);
  });

  it('works on the record that a first call makes at the same moment', async () => {
    const world = anOperatorWorld();
    const person = stranger(world);
    const caller = aCaller(person);
    const { create } = world.store;
    world.store.create = async (record) => {
      world.store.create = create;
      await getMe(world, RULES, { caller, report: () => {} });
      return create(record);
    };

    const changed = await changeRecord(world, 'bob', async (record) =>
      world.store.replace(record, { ...record, internal: true }),
    );

    expect(changed).toMatchObject({ internal: true, revision: 2 });
    expect(world.store.records.size).toBe(1);
  });

  it('takes the next name where another account takes the first at the same moment', async () => {
    const world = anOperatorWorld();
    const person = stranger(world);
    const { create } = world.store;
    world.store.create = async (record) => {
      world.store.create = create;
      await create(aRecord({ ...SERVICE, username: 'bob' }));
      return create(record);
    };

    const made = await changeRecord(world, person.directoryName, keep);

    expect(made.account.username).toBe('bob@example.com');
    expect(inconsistencies(world)).toEqual([]);
  });

  it('finishes an open change first', async () => {
    const intent = {
      id: crypto.randomUUID(),
      openedAt: NOW - 5,
      leaseUntil: 0,
      changes: { username: 'countess' },
      revokesSessions: null,
    };
    const world = anOperatorWorld({ ...ada(), intent });

    const record = await changeRecord(world, 'ada', keep);

    expect(record).toMatchObject({ intent: null, account: { username: 'countess' } });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('looks again after a concurrent write', async () => {
    const world = anOperatorWorld(ada());
    let rounds = 0;

    const changed = await changeRecord(world, 'ada', async (record) => {
      rounds += 1;
      if (rounds === 1) await world.store.replace(record, { ...record, refreshedAt: 7 });
      return world.store.replace(record, { ...record, internal: true });
    });

    expect(rounds).toBe(2);
    expect(changed).toMatchObject({ internal: true, refreshedAt: 7 });
  });

  it('changes no account whose directory name belongs to somebody else now', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const newcomer = aPerson({ directoryName: record.directoryName ?? '' });
    world.directory.people.set(newcomer.directoryName, newcomer);

    await expect(changeRecord(world, 'ada', keep)).rejects.toThrow('belongs to another account');
  });
});
