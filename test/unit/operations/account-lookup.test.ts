import { describe, expect, it } from 'vitest';
import {
  changeRecord,
  findAccount,
  OperationError,
} from '../../../lib/operations/account-lookup.ts';
import { getMe } from '../../../lib/self-service/current-user.ts';
import { aCaller, aPerson, aRecord, NOW, RULES, SERVICE } from '../../support/builders.ts';
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

  it('finds a service account by name and client id, and asks the directory nothing', async () => {
    const record = aRecord({ ...SERVICE, username: 'reports' }, { subject: 'client-1' });
    const world = anOperatorWorld(record);

    for (const name of ['reports', 'client-1']) {
      expect(await findAccount(world, name)).toEqual({ record, person: null });
    }
    expect(world.directory.calls).toBe(0);
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

  it('says that there is no such account', async () => {
    await expect(findAccount(anOperatorWorld(), 'nobody')).rejects.toEqual(
      new OperationError('There is no account "nobody".'),
    );
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
