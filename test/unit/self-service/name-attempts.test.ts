import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import { aCaller, aPerson, aRecord, aTestContext, NOW, RULES } from '../../support/builders.ts';

const HOUR = 3600;

/** Ada, and Bob, whose record has the names that she tries; the directory does not know him. */
function aWorld(given: Partial<AccountRecord> = {}) {
  const ada = aRecord({ username: 'ada', email: 'ada@example.com' }, given);
  const bob = aRecord({ username: 'bob', email: 'bob@example.com' });
  const context = aTestContext(ada, bob);
  context.directory.people.delete(bob.directoryName ?? '');
  const calls: string[] = [];
  const { find, replace } = context.store;
  context.store.find = (subject) => {
    calls.push('find');
    return find(subject);
  };
  context.store.replace = (current, next) => {
    calls.push('replace');
    return replace(current, next);
  };
  const caller = () => aCaller(ada, { authTime: context.runtime.now - 60 });
  const send = (body: JsonValue) =>
    patchMe(
      context,
      RULES,
      { caller: caller(), report: context.report },
      { body, mode: 'replace' },
      () => {},
    ).then(
      () => 'changed',
      ({ code }) => code,
    );
  const stored = () => context.store.records.get(ada.subject);
  return { ...context, ada, calls, caller, send, stored };
}

describe('names that others hold', () => {
  it('can be tried ten times within an hour, then none is looked up', async () => {
    const world = aWorld();
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect(await world.send({ username: 'bob' })).toBe('username_taken');
      expect(world.stored()?.nameRefusals).toEqual({ count: attempt, since: NOW });
    }
    world.calls.length = 0;
    const asked = world.directory.calls;

    for (const body of [{ username: 'bob' }, { username: 'free' }, { email: 'free@example.com' }]) {
      expect(await world.send(body)).toBe('too_many_attempts');
    }

    // The reads of the record; no name was reserved, and the directory was not asked.
    expect(world.calls).toEqual(['find', 'find', 'find']);
    expect(world.directory.calls).toBe(asked);
  });

  it('count each, and change no version and no field', async () => {
    const world = aWorld();

    expect(await world.send({ username: 'bob', email: 'bob@example.com', name: 'Ada' })).toBe(
      'username_taken',
    );

    expect(world.stored()).toEqual({
      ...world.ada,
      revision: 2,
      nameRefusals: { count: 2, since: NOW },
    });
  });

  it('count where only the directory knows them, too', async () => {
    const world = aWorld();
    const stranger = aPerson({ preferredUsername: 'stranger' });
    world.directory.people.set(stranger.directoryName, stranger);

    expect(await world.send({ username: 'stranger' })).toBe('username_taken');

    expect(world.stored()).toMatchObject({ version: 1, intent: null, nameRefusals: { count: 1 } });
  });

  it('are counted in one write, and cost nothing where none is refused', async () => {
    const world = aWorld();

    await world.send({ username: 'bob' });
    expect(world.calls).toEqual(['find', 'replace', 'replace']);
    world.calls.length = 0;
    await world.send({ username: 'free' });
    expect(world.calls).toEqual(['find', 'replace', 'replace']);
    world.calls.length = 0;
    await world.send({ name: 'Ada' });
    expect(world.calls).toEqual(['find', 'replace']);
  });

  it('are all counted where they are tried at once', async () => {
    const world = aWorld();

    const codes = await Promise.all(
      Array.from({ length: 20 }, () => world.send({ username: 'bob' })),
    );

    const refused = codes.filter((code) => code === 'username_taken').length;
    expect(refused + codes.filter((code) => code === 'too_many_attempts').length).toBe(20);
    expect(world.stored()?.nameRefusals?.count).toBe(refused);
    expect(refused).toBeGreaterThanOrEqual(10);
  });

  /** At the first refusal another request takes the lease, and keeps it for that many reads. */
  function leaseAtRefusal(world: ReturnType<typeof aWorld>, reads: number) {
    const { find, replace } = world.store;
    let left: number | null = null;
    world.store.replace = (current, next) =>
      replace(current, next).catch(async (error) => {
        if (left !== null) throw error;
        left = reads;
        const changes = { username: 'countess' };
        const lease = { id: world.runtime.uuid(), openedAt: NOW, leaseUntil: NOW + 30 };
        await replace(current, {
          ...current,
          intent: { ...lease, changes, revokesSessions: null },
        });
        throw error;
      });
    world.store.find = async (subject) => {
      const record = await find(subject);
      if (left === null || record === null || left > 0) {
        if (left !== null) left -= 1;
        return record;
      }
      return record.intent === null ? record : replace(record, { ...record, intent: null });
    };
  }

  it('are counted when another request has given its lease back, not before', async () => {
    const world = aWorld();
    leaseAtRefusal(world, 3);

    expect(await world.send({ username: 'bob' })).toBe('username_taken');

    expect(world.stored()).toMatchObject({ nameRefusals: { count: 1 }, intent: null });
  });

  it('are not answered where they cannot be counted, and take no lease away', async () => {
    const world = aWorld();
    leaseAtRefusal(world, Number.POSITIVE_INFINITY);
    const sent = { body: { username: 'bob' }, mode: 'replace' as const };
    const context = { caller: world.caller(), report: world.report };

    await expect(patchMe(world, RULES, context, sent, () => {})).rejects.toThrow(UnavailableError);

    expect(world.stored()).toMatchObject({ nameRefusals: null, intent: { leaseUntil: NOW + 30 } });
  });
});

describe('an account with too many refused names', () => {
  const nameRefusals = { count: 10, since: NOW };

  it('can read, and change everything else, its own names in another spelling included', async () => {
    const world = aWorld({ nameRefusals });
    const context = { caller: world.caller(), report: world.report };

    expect((await getMe(world, RULES, context)).account).toEqual(world.ada.account);
    expect(await world.send({ name: 'Ada', email: 'ADA@example.com' })).toBe('changed');
    expect(await world.send({ username: 'ada@example.com' })).toBe('changed');
    expect(await world.send({ email: null })).toBe('changed');
    expect(world.stored()?.nameRefusals).toEqual(nameRefusals);
  });

  it.each([
    [0, HOUR],
    [1, HOUR - 1],
    [HOUR - 1, 1],
  ])('after %i seconds is told to try again in %i', async (seconds, retryAfter) => {
    const world = aWorld({ nameRefusals });
    world.runtime.now = NOW + seconds;
    const context = { caller: world.caller(), report: world.report };
    const sent = { body: { username: 'free' }, mode: 'replace' as const };

    await expect(patchMe(world, RULES, context, sent, () => {})).rejects.toMatchObject({
      code: 'too_many_attempts',
      challenge: { retryAfter },
    });
  });

  it('can try names again an hour after the first refusal, and is counted anew', async () => {
    const world = aWorld({ nameRefusals });
    world.runtime.now = NOW + HOUR;

    expect(await world.send({ username: 'bob' })).toBe('username_taken');
    expect(world.stored()?.nameRefusals).toEqual({ count: 1, since: NOW + HOUR });
    expect(await world.send({ username: 'free' })).toBe('changed');
  });

  it('is told what else is wrong first', async () => {
    const world = aWorld({ nameRefusals });

    expect(await world.send({ username: 'bob', name: 7 })).toBe('invalid_fields');
    expect(await world.send({ username: 'admin' })).toBe('username_reserved');
  });

  it('never waits longer than an hour, though the clock of another machine is ahead', async () => {
    const world = aWorld({ nameRefusals: { count: 10, since: NOW + 5 } });
    const context = { caller: world.caller(), report: world.report };
    const sent = { body: { username: 'free' }, mode: 'replace' as const };

    await expect(patchMe(world, RULES, context, sent, () => {})).rejects.toMatchObject({
      challenge: { retryAfter: HOUR },
    });
  });
});
