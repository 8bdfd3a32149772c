import { describe, expect, it } from 'vitest';
import { NamesTakenError, ProblemError, RecordConflictError } from '../../../lib/account/errors.ts';
import type { SignInNames } from '../../../lib/contract.ts';
import { createPerson } from '../../../lib/operations/account-creation.ts';
import {
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../../../lib/operations/account-lifecycle.ts';
import { OperationError } from '../../../lib/operations/account-lookup.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import type { DirectoryPerson } from '../../../lib/self-service/ports.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  GOOD_PASSWORD,
  makeKind,
  NOW,
  personOf,
  RULES,
  SERVICE,
  SSO,
} from '../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../support/in-memory-admin.ts';
import { inconsistencies } from '../../support/oracle.ts';
import { REST_SECONDS } from '../../support/store-options.ts';

const ORGANIZATION = 'd0c5a0f4-6a57-4b8c-9a5e-0a6c6f5a7e21';
const ada = () => aRecord({ username: 'ada', email: 'ada@example.com' });
const newAda = { username: 'ada', email: 'ada@example.com', isSuperuser: false };
const reports = { username: 'reports', organizationId: ORGANIZATION };

const read = (world: OperatorWorld, caller: ReturnType<typeof aCaller>) =>
  getMe(world, RULES, { caller, report: world.report });

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error) => (error instanceof ProblemError ? error.code : error.message),
  );

/** Everything there is, to see that nothing was left or changed. */
const contentOf = ({ store, directory, admin }: OperatorWorld) =>
  structuredClone({
    records: store.records,
    names: store.names,
    people: directory.people,
    clients: admin.clients,
  });

describe('createPerson', () => {
  it('refuses a reserved name for a person and a service, and makes nothing', async () => {
    const world = anOperatorWorld();
    const [username] = RULES.reservedNames;

    const person = createPerson(world, { ...newAda, username: `${username}`.toUpperCase() });
    await expect(person).rejects.toThrow('reserved');
    const service = createServiceAccount(world, { ...reports, username: `${username}` });
    await expect(service).rejects.toThrow('reserved');
    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
    await createPerson(world, { ...newAda, username: RULES.adminUsername });
  });

  it('makes a user who must choose a password, and their record', async () => {
    const world = anOperatorWorld();

    const { record, temporaryPassword } = await createPerson(world, newAda);

    expect(record).toMatchObject({
      internal: false,
      intent: null,
      temporaryPasswordSince: NOW,
      account: {
        id: record.subject,
        username: 'ada',
        email: 'ada@example.com',
        password_expired: true,
        is_active: true,
        is_superuser: false,
        is_service_account: false,
        is_onboarded: false,
        organization_id: null,
      },
    });
    expect(world.directory.people.get(record.directoryName ?? '')).toMatchObject({
      preferredUsername: 'ada',
      email: 'ada@example.com',
      emailVerified: true,
      passwordExpired: true,
    });
    expect(world.directory.passwords.get(record.directoryName ?? '')).toBe(temporaryPassword);
    expect(world.store.records.get(record.subject)).toEqual(record);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('makes a superuser, and a user without e-mail, where that is asked for', async () => {
    const world = anOperatorWorld();

    const { record } = await createPerson(world, {
      username: 'root',
      email: null,
      isSuperuser: true,
    });

    expect(record.account).toMatchObject({ is_superuser: true, email: null });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('makes the reserved admin account, which nobody else can', async () => {
    const world = anOperatorWorld();

    const { record } = await createPerson(world, { ...newAda, username: 'admin' });

    expect(record.account.username).toBe('admin');
  });

  it('keeps the password nowhere but in the directory', async () => {
    const world = anOperatorWorld();

    const { temporaryPassword } = await createPerson(world, newAda);

    expect(JSON.stringify([...world.store.records.values()])).not.toContain(temporaryPassword);
  });

  it('is asked no more for a password after the first sign-in, which grows the version', async () => {
    const world = anOperatorWorld();
    const { record } = await createPerson(world, newAda);

    const early = await read(world, aCaller(record, { authTime: NOW }));
    const first = await read(world, aCaller(record, { authTime: NOW + 60 }));
    const second = await read(world, aCaller(record, { authTime: NOW + 60 }));

    expect(early).toMatchObject({ version: record.version, account: { password_expired: true } });
    expect(first).toMatchObject({
      version: record.version + 1,
      account: { password_expired: false },
    });
    expect(first.temporaryPasswordSince).toBeNull();
    expect(second).toEqual(first);
  });

  it.each([
    ['', null, 'This username is not acceptable: it takes'],
    ['Zoë', null, 'A to Z, a to z, 0 to 9, _ - @ and .'],
    ['a b', null, 'This username is not acceptable: it takes'],
    ['x'.repeat(51), null, 'This username is not acceptable: it takes'],
    ['7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11', null, 'This username is not acceptable: it takes'],
    ['ada', 'no address', 'This e-mail address is not acceptable: it has the form'],
    ['ada', '', 'This e-mail address is not acceptable: it has the form'],
  ])('refuses %j with e-mail %j, and makes nothing', async (username, email, message) => {
    const world = anOperatorWorld();
    const given = { username, email, isSuperuser: false };

    await expect(createPerson(world, given)).rejects.toThrow(message);
    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
  });

  it.each([
    ['username of another', { ...newAda, username: 'BOB' }],
    ['e-mail of another as username', { ...newAda, username: 'bob@example.com' }],
    ['e-mail of another', { ...newAda, email: 'Bob@example.com' }],
    ['name of a service account', { ...newAda, username: 'reports' }],
  ])('refuses the %s, and makes nothing', async (_name, given) => {
    const bob = aRecord({ username: 'bob', email: 'bob@example.com' });
    const world = anOperatorWorld(bob, aRecord({ ...SERVICE, username: 'reports' }));
    const before = contentOf(world);

    await expect(createPerson(world, given)).rejects.toThrow(/^The name ".*" is taken\.$/);
    expect(contentOf(world)).toEqual(before);
  });

  it('refuses the name of a person who has never called, and leaves them alone', async () => {
    const world = anOperatorWorld();
    const person = aPerson({ preferredUsername: 'ada', email: 'ada@example.com' });
    world.directory.people.set(person.directoryName, person);
    const before = contentOf(world);

    await expect(createPerson(world, newAda)).rejects.toThrow(
      'has a user "ada@example.com" already',
    );
    const asked = { ...newAda, username: 'x' };
    await expect(createPerson(world, asked)).rejects.toThrow(
      'has a user "ada@example.com" already',
    );
    expect(contentOf(world)).toEqual(before);
  });

  it('refuses the name of a person who waits for a password but is not who is asked for', async () => {
    const world = anOperatorWorld();
    const given = { preferredUsername: 'ada', passwordExpired: true };
    const other = aPerson({ ...given, email: 'other@example.com' });
    world.directory.people.set(other.directoryName, other);

    await expect(createPerson(world, newAda)).rejects.toThrow('has a user "ada" already');
    expect(world.directory.passwords.size).toBe(0);
  });

  it('says so when the directory refuses, and leaves nothing', async () => {
    const world = anOperatorWorld();
    world.directory.refusedPasswords.add('weak');

    await expect(createPerson({ ...world, newPassword: () => 'weak' }, newAda)).rejects.toEqual(
      new OperationError('The directory refuses this person: password_refused.'),
    );
    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
  });

  it('makes the account without its e-mail when somebody takes that at the same moment', async () => {
    const world = anOperatorWorld();
    const { create } = world.store;
    world.store.create = async (record) => {
      await create(record);
      world.store.names.set('ada@example.com', 'somebody-else');
    };

    const { record, temporaryPassword, left } = await createPerson(world, newAda);

    expect(left).toBe(
      `The account "ada" was made and its e-mail could not be set (This address is taken): run set-email ${record.subject} <address>.`,
    );
    expect(world.directory.passwords.get(record.directoryName ?? '')).toBe(temporaryPassword);
    expect([...world.store.records.values()]).toMatchObject([
      { intent: null, account: { username: 'ada', email: null } },
    ]);
  });

  it('leaves nothing when somebody takes the name at the same moment', async () => {
    const world = anOperatorWorld();
    world.store.create = async () => {
      throw new NamesTakenError(['ada']);
    };

    await expect(createPerson(world, newAda)).rejects.toEqual(new OperationError('Taken: ada.'));
    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
  });
});

describe('createServiceAccount', () => {
  it('makes a client and an account that works at once', async () => {
    const world = anOperatorWorld();

    const { record, credentials } = await createServiceAccount(world, reports);

    expect(record).toMatchObject({
      subject: credentials.clientId,
      directoryName: null,
      account: {
        username: 'reports',
        email: null,
        password_expired: null,
        is_active: true,
        is_service_account: true,
        organization_id: ORGANIZATION,
      },
    });
    expect(record.account.id).not.toBe(record.subject);
    expect(await read(world, aCaller(record, { authTime: null }))).toEqual(record);
    expect(JSON.stringify([...world.store.records.values()])).not.toContain('secret');
    expect(inconsistencies(world)).toEqual([]);
  });

  it('refuses names that are taken or not acceptable, and makes nothing', async () => {
    const world = anOperatorWorld(ada());
    const before = contentOf(world);
    const make = (username: string) => createServiceAccount(world, { ...reports, username });

    await expect(make('ADA')).rejects.toEqual(new OperationError('The name "ada" is taken.'));
    await expect(make('a b')).rejects.toThrow('This username is not acceptable: it takes');
    expect(contentOf(world)).toEqual(before);
  });

  it('refuses the name of a person who has never called', async () => {
    const world = anOperatorWorld();
    const person = aPerson({ preferredUsername: 'reports' });
    world.directory.people.set(person.directoryName, person);

    await expect(createServiceAccount(world, reports)).rejects.toThrow('has a user "reports"');
    expect(world.admin.clients.size).toBe(0);
  });

  it('leaves no client when somebody takes the name at the same moment', async () => {
    const world = anOperatorWorld();
    world.store.create = async () => {
      throw new NamesTakenError(['reports']);
    };

    await expect(createServiceAccount(world, reports)).rejects.toEqual(
      new OperationError('Taken: reports.'),
    );
    expect(world.admin.clients.size).toBe(0);
  });
});

describe('rotateServiceAccount', () => {
  it('keeps id, name, organization and everything else, and ends the old client', async () => {
    const world = anOperatorWorld();
    const { record: old, credentials: former } = await createServiceAccount(world, reports);

    const { record, credentials } = await rotateServiceAccount(world, 'reports');

    expect(credentials.clientId).not.toBe(former.clientId);
    expect(record).toEqual({ ...old, subject: credentials.clientId, revision: old.revision + 1 });
    expect([...world.admin.clients.keys()]).toEqual([credentials.clientId]);
    expect(await codeOf(read(world, aCaller(old, { authTime: null })))).toBe(
      'service_account_not_registered',
    );
    expect(await read(world, aCaller(record, { authTime: null }))).toEqual(record);
    expect([...world.store.names]).toEqual([['reports', credentials.clientId]]);
  });

  it('gives out the new secret also where the old client may not be deleted', async () => {
    const world = anOperatorWorld();
    const { credentials: former } = await createServiceAccount(world, reports);
    world.admin.removeClient = () => Promise.reject(new Error('denied'));

    const { record, credentials, left } = await rotateServiceAccount(world, 'reports');

    expect(record.subject).toBe(credentials.clientId);
    expect(left).toBe(
      `The old app client ${former.clientId} is refused from now on but could not be deleted: delete it in the user pool.`,
    );
  });

  it('refuses a person, one who has never called, and an unknown account', async () => {
    const world = anOperatorWorld(ada());
    const person = aPerson({ preferredUsername: 'bob' });
    world.directory.people.set(person.directoryName, person);

    for (const name of ['ada', 'bob']) {
      await expect(rotateServiceAccount(world, name)).rejects.toEqual(
        new OperationError('This is no service account.'),
      );
    }
    await expect(rotateServiceAccount(world, 'nobody')).rejects.toThrow('There is no account');
    expect(world.admin.clients.size).toBe(0);
  });

  it('leaves everything as it was when the account is written at the same moment', async () => {
    const world = anOperatorWorld();
    const { record } = await createServiceAccount(world, reports);
    const { createClient } = world.admin;
    world.admin.createClient = async (name) => {
      await world.store.replace(record, { ...record, internal: true });
      return createClient(name);
    };

    await expect(rotateServiceAccount(world, 'reports')).rejects.toBeInstanceOf(
      RecordConflictError,
    );
    expect([...world.admin.clients.keys()]).toEqual([record.subject]);
    expect(world.store.records.get(record.subject)?.internal).toBe(true);
  });
});

describe('deleteAccount', () => {
  it('deletes a person with record and user; the names can be taken when they have rested', async () => {
    const record = ada();
    const world = anOperatorWorld(record);

    const { record: deleted } = await deleteAccount(world, 'ada');

    expect(deleted).toEqual(record);
    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
    expect(await codeOf(read(world, aCaller(record)))).toBe('account_not_found');
    await expect(createPerson(world, newAda)).rejects.toThrow(
      'rests until 2026-01-31T00:00:00.000Z',
    );
    world.runtime.now += REST_SECONDS;
    await createPerson(world, newAda);
  });

  it('deletes a service account with its client', async () => {
    const world = anOperatorWorld();
    const { record } = await createServiceAccount(world, reports);

    await deleteAccount(world, 'reports');

    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
    expect(await codeOf(read(world, aCaller(record)))).toBe('service_account_not_registered');
  });

  it('deletes an SSO account, which its next sign-in makes anew', async () => {
    const record = aRecord({ ...SSO, username: 'ada@corp.example', email: 'ada@corp.example' });
    const world = anOperatorWorld(record);

    await deleteAccount(world, 'ada@corp.example');

    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
  });

  it('deletes a person who has never called', async () => {
    const world = anOperatorWorld();
    const person = aPerson({ preferredUsername: 'bob' });
    world.directory.people.set(person.directoryName, person);

    expect(await deleteAccount(world, 'bob')).toEqual({ record: null, person });
    expect(world.directory.people.size).toBe(0);
  });

  it('frees the names of a change that is under way, too', async () => {
    const record = ada();
    const changes = { username: 'countess' };
    const intent = {
      id: crypto.randomUUID(),
      openedAt: NOW,
      leaseUntil: 0,
      changes,
      revokesSessions: null,
    };
    const world = anOperatorWorld({ ...record, intent });

    await deleteAccount(world, 'ada');

    expect(world.store.names.size).toBe(0);
  });

  it('deletes an account that is written at the same moment', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const { removePerson } = world.admin;
    world.admin.removePerson = async (name) => {
      const sent = { body: { name: 'Ada' }, mode: 'replace' } as const;
      const request = { caller: aCaller(record), report: world.report };
      await patchMe(world, RULES, request, sent, () => {});
      await removePerson(name);
    };

    await deleteAccount(world, 'ada');

    expect(contentOf(world)).toEqual(contentOf(anOperatorWorld()));
  });

  it('leaves the user alone whom its directory name belongs to now', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const newcomer = aPerson({ directoryName: record.directoryName ?? '' });
    world.directory.people.set(newcomer.directoryName, newcomer);

    await deleteAccount(world, 'ada');

    expect(world.store.records.size).toBe(0);
    expect([...world.directory.people.values()]).toEqual([newcomer]);
  });

  it('says that there is no such account', async () => {
    await expect(deleteAccount(anOperatorWorld(), 'nobody')).rejects.toEqual(
      new OperationError('There is no account "nobody".'),
    );
  });
});

describe('createPerson and createServiceAccount, by kind of pool', () => {
  const aWorldOf = (signInNames: SignInNames, ...people: DirectoryPerson[]) => {
    const world = anOperatorWorld();
    for (const person of people) world.directory.people.set(person.directoryName, person);
    makeKind(world, signInNames);
    return world;
  };

  it.each([
    ['aliases', ['ada', 'ada@example.com']],
    ['email', ['ada@example.com']],
    ['username', ['ada']],
  ] as const)('makes a person of kind %s, who signs in with %j', async (signInNames, names) => {
    const world = aWorldOf(signInNames);

    const { record } = await createPerson(world, newAda);

    expect(record).toMatchObject({
      account: { username: 'ada', email: 'ada@example.com', password_expired: true },
      emailVerified: true,
    });
    for (const name of ['ada', 'ada@example.com', record.subject]) {
      const isName = [...names, record.subject].includes(name);
      expect((await world.directory.find(name))?.subject, name).toBe(
        isName ? record.subject : undefined,
      );
    }
    const person = await world.directory.find(record.subject);
    expect(person).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('needs an e-mail where people sign in by it, and makes nothing without', async () => {
    const world = aWorldOf('email');

    await expect(createPerson(world, { ...newAda, email: null })).rejects.toThrow(
      'People sign in by e-mail here: give one with --email.',
    );
    expect(contentOf(world)).toEqual(contentOf(aWorldOf('email')));
  });

  it.each<[SignInNames, Partial<DirectoryPerson>, string]>([
    ['email', { email: 'Ada@example.com' }, 'ada@example.com'],
    ['email', { email: 'ada@example.com', emailVerified: false }, 'ada@example.com'],
    ['username', { directoryName: 'Ada', preferredUsername: null }, 'ada'],
    ['username', { directoryName: 'ada@example.com' }, 'ada@example.com'],
  ])('of kind %s refuses a name of %j, who never called', async (signInNames, given, name) => {
    const world = aWorldOf(signInNames, aPerson(given));
    const before = contentOf(world);

    expect(await codeOf(createPerson(world, newAda))).toBe(
      `The directory has a user "${name}" already.`,
    );
    expect(contentOf(world)).toEqual(before);
  });

  it('refuses a username that is the e-mail of another where people sign in by it', async () => {
    const world = aWorldOf('email', aPerson({ email: 'bob@example.com' }));

    const work = createPerson(world, { ...newAda, username: 'bob@example.com' });

    expect(await codeOf(work)).toBe('A username with @ must be the e-mail of the person here.');
  });

  it('touches nobody who takes the name of a person that a crashed run left and another removes', async () => {
    const left = aPerson({ directoryName: 'ada', email: null, passwordExpired: true });
    const world = aWorldOf('username', { ...left, preferredUsername: null });
    const bob = aRecord({ username: 'bob' }, { directoryName: 'bob' });
    const renamed = { ...bob, account: { ...bob.account, username: 'ada' } };
    world.directory.people.set('bob', { ...personOf(bob), preferredUsername: 'bob' });
    world.directory.passwords.set('bob', GOOD_PASSWORD);
    const { create } = world.store;
    world.store.create = async (record) => {
      world.directory.people.delete('ada');
      world.directory.people.set('bob', { ...personOf(bob), preferredUsername: 'ada' });
      world.store.records.set(bob.subject, renamed);
      world.store.names.set('ada', bob.subject);
      await create(record);
    };

    expect(await codeOf(createPerson(world, { ...newAda, email: null }))).toMatch(/taken/i);

    expect((await world.directory.find('ada'))?.subject).toBe(bob.subject);
    expect(world.directory.passwords.get('bob')).toBe(GOOD_PASSWORD);
  });

  it('lets no other run make an account of the person it removes because the name is taken', async () => {
    const world = aWorldOf('aliases');
    const { removePerson } = world.admin;
    const { create } = world.store;
    world.store.create = () => Promise.reject(new NamesTakenError(new Set(['ada'])));
    let other: unknown;
    world.admin.removePerson = async (name) => {
      world.store.create = create;
      world.admin.removePerson = removePerson;
      other = await codeOf(createPerson(world, { ...newAda, email: null }));
      await removePerson(name);
    };

    expect(await codeOf(createPerson(world, { ...newAda, email: null }))).toMatch(/taken/i);

    expect(other).toBe('The person "ada" was removed meanwhile: run this again.');
    expect(await world.directory.find('ada')).toBeNull();
    expect(inconsistencies(world)).toEqual([]);
  });

  it('keeps a person whose name is taken where another run has made their account', async () => {
    const world = aWorldOf('aliases');
    const { create } = world.store;
    world.store.create = async (record) => {
      world.store.create = create;
      await create(record);
      throw new NamesTakenError(new Set(['ada']));
    };

    expect(await codeOf(createPerson(world, { ...newAda, email: null }))).toMatch(/taken/i);

    expect(await world.directory.find('ada')).not.toBeNull();
    expect(inconsistencies(world)).toEqual([]);
  });

  it('makes no account of a person that a crashed run left and another removes', async () => {
    const left = aPerson({ directoryName: 'dir-left', email: null, passwordExpired: true });
    const world = aWorldOf('aliases', { ...left, preferredUsername: 'ada' });
    const { create } = world.store;
    world.store.create = async (record) => {
      await create(record);
      world.directory.people.delete('dir-left');
    };

    expect(await codeOf(createPerson(world, { ...newAda, email: null }))).toBe(
      'The person "ada" was removed meanwhile: run this again.',
    );

    expect([...world.store.records.keys()]).not.toContain(left.subject);
    expect(world.store.names.has('ada')).toBe(false);
  });

  it('refuses a service the user name of somebody who never called', async () => {
    const world = aWorldOf('username', aPerson({ directoryName: 'Reports' }));

    expect(await codeOf(createServiceAccount(world, reports))).toBe(
      'The directory has a user "reports" already.',
    );
  });

  it('takes over whom the pool has invited by e-mail, once', async () => {
    const invited = aPerson({ email: 'ada@example.com', passwordExpired: true });
    const world = aWorldOf('email', invited);

    const { record } = await createPerson(world, newAda);

    expect(record).toMatchObject({ subject: invited.subject, account: { username: 'ada' } });
    expect(await codeOf(createPerson(world, { ...newAda, username: 'other' }))).toBe(
      'The name "ada@example.com" is taken.',
    );
  });
});
