import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { DirectoryRefusalError, UnavailableError } from '../../../lib/account/errors.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  aTestContext,
  GOOD_PASSWORD,
  NOW,
  personOf,
  RULES,
} from '../../support/builders.ts';
import { inconsistencies } from '../../support/oracle.ts';

const DAY = 24 * 3600;
const NEW = 'new@example.com';
const FORMER = { address: 'ada@example.com', verified: true };
const NO_ADDRESS = { address: null, verified: false };
const PENDING = { address: NEW, since: NOW, former: FORMER, isWithdrawn: false };

/** Ada and Bob in a pool that keeps an address until the new one is proven. */
function aWorld(given: Partial<AccountRecord> = {}, email: string | null = 'ada@example.com') {
  const ada = aRecord({ username: 'ada', email, name: 'Ada' }, given);
  const bob = aRecord({ username: 'bob', email: 'bob@example.com' });
  const context = aTestContext(ada, bob);
  context.directory.keepsUnproven = true;
  const rules = { ...RULES, emailChange: 'verified' as const };
  const request = () => ({
    caller: aCaller(ada, { authTime: context.runtime.now - 60 }),
    report: context.report,
  });
  const read = () => getMe(context, rules, request());
  const send = (body: JsonValue, precondition = (_record: AccountRecord) => {}) =>
    patchMe(context, rules, request(), { body, mode: 'replace' }, precondition);
  const refused = (body: JsonValue) =>
    send(body).then(
      () => 'accepted',
      (error) => error.code ?? error.name,
    );
  const { directoryName } = ada;
  if (directoryName === null) throw new Error('Ada is a person');
  const prove = () => context.directory.prove(directoryName, NEW);
  const person = () => context.directory.people.get(directoryName);
  const stored = () => context.store.records.get(ada.subject);
  const steps = () => context.events.filter(({ event }) => event !== 'ACCOUNT_CHANGED');
  return { ...context, ada, bob, read, send, refused, prove, person, stored, steps };
}

/** Gives somebody else the address as their username while it waits to be proven. */
function takeMeanwhile({ store, directory }: ReturnType<typeof aWorld>) {
  const other = aRecord({ username: NEW, email: null });
  store.records.set(other.subject, other);
  store.names.set(NEW, other.subject);
  directory.people.set(other.directoryName ?? '', personOf(other));
}

describe('a new e-mail that has to be proven', () => {
  it('leaves the account and its version as they are, and is noted', async () => {
    const world = aWorld();

    const record = await world.send({ email: NEW });

    expect(record).toMatchObject({ account: world.ada.account, version: 1, pendingEmail: PENDING });
    expect(world.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect([...world.directory.unproven.values()]).toEqual([NEW]);
    expect(world.steps()).toEqual([
      { event: 'EMAIL_CHANGE', subject: world.ada.subject, step: 'requested' },
    ]);
  });

  it('reserves nothing: another account can have the address meanwhile', async () => {
    const world = aWorld();
    await world.send({ email: NEW });

    expect(world.store.names.has(NEW)).toBe(false);
    expect(await world.store.takenNames(world.bob.subject, [NEW])).toEqual(new Set());
  });

  it('lets all other fields of the same request apply at once', async () => {
    const world = aWorld();
    const body = { email: NEW, name: 'Countess', username: 'countess', password: GOOD_PASSWORD };

    const { account } = await world.send(body);

    const { email } = world.ada.account;
    expect(account).toMatchObject({ email, name: 'Countess', username: 'countess' });
    expect(world.events).toContainEqual(
      expect.objectContaining({ fields: ['username', 'name', 'password'], toVersion: 2 }),
    );
  });

  it('is no refusal once all else is applied, where the person is deleted meanwhile', async () => {
    const world = aWorld();
    const { directoryName } = world.ada;
    world.directory.setNames = async () => {
      world.directory.people.delete(directoryName ?? '');
      throw new DirectoryRefusalError('not_found');
    };

    expect(await world.refused({ email: NEW, name: 'Countess' })).toBe('UnavailableError');

    expect(world.stored()?.account.name).toBe('Countess');
  });

  it('is not asked for where another field of the request is refused', async () => {
    const world = aWorld();

    expect(await world.refused({ email: NEW, username: 'bob' })).toBe('username_taken');

    expect(world.stored()).toMatchObject({ pendingEmail: null, emailCodes: null });
    expect(world.directory.unproven.size).toBe(0);
  });

  it('is refused where another account holds it, where it rests, or where another person proved it', async () => {
    const world = aWorld();
    world.store.resting.set('rests@example.com', { restingFor: 'x', until: NOW + 9 });
    const stranger = aPerson({ email: 'stranger@example.com' });
    world.directory.people.set(stranger.directoryName, stranger);

    for (const name of ['bob', 'rests', 'stranger']) {
      expect(await world.refused({ email: `${name}@example.com` })).toBe('email_taken');
    }
    expect(world.stored()).toMatchObject({ pendingEmail: null, nameRefusals: { count: 3 } });
  });

  it('becomes the account’s with the next read once it is proven, as the old one begins to rest', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    await world.prove();

    const record = await world.read();

    expect(record).toMatchObject({ account: { email: NEW }, version: 2, pendingEmail: null });
    expect(world.person()).toMatchObject({ email: NEW, emailVerified: true });
    expect(world.store.resting.get('ada@example.com')?.restingFor).toBe(world.ada.subject);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('becomes the account’s with the same request sent again once it is proven', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    await world.prove();

    const record = await world.send({ email: NEW, name: 'Countess' });

    expect(record).toMatchObject({ account: { email: NEW, name: 'Countess' }, version: 3 });
    expect(world.directory.unproven.size).toBe(0);
  });

  it('costs a read one call of the directory while it waits, and none before and after', async () => {
    const world = aWorld();
    const callsOf = async (work: () => Promise<unknown>) => {
      const before = world.directory.calls;
      await work();
      return world.directory.calls - before;
    };

    expect(await callsOf(world.read)).toBe(0);
    await world.send({ email: NEW });
    expect(await callsOf(world.read)).toBe(1);
    await world.prove();
    await world.read();
    expect(await callsOf(world.read)).toBe(0);
  });

  it('does not keep a read from the account while the directory is away', async () => {
    const world = aWorld({ pendingEmail: PENDING });
    world.directory.find = () => Promise.reject(new UnavailableError());

    expect(await world.read()).toMatchObject({ account: world.ada.account, pendingEmail: PENDING });
  });

  it('gets a new code and a new day when it is sent again', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    world.directory.unproven.clear();
    world.runtime.now += 3600;

    await world.send({ email: NEW });

    expect([...world.directory.unproven.values()]).toEqual([NEW]);
    expect(world.stored()?.pendingEmail).toEqual({ ...PENDING, since: NOW + 3600 });
  });

  it('has five codes mailed within an hour, whatever the addresses, then none', async () => {
    const world = aWorld();
    for (let code = 1; code <= 5; code += 1) {
      await world.send({ email: `new-${code}@example.com` });
      await world.send({ email: 'ada@example.com' });
    }
    world.runtime.now += 600;

    await expect(world.send({ email: NEW, name: 'Countess' })).rejects.toMatchObject({
      code: 'too_many_attempts',
      challenge: {
        retryAfter: 3000,
        limit: { name: 'mailed-codes', attempts: 5, seconds: 3600 },
      },
    });
    expect(world.stored()?.account.name).toBe('Ada');
    world.runtime.now += 3000;
    expect(await world.refused({ email: NEW })).toBe('accepted');
    expect(world.stored()?.emailCodes).toEqual({ count: 1, since: NOW + 3600 });
  });

  it('keeps a precondition that held when the request began', async () => {
    const world = aWorld();
    const replace = world.store.replace;
    let isMet = false;
    world.store.replace = async (current, next) => {
      // Another request writes the record between the profile and the code.
      if (next.intent !== null && !isMet) {
        isMet = true;
        await replace(current, { ...current, refreshedAt: 1 });
      }
      return replace(current, next);
    };

    const record = await world.send({ email: NEW, name: 'Countess' }, ({ version }) => {
      if (version !== 1) throw new Error('precondition_failed');
    });

    expect(isMet).toBe(true);
    expect(record).toMatchObject({ account: { name: 'Countess' }, pendingEmail: PENDING });
  });
});

describe('a pending e-mail', () => {
  it.each(['ada@example.com', 'Ada@Example.com'])('is taken back by %s', async (email) => {
    const world = aWorld({ pendingEmail: PENDING });

    const record = await world.send({ email });

    expect(record.account.email).toBe(email);
    expect(world.stored()?.pendingEmail?.isWithdrawn).toBe(true);
    expect(world.steps()).toContainEqual(expect.objectContaining({ step: 'withdrawn' }));
  });

  it('that was taken back needs no recent sign-in for that, and cannot come back by its code', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    await world.send({ email: 'ada@example.com' });
    await world.prove();

    expect(await world.read()).toMatchObject({ account: world.ada.account, pendingEmail: null });

    expect(world.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(world.steps()).toContainEqual(expect.objectContaining({ step: 'undone' }));
    expect(inconsistencies(world)).toEqual([]);
  });

  it('ends after a day, with the next request', async () => {
    const world = aWorld({ pendingEmail: PENDING });
    world.runtime.now += DAY - 1;
    expect((await world.read()).pendingEmail).toEqual(PENDING);
    world.runtime.now += 1;

    expect(await world.read()).toMatchObject({ version: 1, pendingEmail: null });
    expect(world.steps()).toEqual([
      { event: 'EMAIL_CHANGE', subject: world.ada.subject, step: 'expired' },
    ]);
  });

  it('waits unproven where a directory gives it to a person without one, until it ends', async () => {
    const pendingEmail = { ...PENDING, former: NO_ADDRESS };
    const world = aWorld({ pendingEmail }, null);
    const unproven = { address: NEW, verified: false };
    world.directory.keepsUnproven = false;
    await world.directory.setNames(world.ada.directoryName ?? '', { email: unproven });

    expect(await world.read()).toMatchObject({ pendingEmail });
    expect(inconsistencies(world)).toEqual([]);
    world.runtime.now += DAY;
    expect(await world.read()).toMatchObject({ pendingEmail: null });

    expect(world.person()).toMatchObject({ email: null, emailVerified: false });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('has a new code mailed to a person without one who entered the former code just before', async () => {
    const world = aWorld({ pendingEmail: { ...PENDING, former: NO_ADDRESS } }, null);
    const { setNames } = world.directory;
    world.directory.unproven.set(world.ada.directoryName ?? '', NEW);
    world.directory.setNames = async (...names) => {
      world.directory.setNames = setNames;
      await world.prove();
      await setNames(...names);
    };

    await world.send({ email: NEW });

    expect([...world.directory.unproven.values()]).toEqual([NEW]);
    expect(world.person()).toMatchObject({ email: null });
  });

  it('that an operator’s change replaced comes to nothing, also where the operator’s machine died', async () => {
    const vouched = {
      id: randomUUID(),
      openedAt: NOW - 60,
      leaseUntil: 0,
      changes: { email: 'vouched@example.com' },
      revokesSessions: null,
      isVouched: true as const,
    };
    const world = aWorld({ pendingEmail: PENDING, intent: vouched });
    world.directory.unproven.set(world.ada.directoryName ?? '', NEW);

    expect((await world.read()).account.email).toBe('vouched@example.com');
    await world.prove();
    expect((await world.read()).account.email).toBe('vouched@example.com');

    expect(world.person()).toMatchObject({ email: 'vouched@example.com', emailVerified: true });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('goes on where the code of an earlier one was entered while the new one was asked for', async () => {
    const world = aWorld({ pendingEmail: PENDING });
    const name = world.ada.directoryName ?? '';
    const { setNames } = world.directory;
    world.directory.unproven.set(name, NEW);
    world.directory.setNames = async (...names) => {
      world.directory.setNames = setNames;
      await world.prove();
      await setNames(...names);
    };
    await world.send({ email: 'newer@example.com' });

    expect(await world.read()).toMatchObject({ account: world.ada.account });
    expect(world.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(inconsistencies(world)).toEqual([]);

    await world.directory.prove(name, 'newer@example.com');
    expect((await world.read()).account.email).toBe('newer@example.com');
    expect(inconsistencies(world)).toEqual([]);
  });

  it('that was proven in time is the account’s however late the next request comes', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    await world.prove();
    world.runtime.now += 3 * DAY;

    expect((await world.read()).account.email).toBe(NEW);
  });

  it('that another account took meanwhile is refused, and both sides have the old one', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    takeMeanwhile(world);
    await world.prove();

    expect(await world.refused({ email: NEW })).toBe('email_taken');

    expect(world.stored()).toMatchObject({ account: world.ada.account, pendingEmail: null });
    expect(world.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('that another account took meanwhile ends with a read, which returns the old one', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    takeMeanwhile(world);
    await world.prove();

    expect(await world.read()).toMatchObject({ account: world.ada.account, pendingEmail: null });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('gives no old address back as verified that another person has verified meanwhile', async () => {
    const world = aWorld();
    await world.send({ email: NEW });
    takeMeanwhile(world);
    await world.prove();
    const thief = aPerson({ email: 'ada@example.com', emailVerified: true });
    world.directory.people.set(thief.directoryName, thief);

    await world.read();

    expect(world.directory.people.get(thief.directoryName)?.emailVerified).toBe(true);
  });
});

describe('a pool that does not keep an address until the new one is proven', () => {
  it('is found out at the first change, which comes to nothing', async () => {
    const world = aWorld();
    world.directory.keepsUnproven = false;

    expect(await world.refused({ email: NEW })).toBe('UnprovenEmailAcceptedError');

    expect(world.stored()).toMatchObject({ account: world.ada.account, pendingEmail: null });
    expect(world.person()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(inconsistencies(world)).toEqual([]);
  });
});

describe('an e-mail that the directory has as proven already', () => {
  it('is the account’s at once, without a code', async () => {
    const world = aWorld();
    Object.assign(world.person() ?? {}, { email: NEW });

    const record = await world.send({ email: NEW });

    expect(record).toMatchObject({ account: { email: NEW }, pendingEmail: null });
    expect(world.person()).toMatchObject({ email: NEW, emailVerified: true });
    expect(world.stored()?.emailCodes).toBeNull();
  });

  it('can be written in other letters at once', async () => {
    const world = aWorld();

    const record = await world.send({ email: 'Ada@Example.com' });

    expect(record).toMatchObject({ account: { email: 'Ada@Example.com' }, pendingEmail: null });
    expect(world.person()).toMatchObject({ email: 'Ada@Example.com', emailVerified: true });
  });
});
