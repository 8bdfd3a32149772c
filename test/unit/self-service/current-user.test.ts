import { describe, expect, it } from 'vitest';
import { toAccountView } from '../../../lib/account/account.ts';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import {
  DirectoryRefusalError,
  ProblemError,
  RecordConflictError,
  UnavailableError,
} from '../../../lib/account/errors.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { LEASE_SECONDS } from '../../../lib/contract.ts';
import type { Caller } from '../../../lib/self-service/caller.ts';
import { type Precondition, patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  aTestContext,
  COMMON_PASSWORD,
  GOOD_PASSWORD,
  NOW,
  RULES,
  SERVICE,
  SSO,
} from '../../support/builders.ts';
import { inconsistencies } from '../../support/oracle.ts';
import { REST_SECONDS } from '../../support/store-options.ts';

type World = ReturnType<typeof aTestContext>;
const ANY: Precondition = () => {};

const read = (world: World, caller: Caller) =>
  getMe(world, RULES, { caller, report: world.report });
const write = (world: World, caller: Caller, body: JsonValue, precondition = ANY) =>
  patchMe(world, RULES, { caller, report: world.report }, { body, mode: 'replace' }, precondition);

/** The directory, with its first call of that kind standing still until it may go on. */
function heldBack(directory: World['directory'], method: 'setNames') {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isFirst = true;
  const held = {
    ...directory,
    [method]: async (...args: Parameters<World['directory']['setNames']>) => {
      if (isFirst) {
        isFirst = false;
        reached.resolve();
        await released.promise;
      }
      return directory[method](...args);
    },
  };
  return { directory: held, reached: reached.promise, goOn: released.resolve };
}

async function codeOf(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('accepted'),
    (thrown) => thrown,
  );
  return error instanceof ProblemError ? error.code : error.name;
}

function expectConsistent(world: World) {
  const held = new Map<string, string>();
  for (const record of world.store.records.values()) {
    for (const name of [record.account.username, record.account.email]) {
      if (name !== null) held.set(name.toLowerCase(), record.subject);
    }
  }
  expect(new Map(world.store.names)).toEqual(held);
}

describe('getMe', () => {
  it('returns the record of a caller who has one, and writes nothing', async () => {
    const record = aRecord();
    const world = aTestContext(record);

    expect(await read(world, aCaller(record))).toEqual(record);
    expect(world.directory.calls).toBe(0);
    expect(world.store.records.get(record.subject)?.revision).toBe(1);
  });

  it('makes the record of a person on their first call', async () => {
    const world = aTestContext();
    const person = aPerson({ preferredUsername: 'ada', email: 'ada@example.com' });
    world.directory.people.set(person.directoryName, person);

    const { account, version } = await read(world, aCaller(person));

    expect(account).toMatchObject({
      id: person.subject,
      username: 'ada',
      email: 'ada@example.com',
      is_active: true,
      is_superuser: false,
      is_service_account: false,
    });
    expect(version).toBe(1);
    expect([...world.store.names.keys()].sort()).toEqual(['ada', 'ada@example.com']);
    expect(world.events).toEqual([{ event: 'ACCOUNT_PROVISIONED', subject: person.subject }]);
  });

  it('makes one record for 100 racing first calls', async () => {
    const world = aTestContext();
    const person = aPerson();
    world.directory.people.set(person.directoryName, person);

    const records = await Promise.all(
      Array.from({ length: 100 }, () => read(world, aCaller(person))),
    );

    expect(new Set(records.map(({ account }) => JSON.stringify(toAccountView(account)))).size).toBe(
      1,
    );
    expect(world.store.records.size).toBe(1);
    expect(world.events.filter(({ event }) => event === 'ACCOUNT_PROVISIONED')).toHaveLength(1);
  });

  it('refuses a token whose account the directory no longer knows', async () => {
    expect(await codeOf(read(aTestContext(), aCaller(aPerson())))).toBe('account_not_found');
  });

  it('refuses a token whose directory name belongs to somebody else now', async () => {
    const world = aTestContext();
    const newcomer = aPerson({ directoryName: 'dir-1' });
    world.directory.people.set('dir-1', newcomer);
    const caller = aCaller({ subject: 'gone', directoryName: 'dir-1' });

    expect(await codeOf(read(world, caller))).toBe('account_not_found');
  });

  it('refuses a client that is no registered service account, and never asks the directory', async () => {
    const world = aTestContext();
    const caller = aCaller({ subject: 'client-1', directoryName: null });

    expect(await codeOf(read(world, caller))).toBe('service_account_not_registered');
    expect(world.directory.calls).toBe(0);
  });

  it('returns a service account', async () => {
    const record = aRecord(SERVICE);

    expect((await read(aTestContext(record), aCaller(record))).account.is_service_account).toBe(
      true,
    );
  });

  it('refuses an inactive account, also one that was inactive before its first call', async () => {
    const record = aRecord({ is_active: false });
    const world = aTestContext(record);
    const disabled = aPerson({ enabled: false });
    world.directory.people.set(disabled.directoryName, disabled);

    expect(await codeOf(read(world, aCaller(record)))).toBe('account_inactive');
    expect(await codeOf(read(world, aCaller(disabled)))).toBe('account_inactive');
  });

  describe('sessions', () => {
    const sessions = { validFrom: NOW - 100, exemptOriginJti: 'kept' };
    const record = aRecord({}, { sessions });

    it.each([
      ['before the cut', { authTime: NOW - 101, originJti: 'other' }, 'session_revoked'],
      ['at the cut', { authTime: NOW - 100, originJti: 'other' }, 'session_revoked'],
      ['unknown when', { authTime: null, originJti: null }, 'session_revoked'],
      ['after the cut', { authTime: NOW - 99, originJti: 'other' }, null],
      ['before the cut, but exempt', { authTime: NOW - 500, originJti: 'kept' }, null],
    ])('signed in %s: %3$s', async (_name, session, code) => {
      const work = read(aTestContext(record), aCaller(record, session));

      if (code === null) expect((await work).subject).toBe(record.subject);
      else expect(await codeOf(work)).toBe(code);
    });

    it('does not take a missing session id for an exempt one', async () => {
      const open = aRecord({}, { sessions: { validFrom: NOW, exemptOriginJti: null } });

      expect(await codeOf(read(aTestContext(open), aCaller(open, { originJti: null })))).toBe(
        'session_revoked',
      );
    });
  });

  describe('first names', () => {
    const provisioned = async (world: World, given: Parameters<typeof aPerson>[0]) => {
      const person = aPerson(given);
      world.directory.people.set(person.directoryName, person);
      return (await read(world, aCaller(person))).account;
    };
    const taken = () => aTestContext(aRecord({ username: 'Taken', email: 'taken@example.com' }));

    it.each<[name: string, given: Parameters<typeof aPerson>[0], username: RegExp | string]>([
      ['preferred_username', { preferredUsername: 'ada' }, 'ada'],
      [
        'the e-mail, without one',
        { preferredUsername: null, email: 'ada@example.com' },
        'ada@example.com',
      ],
      [
        'the e-mail, when it does not fit',
        { preferredUsername: 'a b', email: 'ada@example.com' },
        'ada@example.com',
      ],
      [
        'the e-mail, when it is taken',
        { preferredUsername: 'taken', email: 'ada@example.com' },
        'ada@example.com',
      ],
      [
        'the e-mail, when preferred_username could be the id of another',
        {
          preferredUsername: '7B7F3F0E-2f4e-4c1e-9a53-0c9f5b0f8a11.',
          email: "conan.o'brien@example.com",
        },
        "conan.o'brien@example.com",
      ],
      [
        'the directory name, also in the form of an id',
        {
          preferredUsername: null,
          email: null,
          directoryName: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
        },
        '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
      ],
      [
        'the directory name',
        { preferredUsername: 'taken', email: null, directoryName: 'opaque' },
        'opaque',
      ],
      [
        'the id',
        { preferredUsername: 'TAKEN', email: 'Taken@example.com', directoryName: 'a b' },
        /^[0-9a-f-]{36}$/,
      ],
    ])('are %s', async (_name, given, username) => {
      expect((await provisioned(taken(), given)).username).toMatch(username);
    });

    it('leave out an e-mail that another account holds, or that is none', async () => {
      expect((await provisioned(taken(), { email: 'TAKEN@example.com' })).email).toBeNull();
      expect((await provisioned(taken(), { email: 'no address' })).email).toBeNull();
    });

    it('leave out an e-mail that another person of the directory has verified', async () => {
      const world = aTestContext();
      const owner = aPerson({ email: 'owner@example.com' });
      world.directory.people.set(owner.directoryName, owner);
      const squatter = { preferredUsername: null, emailVerified: false, directoryName: 'squatter' };

      expect(await provisioned(world, { ...squatter, email: 'Owner@example.com' })).toMatchObject({
        username: 'squatter',
        email: null,
      });
      expect(inconsistencies(world)).toEqual([]);
      expect((await read(world, aCaller(owner))).account.email).toBe('owner@example.com');
    });

    it('take an e-mail that nobody has verified', async () => {
      const world = aTestContext();
      const other = aPerson({ email: 'shared@example.com', emailVerified: false });
      world.directory.people.set(other.directoryName, other);
      const given = { email: 'shared@example.com', emailVerified: false };

      expect((await provisioned(world, given)).email).toBe('shared@example.com');
    });

    it.each([null, { provider: 'Corporate', id: '7' }])(
      'are never reserved ones (%j)',
      async (identity) => {
        const [preferredUsername = ''] = RULES.reservedNames;
        const given = { identity, preferredUsername, email: null, directoryName: 'opaque' };

        expect((await provisioned(aTestContext(), given)).username).toBe('opaque');
      },
    );

    it('are the e-mail for SSO accounts, and never the reserved name', async () => {
      const identity = { provider: 'Corporate', id: '7' };
      const named = { identity, preferredUsername: 'ada', email: 'ada@corp.example' };
      const rogue = { identity, preferredUsername: 'Admin', email: null };

      expect(await provisioned(aTestContext(), named)).toMatchObject({
        username: 'ada@corp.example',
        oauth_provider: 'Corporate',
        oauth_id: '7',
        password_expired: null,
      });
      expect((await provisioned(aTestContext(), rogue)).username).not.toMatch(/admin/i);
    });
  });

  describe('the e-mail of an SSO account', () => {
    const setUp = (email: string | null, refreshedAt = NOW - 1000) => {
      const account = { ...SSO, username: 'ada@corp.example', email: 'ada@corp.example' };
      const record = aRecord(account, { refreshedAt });
      const world = aTestContext(record, aRecord({ email: 'taken@corp.example' }));
      const person = world.directory.people.get(record.directoryName ?? '');
      if (person) person.email = email;
      return { world, record };
    };

    it('is taken over at the next sign-in, the username with it', async () => {
      const { world, record } = setUp('ada@new.example');

      const refreshed = await read(world, aCaller(record));

      expect(refreshed.account).toMatchObject({
        email: 'ada@new.example',
        username: 'ada@new.example',
      });
      expect(refreshed.version).toBe(2);
      expectConsistent(world);
    });

    it('is asked for once per sign-in', async () => {
      const { world, record } = setUp('ada@corp.example');

      const first = await read(world, aCaller(record));
      await read(world, aCaller(record));

      expect(first.version).toBe(1);
      expect(world.directory.calls).toBe(1);
    });

    it('is not asked for on an older sign-in', async () => {
      const { world, record } = setUp('ada@new.example', NOW - 60);

      await read(world, aCaller(record));

      expect(world.directory.calls).toBe(0);
    });

    it.each(['taken@corp.example', null, 'no address'])(
      'stays when the new one is %s',
      async (email) => {
        const { world, record } = setUp(email);

        expect((await read(world, aCaller(record))).account.email).toBe('ada@corp.example');
        expect((await read(world, aCaller(record))).version).toBe(1);
        expect(world.directory.calls).toBe(1);
        expectConsistent(world);
      },
    );

    it('stays when another person of the directory has verified the new one', async () => {
      const { world, record } = setUp('owner@corp.example');
      const person = world.directory.people.get(record.directoryName ?? '');
      if (person) person.emailVerified = false;
      const owner = aPerson({ email: 'owner@corp.example' });
      world.directory.people.set(owner.directoryName, owner);

      expect((await read(world, aCaller(record))).account.email).toBe('ada@corp.example');
      expect((await read(world, aCaller(owner))).account.email).toBe('owner@corp.example');
      expectConsistent(world);
    });
  });
});

describe('patchMe', () => {
  it('changes the sent fields, and only the version besides', async () => {
    const record = aRecord({ company: 'Analytical Engines' });
    const world = aTestContext(record);

    const changed = await write(world, aCaller(record), { name: 'Ada' });

    expect(changed.account).toEqual({ ...record.account, name: 'Ada' });
    expect(changed).toMatchObject({ version: 2, editedFields: ['name', 'company'] });
    expect(world.events).toEqual([
      {
        event: 'ACCOUNT_CHANGED',
        subject: record.subject,
        fields: ['name'],
        fromVersion: 1,
        toVersion: 2,
      },
    ]);
  });

  it('writes nothing where nothing changes', async () => {
    const record = aRecord({ name: 'Ada' });
    const world = aTestContext(record);

    expect(await write(world, aCaller(record), { name: 'Ada' })).toEqual(record);
    expect(world.store.records.get(record.subject)?.revision).toBe(1);
    expect(world.events).toEqual([]);
  });

  it.each<[name: string, record: AccountRecord, code: string]>([
    ['a service account', aRecord(SERVICE), 'service_account_not_editable'],
    ['an internal account', aRecord({}, { internal: true }), 'internal_account_not_editable'],
    ['the admin account', aRecord({ username: 'Admin' }), 'admin_account_not_editable'],
  ])('refuses to edit %s, whatever is sent', async (_name, record, code) => {
    for (const body of [{}, { name: 1 }, { name: 'x' }]) {
      expect(await codeOf(write(aTestContext(record), aCaller(record), body))).toBe(code);
    }
  });

  it('checks the precondition after the account and before the content', async () => {
    const refuse = () => {
      throw new ProblemError('precondition_failed');
    };
    const record = aRecord();
    const admin = aRecord({ username: 'admin' });

    expect(await codeOf(write(aTestContext(record), aCaller(record), { name: 1 }, refuse))).toBe(
      'precondition_failed',
    );
    expect(await codeOf(write(aTestContext(admin), aCaller(admin), { name: 1 }, refuse))).toBe(
      'admin_account_not_editable',
    );
  });

  it('loses none of 50 concurrent changes of different members', async () => {
    const record = aRecord();
    const world = aTestContext(record);
    const bodies = Array.from({ length: 50 }, (_, index) => ({ [`k${index}`]: index }));

    const request = { caller: aCaller(record), report: world.report };
    await Promise.all(
      bodies.map((metadata) =>
        patchMe(world, RULES, request, { body: { metadata }, mode: 'merge' }, ANY),
      ),
    );

    const stored = await read(world, aCaller(record));
    expect(JSON.parse(stored.account.metadata ?? '{}')).toEqual(Object.assign({}, ...bodies));
    expect(stored.version).toBe(51);
  });

  it('gives up after a bounded number of conflicts', async () => {
    const record = aRecord();
    const world = aTestContext(record);
    world.store.replace = async () => {
      throw new RecordConflictError();
    };

    expect(await codeOf(write(world, aCaller(record), { name: 'x' }))).toBe('UnavailableError');
    expect(world.events.every(({ event }) => event === 'WRITE_CONFLICT')).toBe(true);
    expect(world.events.length).toBeLessThan(50);
  });

  describe('names', () => {
    it('move in the store and in the directory, and the old ones are free when they have rested', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const bob = aRecord({ username: 'bob', email: 'bob@example.com' });
      const world = aTestContext(ada, bob);

      const changed = await write(world, aCaller(ada), {
        username: 'countess',
        email: 'countess@example.com',
        name: 'Ada',
      });

      expect(changed.account).toMatchObject({ username: 'countess', name: 'Ada' });
      expect(changed).toMatchObject({ intent: null, version: 2 });
      expect(world.directory.people.get(ada.directoryName ?? '')).toMatchObject({
        preferredUsername: 'countess',
        email: 'countess@example.com',
        emailVerified: false,
      });
      const take = () =>
        write(world, aCaller(bob, { authTime: world.runtime.now }), { username: 'ada' });
      expect(await codeOf(take())).toBe('username_taken');
      world.runtime.now += REST_SECONDS;
      expect((await take()).account.username).toBe('ada');
      expectConsistent(world);
    });

    it('at rest are given back to who gave them up', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      await write(world, aCaller(ada), { username: 'countess' });

      const back = await write(world, aCaller(ada), { username: 'Ada' });

      expect(back.account.username).toBe('Ada');
      expectConsistent(world);
    });

    it('at rest are refused as those that another account holds', async () => {
      const [ada, bob] = [aRecord({ username: 'ada' }), aRecord({ username: 'bob' })];
      const world = aTestContext(ada, bob, aRecord({ username: 'held' }));
      await write(world, aCaller(ada), { username: 'countess' });

      const [resting, held] = [
        await write(world, aCaller(bob), { username: 'ada' }).catch((error) => error),
        await write(world, aCaller(bob), { username: 'held' }).catch((error) => error),
      ];

      expect(resting).toMatchObject({ code: 'username_taken' });
      expect(resting).toEqual(held);
    });

    it('at rest are given to nobody who calls for the first time', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      await write(world, aCaller(ada), { username: 'countess', email: 'countess@example.com' });
      const person = aPerson({ preferredUsername: 'ada', email: 'ada@example.com' });
      world.directory.people.set(person.directoryName, person);

      const { account } = await read(world, aCaller(person));

      expect(account).toMatchObject({ username: person.directoryName, email: null });
    });

    it('that the directory refuses are free at once, or rest on for who gave them up', async () => {
      const [ada, bob] = [aRecord({ username: 'ada' }), aRecord({ username: 'bob' })];
      const world = aTestContext(ada, bob);
      await write(world, aCaller(ada), { username: 'countess' });
      world.directory.refusedPasswords.add(GOOD_PASSWORD);
      for (const username of ['never-held', 'ada']) {
        const refused = write(world, aCaller(ada), { username, password: GOOD_PASSWORD });
        expect(await codeOf(refused)).toBe('invalid_fields');
      }

      expect(await codeOf(write(world, aCaller(bob), { username: 'ada' }))).toBe('username_taken');
      await write(world, aCaller(bob), { username: 'never-held' });
      expectConsistent(world);
    });

    it('may change in case alone, and may equal one another', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);

      await write(world, aCaller(ada), { username: 'Ada' });
      const changed = await write(world, aCaller(ada), { username: 'ada@example.com' });

      expect(changed.account.username).toBe('ada@example.com');
      expectConsistent(world);
    });

    it.each([
      ['an e-mail', { email: 'ADA@Example.com' }, true],
      ['an e-mail, with a username', { email: 'ADA@Example.com', username: 'countess' }, true],
      ['an e-mail, with a password', { email: 'ADA@Example.com', password: GOOD_PASSWORD }, true],
      ['a username', { username: 'ADA.' }, true],
      ['an e-mail that was not verified', { email: 'ADA@Example.com' }, false],
    ])('in another spelling stay as verified as they were: %s', async (_what, body, was) => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      const directoryName = ada.directoryName ?? '';
      const person = world.directory.people.get(directoryName) ?? aPerson();
      world.directory.people.set(directoryName, { ...person, emailVerified: was });

      const changed = await write(world, aCaller(ada), body);

      expect(world.directory.people.get(directoryName)).toMatchObject({
        preferredUsername: changed.account.username,
        email: changed.account.email,
        emailVerified: was,
      });
    });

    it('in another spelling verify no address that the directory had for another', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      const directoryName = ada.directoryName ?? '';
      const person = world.directory.people.get(directoryName) ?? aPerson();
      world.directory.people.set(directoryName, { ...person, email: 'old@example.com' });

      await write(world, aCaller(ada), { email: 'Ada@example.com' });

      expect(world.directory.people.get(directoryName)).toMatchObject({
        email: 'Ada@example.com',
        emailVerified: false,
      });
    });

    it.each([
      ['a username', { username: 'BOB' }, 'username_taken', ['/username']],
      ['an e-mail as username', { username: 'Bob@Example.com' }, 'username_taken', ['/username']],
      ['an e-mail', { email: 'bob@EXAMPLE.com' }, 'email_taken', ['/email']],
      [
        'both',
        { username: 'bob', email: 'bob@example.com' },
        'username_taken',
        ['/username', '/email'],
      ],
    ])('of another account are refused: %s', async (_name, body, code, pointers) => {
      const ada = aRecord({ username: 'ada' });
      const world = aTestContext(ada, aRecord({ username: 'bob', email: 'bob@example.com' }));
      const people = structuredClone(world.directory.people);
      const error = await write(world, aCaller(ada), body).catch((thrown) => thrown);

      expect(error).toMatchObject({ code });
      expect(error.faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
      expect(world.store.records.get(ada.subject)).toMatchObject({
        account: ada.account,
        version: 1,
        intent: null,
      });
      expect(world.directory.people).toEqual(people);
      expectConsistent(world);
    });

    const amongStrangers = (given: Parameters<typeof aPerson>[0] = {}) => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      const names = { preferredUsername: 'stranger', email: 'stranger@example.com' };
      const stranger = aPerson({ directoryName: 'Stranger-1', ...names, ...given });
      world.directory.people.set(stranger.directoryName, stranger);
      return { ada, world };
    };

    it.each([
      ['a username', { username: 'Stranger' }, ['/username']],
      ['a directory name', { username: 'stranger-1' }, ['/username']],
      ['a verified e-mail', { email: 'Stranger@example.com' }, ['/email']],
      ['a verified e-mail as username', { username: 'stranger@example.com' }, ['/username']],
      ['both', { username: 'stranger', email: 'stranger@example.com' }, ['/username', '/email']],
    ])(
      'of somebody who never called are refused before any is reserved: %s',
      async (_name, body, pointers) => {
        const { ada, world } = amongStrangers();
        const people = structuredClone(world.directory.people);
        const error = await write(world, aCaller(ada), body).catch((thrown) => thrown);

        expect(error.code).toBe(pointers[0] === '/email' ? 'email_taken' : 'username_taken');
        expect(error.faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
        const { account, version, intent } = ada;
        expect(world.store.records.get(ada.subject)).toMatchObject({ account, version, intent });
        expect(world.directory.people).toEqual(people);
        expectConsistent(world);
      },
    );

    it('may be an e-mail that somebody else has and has not verified', async () => {
      const { ada, world } = amongStrangers({ emailVerified: false });

      const changed = await write(world, aCaller(ada), { email: 'stranger@example.com' });

      expect(changed.account.email).toBe('stranger@example.com');
      expectConsistent(world);
    });

    it('that somebody gets in the directory meanwhile are refused, and all is undone', async () => {
      const { ada, world } = amongStrangers();
      const { find } = world.directory;
      world.directory.find = async (name) => (name === 'stranger' ? null : find(name));

      expect(await codeOf(write(world, aCaller(ada), { username: 'stranger', name: 'x' }))).toBe(
        'username_taken',
      );
      expect(world.store.records.get(ada.subject)).toMatchObject({
        account: ada.account,
        version: 1,
        intent: null,
      });
      expectConsistent(world);
    });

    it('go to exactly one of 100 accounts that race for one', async () => {
      const racers = Array.from({ length: 100 }, () => aRecord());
      const world = aTestContext(...racers);

      const codes = await Promise.all(
        racers.map((racer) => codeOf(write(world, aCaller(racer), { username: 'prize' }))),
      );

      expect(codes.filter((code) => code === 'username_taken')).toHaveLength(99);
      expectConsistent(world);
    });

    it('are changed by one request at a time: a read answers the stored account meanwhile, a change waits', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      const slow = heldBack(world.directory, 'setNames');

      const first = patchMe(
        { ...world, directory: slow.directory },
        RULES,
        { caller: aCaller(ada), report: world.report },
        { body: { username: 'first', email: 'first@example.com' }, mode: 'replace' },
        ANY,
      );
      await slow.reached;
      const meanwhile = await read(world, aCaller(ada));
      const second = write(world, aCaller(ada), { username: 'second' });
      await expect(second).rejects.toBeInstanceOf(UnavailableError);
      slow.goOn();

      expect(meanwhile.account.username).toBe('ada');
      expect((await first).account.username).toBe('first');
      const again = await write(world, aCaller(ada), { username: 'second' });
      expect(again.account.username).toBe('second');
      expect(inconsistencies(world)).toEqual([]);
    });

    it('are not undone by a request that stood still for longer than it may live', async () => {
      const ada = aRecord({ username: 'ada' });
      const world = aTestContext(ada);
      const slow = heldBack(world.directory, 'setNames');

      const first = patchMe(
        { ...world, directory: slow.directory },
        RULES,
        { caller: aCaller(ada), report: world.report },
        { body: { username: 'first', password: GOOD_PASSWORD }, mode: 'replace' },
        ANY,
      );
      await slow.reached;
      slow.goOn();
      world.runtime.now += LEASE_SECONDS;
      await expect(first).rejects.toBeInstanceOf(UnavailableError);
      await write(world, aCaller(ada, { authTime: world.runtime.now }), { username: 'second' });

      expect(world.directory.passwords.size).toBe(0);
      expect((await read(world, aCaller(ada))).account.username).toBe('second');
      expect(inconsistencies(world)).toEqual([]);
    });

    it('that a request left open are finished by one request alone after the lease', async () => {
      const ada = aRecord({ username: 'ada' });
      const changes = { username: 'first' };
      const opened = { id: crypto.randomUUID(), openedAt: NOW - 5, changes, revokesSessions: null };
      const world = aTestContext({ ...ada, intent: { ...opened, leaseUntil: NOW } });
      const slow = heldBack(world.directory, 'setNames');

      const recovery = read({ ...world, directory: slow.directory }, aCaller(ada));
      await slow.reached;
      const meanwhile = await read(world, aCaller(ada));
      slow.goOn();

      expect(meanwhile.account.username).toBe('ada');
      expect((await recovery).account.username).toBe('first');
      expect(inconsistencies(world)).toEqual([]);
    });

    it.each([
      { settled: true, leaseUntil: 0, says: 'gives it back when the failed call has ended' },
      { settled: false, leaseUntil: NOW + LEASE_SECONDS, says: 'keeps it when the call may land' },
    ])('leave a lease whose request $says', async ({ settled, leaseUntil }) => {
      const ada = aRecord({ username: 'ada' });
      const world = aTestContext(ada);
      world.directory.setNames = async () => {
        throw new UnavailableError('No answer', { settled });
      };

      const sent = write(world, aCaller(ada), { username: 'first' });

      await expect(sent).rejects.toBeInstanceOf(UnavailableError);
      expect(world.store.records.get(ada.subject)?.intent?.leaseUntil).toBe(leaseUntil);
    });
  });

  describe('the e-mail of a person whom the directory knows by it alone', () => {
    const setUp = (account: Partial<AccountRecord['account']> = {}) => {
      const email = 'ada@example.com';
      const ada = aRecord({ username: email, email, ...account }, { directoryName: 'Opaque-1' });
      const world = aTestContext(ada);
      const person = world.directory.people.get('Opaque-1');
      if (person) person.preferredUsername = null;
      return {
        ada,
        world,
        signsIn: async (name: string) => (await world.directory.find(name)) !== null,
      };
    };
    const body = { email: 'new@example.com' };
    const change = { event: 'ACCOUNT_CHANGED', fields: ['email'] };

    it('leaves them the username to sign in with until the new one is verified', async () => {
      const { ada, world, signsIn } = setUp();

      const { account } = await write(world, aCaller(ada), body);

      expect(account).toMatchObject({ username: 'ada@example.com', email: 'new@example.com' });
      expect(world.directory.people.get('Opaque-1')).toMatchObject({
        preferredUsername: 'ada@example.com',
        email: 'new@example.com',
        emailVerified: false,
      });
      expect(await signsIn(account.username)).toBe(true);
      expect(await signsIn('new@example.com')).toBe(false);
      expect(world.events.at(-1)).toMatchObject(change);
      expectConsistent(world);
    });

    it('does so too when a request left the change open', async () => {
      const { ada, world, signsIn } = setUp();
      const { setNames } = world.directory;
      world.directory.setNames = async () => {
        throw new UnavailableError('No answer');
      };
      await write(world, aCaller(ada), body).catch(() => {});
      world.directory.setNames = setNames;
      world.runtime.now += LEASE_SECONDS;

      const { account } = await read(world, aCaller(ada));

      expect(account).toMatchObject({ username: 'ada@example.com', email: 'new@example.com' });
      expect(await signsIn('ada@example.com')).toBe(true);
      expect(world.events.at(-1)).toMatchObject(change);
      expectConsistent(world);
    });

    it('changes alone where the directory takes no such username', async () => {
      const { ada, world } = setUp();
      const { setNames } = world.directory;
      world.directory.setNames = async (name, names) => {
        if (names.username?.includes('@')) throw new DirectoryRefusalError('invalid_value');
        return setNames(name, names);
      };

      expect((await write(world, aCaller(ada), body)).account.email).toBe('new@example.com');
      expect(world.directory.people.get('Opaque-1')).toMatchObject({
        preferredUsername: null,
        email: 'new@example.com',
      });
    });

    it('needs nothing of the kind for who signs in with their directory name', async () => {
      const { ada, world } = setUp({ username: 'opaque-1' });

      await write(world, aCaller(ada), body);

      expect(world.directory.people.get('Opaque-1')?.preferredUsername).toBeNull();
    });
  });

  describe('password', () => {
    it('is set in the directory alone, and ends all sessions but this one', async () => {
      const ada = aRecord({ password_expired: true });
      const world = aTestContext(ada);

      const changed = await write(world, aCaller(ada), { password: GOOD_PASSWORD, name: 'Ada' });

      expect(changed.account).toMatchObject({ name: 'Ada', password_expired: false });
      expect(changed.sessions).toEqual({ validFrom: NOW, exemptOriginJti: 'session-1' });
      expect(world.directory.passwords.get(ada.directoryName ?? '')).toBe(GOOD_PASSWORD);
      expect(world.directory.signedOut).toEqual([ada.directoryName]);
      expect(JSON.stringify([...world.store.records.values(), world.events])).not.toContain(
        GOOD_PASSWORD,
      );
      expect(await codeOf(read(world, aCaller(ada, { originJti: 'session-2' })))).toBe(
        'session_revoked',
      );
      expect((await read(world, aCaller(ada))).version).toBe(2);
    });

    it('that is common is refused, and nothing changes', async () => {
      const ada = aRecord({ username: 'ada' });
      const world = aTestContext(ada);
      const error = await write(world, aCaller(ada), { password: COMMON_PASSWORD }).catch(
        (thrown) => thrown,
      );

      expect(error.faults).toMatchObject([{ pointer: '/password', code: 'password_common' }]);
      expect(world.store.records.get(ada.subject)).toEqual(ada);
      expect(world.directory.calls).toBe(0);
    });

    it('is looked up only where one is sent', async () => {
      const ada = aRecord();
      const world = aTestContext(ada);
      const looked: string[] = [];
      const isCommonPassword = async (password: string) => looked.push(password) === 0;
      const policy = { ...RULES, isCommonPassword };
      const context = { caller: aCaller(ada), report: world.report };
      const send = (body: JsonValue) =>
        patchMe(world, policy, context, { body, mode: 'replace' }, ANY);

      await send({ name: 'Ada', password: null });
      await send({ password: GOOD_PASSWORD });

      expect(looked).toEqual([GOOD_PASSWORD]);
    });

    it('refused by the directory takes new names back', async () => {
      const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
      const world = aTestContext(ada);
      world.directory.refusedPasswords.add(GOOD_PASSWORD);
      const body = { username: 'new', email: 'new@example.com', password: GOOD_PASSWORD };
      const error = await write(world, aCaller(ada), body).catch((thrown) => thrown);

      expect(error.faults).toMatchObject([{ pointer: '/password', code: 'password_refused' }]);
      expect(world.directory.people.get(ada.directoryName ?? '')).toMatchObject({
        preferredUsername: 'ada',
        email: 'ada@example.com',
        emailVerified: true,
      });
      expect(world.store.records.get(ada.subject)).toMatchObject({ version: 1, intent: null });
      expectConsistent(world);
    });
  });

  it('takes no e-mail back as verified that the directory did not have verified', async () => {
    const ada = aRecord({ username: 'ada', email: 'claimed@example.com' });
    const world = aTestContext(ada);
    const person = world.directory.people.get(ada.directoryName ?? '');
    if (person) person.email = 'proven@example.com';
    world.directory.refusedPasswords.add(GOOD_PASSWORD);

    const body = { email: 'new@example.com', password: GOOD_PASSWORD };
    expect(await codeOf(write(world, aCaller(ada), body))).toBe('invalid_fields');

    expect(world.directory.people.get(ada.directoryName ?? '')).toMatchObject({
      email: 'claimed@example.com',
      emailVerified: false,
    });
  });

  it.each([
    ['is_superuser', { is_superuser: false }],
    ['is_active', { is_active: false }],
    [
      'is_active',
      { is_active: false, is_superuser: true, username: 'new', password: GOOD_PASSWORD },
    ],
  ])('keeps the last active superuser, at %s, and changes nothing', async (field, body) => {
    const root = aRecord({ is_superuser: true });
    const inactive = aRecord({ is_superuser: true, is_active: false });
    const world = aTestContext(root, inactive, aRecord());
    const people = structuredClone(world.directory.people);

    const refused = await write(world, aCaller(root), body).catch((error) => error);

    expect(refused).toMatchObject({
      code: 'last_superuser',
      faults: [{ pointer: `/${field}`, code: 'last_superuser' }],
    });
    expect(world.store.records.get(root.subject)).toEqual(root);
    expect(world.directory.people).toEqual(people);
  });

  it('leaves one of two superusers who demote or deactivate themselves at once', async () => {
    const [one, other] = [aRecord({ is_superuser: true }), aRecord({ is_superuser: true })];
    const world = aTestContext(one, other);

    const codes = await Promise.all([
      codeOf(write(world, aCaller(one), { is_active: false })),
      codeOf(write(world, aCaller(other), { is_superuser: false })),
    ]);

    expect(codes.filter((code) => code === 'last_superuser')).toHaveLength(1);
    expect([...world.store.superusers.subjects]).toHaveLength(1);
  });

  it('deactivates a superuser who says so, in the directory as well, signed out before', async () => {
    const root = aRecord({ is_superuser: true });
    const world = aTestContext(root, aRecord({ is_superuser: true }));

    expect((await write(world, aCaller(root), { is_active: false })).account.is_active).toBe(false);
    expect(world.directory.people.get(root.directoryName ?? '')?.enabled).toBe(false);
    expect(world.directory.signedOut).toEqual([root.directoryName]);
    expect(await codeOf(read(world, aCaller(root)))).toBe('account_inactive');
  });
});
