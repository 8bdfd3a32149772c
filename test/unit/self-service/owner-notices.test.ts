import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { LEASE_SECONDS } from '../../../lib/contract.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import {
  aCaller,
  aRecord,
  aTestContext,
  GOOD_PASSWORD,
  RULES,
  SSO,
} from '../../support/builders.ts';
import { createInMemoryNotices } from '../../support/in-memory-notices.ts';

const ada = () => aRecord({ username: 'ada', email: 'ada@example.com' });
const OLD = 'ada@example.com';

function aWorld(record: AccountRecord = ada()) {
  const world = { ...aTestContext(record), notices: createInMemoryNotices() };
  const request = { caller: aCaller(record), report: world.report };
  return {
    ...world,
    record,
    get: () => getMe(world, RULES, request),
    patch: (body: Record<string, JsonValue>) =>
      patchMe(world, RULES, request, { body, mode: 'replace' }, () => {}),
    person: () => {
      const person = world.directory.people.get(record.directoryName ?? '');
      if (!person) throw new Error('The record is of a person');
      return person;
    },
  };
}

const toldOf = ({ notices }: ReturnType<typeof aWorld>) =>
  notices.sent.map(({ to, changed }) => [to, changed]);

describe('the owner of an account', () => {
  it.each([
    { body: { username: 'countess' }, changed: ['username'] },
    { body: { email: 'countess@example.com' }, changed: ['email'] },
    { body: { password: GOOD_PASSWORD }, changed: ['password'] },
    {
      body: { username: 'countess', email: 'countess@example.com', password: GOOD_PASSWORD },
      changed: ['username', 'email', 'password'],
    },
  ])('is told at the old address of a changed $changed', async ({ body, changed }) => {
    const world = aWorld();
    await world.patch(body);

    expect(toldOf(world)).toEqual([[OLD, changed]]);
  });

  it('is not told of other fields, or of what stays', async () => {
    const world = aWorld();
    await world.patch({ name: 'Countess', username: 'ada', email: OLD });

    expect(toldOf(world)).toEqual([]);
  });

  it('is not told of what the directory refuses', async () => {
    const world = aWorld();
    world.directory.refusedPasswords.add(GOOD_PASSWORD);

    await expect(world.patch({ username: 'countess', password: GOOD_PASSWORD })).rejects.toThrow();
    expect(toldOf(world)).toEqual([]);
  });

  it('is not told at an address that nobody has proven', async () => {
    const world = aWorld();
    world.person().emailVerified = false;
    await world.patch({ password: GOOD_PASSWORD });
    await world.patch({ email: 'stranger@example.com' });
    await world.patch({ username: 'countess' });

    expect(toldOf(world)).toEqual([]);
    expect(world.events).not.toContainEqual(expect.objectContaining({ event: 'NOTICE_FAILED' }));
  });

  it('is not told at an address that is another in the directory', async () => {
    const world = aWorld();
    world.person().email = 'another@example.com';
    await world.patch({ username: 'countess' });

    expect(toldOf(world)).toEqual([]);
  });

  it('is told before the change is committed', async () => {
    const world = aWorld();
    let stored: AccountRecord | undefined;
    const { tell } = world.notices;
    world.notices.tell = async (record) => {
      stored = world.store.records.get(record.subject);
      await tell(record);
    };
    await world.patch({ username: 'countess' });

    expect(stored).toMatchObject({ account: { username: 'ada' }, intent: { notify: [OLD] } });
    expect(world.person().preferredUsername).toBe('countess');
  });

  it('is told by the request that finishes a change which broke off', async () => {
    const world = aWorld();
    const { replace } = world.store;
    world.store.replace = async (current, next) => {
      if (next.intent === null) throw new Error('The process ends here');
      return replace(current, next);
    };
    await expect(world.patch({ email: 'countess@example.com' })).rejects.toThrow();
    world.notices.sent.length = 0;
    world.store.replace = replace;
    world.runtime.now += LEASE_SECONDS;
    await world.get();

    expect(toldOf(world)).toEqual([[OLD, ['email']]]);
  });

  it('has the change made where the mail fails, which is reported without the address', async () => {
    const world = aWorld();
    world.notices.tell = async () => {
      throw Object.assign(new Error(`No mail to ${OLD}`), { name: 'MessageRejected' });
    };
    const changed = await world.patch({ username: 'countess' });

    expect(changed.account.username).toBe('countess');
    expect(changed.intent).toBeNull();
    expect(world.events).toContainEqual({
      event: 'NOTICE_FAILED',
      subject: world.record.subject,
      error: 'MessageRejected',
    });
    expect(JSON.stringify(world.events)).not.toContain(OLD);
  });

  it('who signs in by an identity provider has nothing to be told of', async () => {
    const record = aRecord({ ...SSO, username: 'ada', email: OLD }, { refreshedAt: 1 });
    const world = aWorld(record);
    world.person().email = 'ada@new.example';
    await world.get();

    expect(world.store.records.get(record.subject)?.account.email).toBe('ada@new.example');
    expect(toldOf(world)).toEqual([]);
  });
});

it('costs no call of the directory where nobody is told', async () => {
  const calls = async (isOn: boolean) => {
    const { record, ...world } = aWorld();
    const { notices, ...off } = world;
    const ports = isOn ? { ...off, notices } : off;
    const request = { caller: aCaller(record), report: world.report };
    const sent = { body: { password: GOOD_PASSWORD }, mode: 'replace' } as const;
    await patchMe(ports, RULES, request, sent, () => {});
    return world.directory.calls;
  };

  expect(await calls(true)).toBe((await calls(false)) + 1);
});
