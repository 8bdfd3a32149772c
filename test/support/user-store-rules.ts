/** The rules of user stores that protect others: names at rest, and the last active superuser. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountChanges, AccountRecord, Intent } from '../../lib/account/account-record.ts';
import {
  LastSuperuserError,
  NamesTakenError,
  RecordConflictError,
  UnavailableError,
} from '../../lib/account/errors.ts';
import { withChanges } from '../../lib/account/record-change.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { aRecord, NOW, SERVICE } from './builders.ts';
import { REST_SECONDS } from './store-options.ts';
import type { StoreUnderTest } from './user-store-contract.ts';

const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

const changed = (record: AccountRecord, changes: AccountChanges) =>
  withChanges(record, changes, NOW);

const withIntent = (record: AccountRecord, changes: Intent['changes']): AccountRecord => ({
  ...record,
  intent: { id: randomUUID(), openedAt: NOW, leaseUntil: 0, changes, revokesSessions: null },
});

/** Repeats what met a concurrent transaction. */
async function settled<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RecordConflictError)) throw error;
    }
  }
}

export function describeNameRest(openStore: StoreUnderTest['open'], racers: number): void {
  const setUp = async () => {
    const clock = { now: NOW };
    const store = openStore({ nowSeconds: () => clock.now });
    const record = aRecord({ username: unique('old'), email: `${unique('old')}@example.com` });
    await store.create(record);
    const given = { username: record.account.username, email: record.account.email ?? '' };
    return { clock, store, record, given };
  };
  type SetUp = Awaited<ReturnType<typeof setUp>>;
  const rename = ({ store, record }: SetUp, changes: AccountChanges) =>
    store.replace(record, changed(record, changes));
  /** Ways to ask for a name, of somebody else. */
  const TAKERS: [string, (store: UserStore, name: string) => Promise<unknown>][] = [
    ['a first call', (store, username) => store.create(aRecord({ username, email: null }))],
    ['a first call, as the e-mail', (store, email) => store.create(aRecord({ email }))],
    [
      'a change',
      async (store, name) => {
        const other = aRecord();
        await store.create(other);
        await store.replace(other, changed(other, { username: name.toUpperCase() }));
      },
    ],
    [
      'an intent',
      async (store, username) => {
        const other = aRecord();
        await store.create(other);
        await store.replace(other, withIntent(other, { username }));
      },
    ],
  ];
  const GIVEN_UP: [string, 'username' | 'email', (given: SetUp) => Promise<unknown>][] = [
    ['a username after a rename', 'username', (one) => rename(one, { username: unique('new') })],
    [
      'an e-mail after a change',
      'email',
      (one) => rename(one, { email: `${unique('n')}@a.example` }),
    ],
    ['an e-mail that was taken away', 'email', (one) => rename(one, { email: null })],
    [
      'a username of a deleted account',
      'username',
      ({ store, record }) => store.remove(record.subject, record, NOW),
    ],
    [
      'a username after an applied intent',
      'username',
      async ({ store, record }) => {
        const username = unique('new');
        const opened = await store.replace(record, withIntent(record, { username }));
        await store.replace(opened, { ...changed(opened, { username }), intent: null });
      },
    ],
  ];

  describe.each(GIVEN_UP)('lays to rest %s', (_name, field, giveUp) => {
    it.each(TAKERS)(
      'for its last holder: it is refused to %s until its time',
      async (_by, take) => {
        const given = await setUp();
        const { clock, store } = given;
        const name = given.given[field];
        await giveUp(given);

        await expect(take(store, name)).rejects.toEqual(new NamesTakenError([name]));
        clock.now = NOW + REST_SECONDS - 1;
        await expect(take(store, name)).rejects.toBeInstanceOf(NamesTakenError);
        // DynamoDB's TTL has not run: the rule does not need it.
        clock.now = NOW + REST_SECONDS;
        await take(store, name);
      },
    );
  });

  it('gives a name at rest back to its last holder, and it rests anew when given up again', async () => {
    const given = await setUp();
    const { clock, store } = given;
    const { username } = given.given;
    const renamed = await rename(given, { username: unique('new') });
    clock.now += 10;

    const back = await store.replace(renamed, changed(renamed, { username }));

    await expect(store.create(aRecord({ username }))).rejects.toBeInstanceOf(NamesTakenError);
    await store.replace(back, changed(back, { username: unique('newer') }));
    clock.now = NOW + REST_SECONDS;
    await expect(store.create(aRecord({ username }))).rejects.toBeInstanceOf(NamesTakenError);
    clock.now = NOW + 10 + REST_SECONDS;
    await store.create(aRecord({ username }));
  });

  it('keeps a name that its new holder gave up from the one before', async () => {
    const given = await setUp();
    const { clock, store } = given;
    const { username } = given.given;
    const renamed = await rename(given, { username: unique('new') });
    clock.now = NOW + REST_SECONDS;
    const next = aRecord({ username });
    await store.create(next);
    await store.replace(next, changed(next, { username: unique('other') }));

    const back = store.replace(renamed, changed(renamed, { username }));

    await expect(back).rejects.toBeInstanceOf(NamesTakenError);
  });

  it('frees at once a name that was only reserved', async () => {
    const { store, record } = await setUp();
    const username = unique('wanted');
    const opened = await store.replace(record, withIntent(record, { username }));

    await store.replace(opened, { ...opened, intent: null });

    await store.create(aRecord({ username }));
  });

  it('lets a name rest on that its last holder reserved and did not get', async () => {
    const given = await setUp();
    const { clock, store } = given;
    const { username } = given.given;
    const renamed = await rename(given, { username: unique('new') });
    clock.now += 10;
    const opened = await store.replace(renamed, withIntent(renamed, { username }));

    await store.replace(opened, { ...opened, intent: null });

    await expect(store.create(aRecord({ username }))).rejects.toBeInstanceOf(NamesTakenError);
    clock.now = NOW + REST_SECONDS;
    await store.create(aRecord({ username }));
  });

  it('gives a name to nobody but its last holder, of many that want it at once', async () => {
    const given = await setUp();
    const { store } = given;
    const { username } = given.given;
    const renamed = await rename(given, { username: unique('new') });
    const others = Array.from({ length: racers }, () => aRecord({ username, email: null }));

    const [back, ...outcomes] = await Promise.allSettled([
      settled(() => store.replace(renamed, changed(renamed, { username }))),
      ...others.map((other) => settled(() => store.create(other))),
    ]);

    expect(back.status).toBe('fulfilled');
    for (const one of outcomes) expect(one).toMatchObject({ reason: expect.any(NamesTakenError) });
  });

  it('gives a name that has rested to exactly one of those that want it at once', async () => {
    const given = await setUp();
    const { clock, store } = given;
    const { username } = given.given;
    await rename(given, { username: unique('new') });
    clock.now = NOW + REST_SECONDS;
    const others = Array.from({ length: racers }, () => aRecord({ username, email: null }));

    const outcomes = await Promise.allSettled(
      others.map((other) => settled(() => store.create(other))),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
}

export function describeSuperusers({ open, setSuperusers }: StoreUnderTest): void {
  /** Two superusers that the list names, and no others. */
  const setUp = async (isComplete = true) => {
    const store = open();
    const [one, other] = [aRecord({ is_superuser: true }), aRecord({ is_superuser: true })];
    await setSuperusers({ subjects: new Set(), isComplete });
    await store.create(one);
    await store.create(other);
    return { store, one, other };
  };
  /** Ways to stop being an active superuser. */
  const WAYS: [string, (record: AccountRecord) => AccountRecord][] = [
    ['demoted', (record) => changed(record, { is_superuser: false })],
    ['deactivated', (record) => changed(record, { is_active: false })],
    ['deactivated, as an intent', (record) => withIntent(record, { is_active: false })],
    ['demoted, as an intent', (record) => withIntent(record, { is_superuser: false, name: 'x' })],
    [
      'demoted and renamed',
      (record) => changed(record, { is_superuser: false, username: unique('new') }),
    ],
  ];

  it.each(WAYS)(
    'lets a superuser be %s while another is active, and not the last',
    async (_name, stop) => {
      const { store, one, other } = await setUp();

      await store.replace(one, stop(one));

      await expect(store.replace(other, stop(other))).rejects.toBeInstanceOf(LastSuperuserError);
      expect(await store.find(other.subject)).toEqual(other);
    },
  );

  it.each(WAYS)('leaves one of two superusers that are %s at once', async (_name, stop) => {
    const { store, one, other } = await setUp();

    const outcomes = await Promise.allSettled(
      [one, other].map((record) => settled(() => store.replace(record, stop(record)))),
    );

    const [failed, ...more] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed?.reason).toBeInstanceOf(LastSuperuserError);
    expect(more).toEqual([]);
  });

  it('counts a superuser again whose change was undone', async () => {
    const { store, one, other } = await setUp();
    const opened = await store.replace(one, withIntent(one, { is_active: false }));

    await store.replace(opened, { ...opened, intent: null });

    await store.replace(other, changed(other, { is_superuser: false }));
  });

  it('counts neither inactive superusers nor service accounts', async () => {
    const { store, one, other } = await setUp();
    const service = aRecord({ ...SERVICE, is_superuser: true });
    await store.create(aRecord({ is_superuser: true, is_active: false }));
    await store.create(service);
    await store.replace(service, changed(service, { is_superuser: false }));
    await store.replace(one, changed(one, { is_superuser: false }));

    const last = store.replace(other, changed(other, { is_superuser: false }));

    await expect(last).rejects.toBeInstanceOf(LastSuperuserError);
  });

  it('does not count a deleted superuser', async () => {
    const { store, one, other } = await setUp();
    await store.remove(one.subject, one, NOW);

    const last = store.replace(other, changed(other, { is_superuser: false }));

    await expect(last).rejects.toBeInstanceOf(LastSuperuserError);
  });

  it('cannot tell while the list may lack somebody, unless it names another', async () => {
    const { store, one, other } = await setUp(false);
    await store.replace(one, changed(one, { is_superuser: false }));

    const last = store.replace(other, changed(other, { is_superuser: false }));

    await expect(last).rejects.toBeInstanceOf(UnavailableError);
    expect(await store.find(other.subject)).toEqual(other);
  });

  it('cannot tell where there is no list yet', async () => {
    const { store, one } = await setUp();
    await setSuperusers({ subjects: new Set(), isComplete: false });

    const last = store.replace(one, changed(one, { is_superuser: false }));

    await expect(last).rejects.toBeInstanceOf(UnavailableError);
  });

  it('reports taken names before the last superuser, and changes nothing', async () => {
    const { store, one, other } = await setUp();
    const { username } = one.account;
    await store.replace(one, changed(one, { is_superuser: false }));

    const both = store.replace(other, changed(other, { is_superuser: false, username }));

    await expect(both).rejects.toBeInstanceOf(NamesTakenError);
  });

  it('lets operators take the last one away, whatever the list says', async () => {
    const { one, other } = await setUp();
    const store = open({ keepsLastSuperuser: false });
    await store.replace(one, changed(one, { is_superuser: false }));
    await store.replace(other, withIntent(other, { is_active: false }));
    await setSuperusers({ subjects: new Set(), isComplete: false });
    const third = aRecord({ is_superuser: true });
    await store.create(third);

    await store.replace(third, changed(third, { is_superuser: false }));
  });
}
