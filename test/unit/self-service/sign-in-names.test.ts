import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { SIGN_IN_NAMES, type SignInNames } from '../../../lib/contract.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import type { DirectoryPerson } from '../../../lib/self-service/ports.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  aTestContext,
  makeKind,
  NOW,
  RULES,
} from '../../support/builders.ts';
import { createInMemoryNotices } from '../../support/in-memory-notices.ts';
import { inconsistencies } from '../../support/oracle.ts';

/** Ada, who signs in by a readable user name where people have one, in a pool of that kind. */
function aWorld(signInNames: SignInNames, given: Partial<AccountRecord> = {}) {
  const directoryName = signInNames === 'username' ? 'ada' : 'dir-ada';
  const ada = aRecord({ username: 'ada', email: 'ada@example.com' }, { directoryName, ...given });
  const bob = aRecord({ username: 'bob', email: 'bob@example.com' });
  const context = aTestContext(ada, bob);
  const person = context.directory.people.get(directoryName);
  if (signInNames === 'username' && person) person.preferredUsername = null;
  const stranger = aPerson({
    directoryName: signInNames === 'username' ? 'Stranger' : 'dir-stranger',
    preferredUsername: signInNames === 'username' ? null : 'Stranger',
    email: 'stranger@example.com',
    emailVerified: signInNames !== 'email',
  });
  context.directory.people.set(stranger.directoryName, stranger);
  makeKind(context, signInNames);
  const sendAs = (record: AccountRecord, body: JsonValue, authTime = NOW - 60) =>
    patchMe(
      context,
      RULES,
      { caller: aCaller(record, { authTime }), report: context.report },
      { body, mode: 'replace' },
      () => {},
    );
  const send = (body: JsonValue, authTime?: number) => sendAs(ada, body, authTime);
  const refused = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error) => error.code ?? error.name,
    );
  const whoIs = async (name: string) => (await context.directory.find(name))?.subject ?? null;
  return { ...context, ada, bob, stranger, send, sendAs, refused, whoIs };
}

/** The account of somebody's first call, among others who sign in to the pool and never called. */
async function firstAccountOf(
  signInNames: SignInNames,
  given: Partial<DirectoryPerson>,
  ...others: Partial<DirectoryPerson>[]
) {
  const context = aTestContext();
  const person = aPerson({ preferredUsername: null, ...given });
  for (const one of [person, ...others.map(aPerson)]) {
    context.directory.people.set(one.directoryName, one);
  }
  context.signInNames = signInNames;
  context.directory.signInNames = signInNames;
  const { account } = await getMe(context, RULES, {
    caller: aCaller(person),
    report: context.report,
  });
  return { account, person };
}

describe('a rename', () => {
  it('in a pool of aliases moves what signs in', async () => {
    const { send, ada, whoIs } = aWorld('aliases');

    await send({ username: 'countess' });

    expect(await whoIs('countess')).toBe(ada.subject);
    expect(await whoIs('ada')).toBeNull();
  });

  it('in a pool of e-mails is one write of the table and no call of the directory', async () => {
    const { send, ada, store, directory, ...world } = aWorld('email');
    const before = structuredClone(directory.people);
    const { calls } = directory;

    const record = await send({ username: 'countess', name: 'Ada' });

    expect(record).toMatchObject({ account: { username: 'countess', name: 'Ada' }, intent: null });
    expect(record.revision).toBe(ada.revision + 1);
    expect(directory.calls).toBe(calls);
    expect(directory.people).toEqual(before);
    expect(store.names.get('countess')).toBe(ada.subject);
    expect(store.resting.get('ada')?.restingFor).toBe(ada.subject);
    expect(inconsistencies({ ...world, store, directory })).toEqual([]);
  });

  it('in a pool of user names sets the alias, and the user name goes on signing in', async () => {
    const world = aWorld('username');

    await world.send({ username: 'countess' });

    expect(await world.whoIs('countess')).toBe(world.ada.subject);
    expect(await world.whoIs('ada')).toBe(world.ada.subject);
    expect(world.directory.people.get('ada')?.preferredUsername).toBe('countess');
    await world.send({ username: 'Ada' });
    expect(world.directory.people.get('ada')?.preferredUsername).toBeNull();
    expect(inconsistencies(world)).toEqual([]);
  });

  it.each(SIGN_IN_NAMES)('needs a recent sign-in in a pool of kind %s', async (signInNames) => {
    const { send, refused } = aWorld(signInNames);

    const old = NOW - RULES.recentSignInSeconds - 1;

    expect(await refused(send({ username: 'countess' }, old))).toBe(
      'insufficient_user_authentication',
    );
  });

  it.each(SIGN_IN_NAMES)('is told to the owner in a pool of kind %s', async (signInNames) => {
    const world = aWorld(signInNames);
    const notices = createInMemoryNotices();
    const { caller, report } = { caller: aCaller(world.ada), report: world.report };
    const sent = { body: { username: 'countess' }, mode: 'replace' } as const;

    const record = await patchMe({ ...world, notices }, RULES, { caller, report }, sent, () => {});

    expect(notices.sent).toMatchObject([{ to: 'ada@example.com', changed: ['username'] }]);
    expect(record).toMatchObject({ account: { username: 'countess' }, intent: null });
    const person = world.directory.people.get(record.directoryName ?? '');
    expect(person?.preferredUsername).toBe(signInNames === 'email' ? null : 'countess');
  });
});

describe('a name that another person signs in with, who has never called,', () => {
  it.each<[SignInNames, JsonValue, string]>([
    ['aliases', { username: 'STRANGER' }, 'username_taken'],
    ['aliases', { username: 'stranger@example.com' }, 'username_taken'],
    ['aliases', { email: 'Stranger@example.com' }, 'email_taken'],
    ['email', { username: 'Stranger@example.com' }, 'invalid_fields'],
    ['email', { email: 'stranger@example.com' }, 'email_taken'],
    ['username', { username: 'STRANGER' }, 'username_taken'],
  ])('is refused in a pool of kind %s: %j', async (signInNames, body, code) => {
    const world = aWorld(signInNames);

    expect(await world.refused(world.send(body))).toBe(code);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('is free in a pool of e-mails where it is none', async () => {
    const world = aWorld('email');

    expect(await world.send({ username: 'stranger' })).toMatchObject({
      account: { username: 'stranger' },
    });
  });

  it('cannot be an address of nobody’s either where people sign in by e-mail, but one’s own', async () => {
    const world = aWorld('email');

    await expect(world.send({ username: 'nobody@example.com' })).rejects.toMatchObject({
      code: 'invalid_fields',
      faults: [{ pointer: '/username', code: 'invalid_username' }],
    });
    expect(world.store.names.has('nobody@example.com')).toBe(false);
    expect((await world.send({ username: 'Ada@example.com' })).account.username).toBe(
      'Ada@example.com',
    );
  });

  it('is named with all other faults, and keeps its own spelling', async () => {
    const world = aWorld('email');
    const old = { username: 'old@example.com', email: 'ada@example.com' };
    const ada = { ...world.ada, account: { ...world.ada.account, ...old } };
    world.store.records.set(ada.subject, ada);

    await expect(world.send({ username: 'nobody@example.com', name: '' }, 1)).rejects.toMatchObject(
      {
        faults: [{ pointer: '/name' }, { pointer: '/username' }],
      },
    );
    expect((await world.send({ username: 'Old@example.com' })).account.username).toBe(
      'Old@example.com',
    );
  });

  it('leaves the e-mail alone when a refused password takes a rename back', async () => {
    const world = aWorld('aliases');
    const sent: object[] = [];
    const { setNames } = world.directory;
    world.directory.setNames = async (name, names) => {
      sent.push(names);
      await setNames(name, names);
    };
    world.directory.refusedPasswords.add('Refused-password-1');

    await world.refused(world.send({ username: 'countess', password: 'Refused-password-1' }));

    expect(sent).toEqual([{ username: 'countess' }, { username: 'ada' }]);
  });

  it('stays refused when its owner has another username and its rest is over', async () => {
    const { send, sendAs, refused, bob, store } = aWorld('username');
    await send({ username: 'countess' });
    store.resting.clear();

    expect(await refused(sendAs(bob, { username: 'ada' }))).toBe('username_taken');
    expect(await refused(send({ username: 'ada' }))).toBe('accepted');
  });
});

describe('a change of e-mail', () => {
  it('in a pool of e-mails moves what signs in, and leaves the username', async () => {
    const world = aWorld('email');

    const record = await world.send({ email: 'new@example.com' });

    expect(record.account).toMatchObject({ username: 'ada', email: 'new@example.com' });
    expect(await world.whoIs('new@example.com')).toBe(world.ada.subject);
    expect(await world.whoIs('ada@example.com')).toBeNull();
    expect(inconsistencies(world)).toEqual([]);
  });

  it('sets no alias for who signs in by a user name', async () => {
    const { send, directory } = aWorld('username', { directoryName: 'number-7' });
    const person = directory.people.get('number-7');
    if (person) person.preferredUsername = null;

    await send({ email: 'new@example.com' });

    expect(directory.people.get('number-7')).toMatchObject({
      preferredUsername: null,
      email: 'new@example.com',
      emailVerified: false,
    });
  });

  it('that was proven too late leaves the new address where the old one has become another’s', async () => {
    const pendingEmail = {
      address: 'new@example.com',
      since: NOW - 60,
      former: { address: 'ada@example.com', verified: true },
      isWithdrawn: true,
    };
    const world = aWorld('email', { pendingEmail, emailVerified: true });
    const person = world.directory.people.get('dir-ada');
    if (person) person.email = 'new@example.com';
    const other = aPerson({ preferredUsername: null, email: 'ada@example.com' });
    world.directory.people.set(other.directoryName, other);
    const context = { caller: aCaller(world.ada), report: world.report };

    const record = await getMe(world, RULES, context);

    expect(record).toMatchObject({
      account: { email: 'ada@example.com' },
      // Nobody knows any more whether it is proven.
      emailVerified: null,
      pendingEmail: null,
      intent: null,
    });
    expect(await world.whoIs('new@example.com')).toBe(world.ada.subject);
    expect(await world.whoIs('ada@example.com')).toBe(other.subject);
  });
});

describe('the first account', () => {
  it.each<[SignInNames, Partial<DirectoryPerson>, string]>([
    ['aliases', { preferredUsername: 'ada', directoryName: 'd' }, 'ada'],
    ['aliases', { email: 'ada@example.com', directoryName: 'd' }, 'ada@example.com'],
    ['email', { preferredUsername: 'ada', directoryName: 'd' }, 'ada'],
    // An address that somebody else could prove to be theirs.
    [
      'email',
      { preferredUsername: 'victim@example.com', email: 'ada@example.com' },
      'ada@example.com',
    ],
    ['email', { email: 'ada@example.com', directoryName: 'd' }, 'ada@example.com'],
    ['username', { preferredUsername: 'countess', directoryName: 'ada' }, 'countess'],
    ['username', { directoryName: 'ada' }, 'ada'],
    ['username', { directoryName: 'no username', email: 'ada@example.com' }, 'ada@example.com'],
  ])('in a pool of kind %s has of %j the username %s', async (signInNames, given, username) => {
    expect((await firstAccountOf(signInNames, given)).account.username).toBe(username);
  });

  it.each<[SignInNames, Partial<DirectoryPerson>, Partial<DirectoryPerson>]>([
    ['email', { preferredUsername: 'Bob@example.com' }, { email: 'bob@example.com' }],
    ['username', { preferredUsername: 'Bob' }, { directoryName: 'bob' }],
    ['username', { email: 'Bob@example.com' }, { directoryName: 'bob@example.com' }],
    ['username', { preferredUsername: 'bob@example.com' }, { directoryName: 'bob@example.com' }],
  ])('in a pool of kind %s has nothing of %j that is %j', async (signInNames, given, other) => {
    const { account, person } = await firstAccountOf(signInNames, given, other);

    expect(account.username).toBe(signInNames === 'email' ? person.email : person.directoryName);
    expect(account.email).toBe(given.email ? null : person.email);
  });

  it('of an identity provider has no e-mail that a person of the pool signs in with', async () => {
    const identity = { provider: 'Corporate', id: 'corp-7' };
    const given = { identity, email: 'Bob@example.com', emailVerified: true };

    const { account } = await firstAccountOf('email', given, {
      preferredUsername: null,
      email: 'bob@example.com',
      emailVerified: false,
    });

    expect(account.email).toBeNull();
  });

  it.each<[SignInNames, Partial<DirectoryPerson>, boolean]>([
    ['aliases', { preferredUsername: 'Admin' }, true],
    ['email', { preferredUsername: 'Admin' }, false],
    ['username', { preferredUsername: 'Admin' }, false],
    ['username', { directoryName: 'admin' }, true],
    ['username', { directoryName: 'admin', preferredUsername: 'Admin' }, true],
  ])('in a pool of kind %s of %j is the admin: %s', async (signInNames, given, isAdmin) => {
    const { account } = await firstAccountOf(signInNames, given);

    expect(account.username.toLowerCase() === RULES.adminUsername).toBe(isAdmin);
  });
});
