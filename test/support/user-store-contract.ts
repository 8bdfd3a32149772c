/** Contract suite of user stores, run on the in-memory store and on real tables. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountChanges, AccountRecord } from '../../lib/account/account-record.ts';
import {
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
} from '../../lib/account/errors.ts';
import { withChanges } from '../../lib/account/record-change.ts';
import type { SuperuserList } from '../../lib/operations/ports.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import type { UserStoreOptions } from '../../lib/store/dynamo-user-store.ts';
import { aRecord, NOW } from './builders.ts';
import { FOR_REQUESTS, REST_SECONDS } from './store-options.ts';
import { describeNameRest, describeSuperusers } from './user-store-rules.ts';

const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

const withAccount = (record: AccountRecord, changes: AccountChanges) =>
  withChanges(record, changes, NOW);

async function outcomes(work: Promise<unknown>[]) {
  const settled = await Promise.allSettled(work);
  const rejected = settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
  return { fulfilled: settled.length - rejected.length, rejected };
}

/** A store, and the list of superusers that it keeps. */
export interface StoreUnderTest {
  /** By default as requests open it, with names that rest for `REST_SECONDS`. */
  open(options?: Partial<UserStoreOptions>): UserStore;
  setSuperusers(list: SuperuserList): Promise<void>;
}

export function describeUserStore(
  name: string,
  { open: openStore, setSuperusers }: StoreUnderTest,
  racers = 100,
): void {
  describe(`the user store ${name}`, () => {
    const open = openStore;
    const stored = async (given?: Parameters<typeof aRecord>[0]) => {
      const record = aRecord(given);
      await open().create(record);
      return record;
    };

    it('returns null for an unknown subject', async () => {
      expect(await open().find(randomUUID())).toBeNull();
    });

    it('tells which names others hold or have at rest, and reserves none', async () => {
      const store = open();
      const [held, free] = [unique('held'), unique('free')];
      const owner = await stored({ username: held, email: null });
      const renamed = await store.replace(owner, withAccount(owner, { username: unique('now') }));
      const { username } = renamed.account;
      const names = [held, free, username];
      const other = await stored({ email: null });

      expect(await store.takenNames(owner.subject, names)).toEqual(new Set());
      expect(await store.takenNames(other.subject, names)).toEqual(new Set([held, username]));
      const later = open({ nowSeconds: () => FOR_REQUESTS.nowSeconds() + REST_SECONDS });
      expect(await later.takenNames(other.subject, names)).toEqual(new Set([username]));
      await store.replace(other, withAccount(other, { username: free }));
    });

    it('returns a record exactly as stored, whatever its values', async () => {
      const store = open();
      const text = fc.option(fc.string({ unit: 'grapheme' }), { nil: null });
      const account = fc.record({ name: text, company: text, metadata: fc.json() });
      const intent = fc.option(
        fc.record({
          id: fc.uuid(),
          openedAt: fc.nat(),
          leaseUntil: fc.nat(),
          changes: fc.record({ name: text, is_active: fc.boolean() }, { requiredKeys: [] }),
          revokesSessions: fc.option(fc.record({ exemptOriginJti: text }), { nil: null }),
        }),
        { nil: null },
      );
      await fc.assert(
        fc.asyncProperty(account, intent, async (given, open_) => {
          const record = aRecord({ ...given, email: null }, { intent: open_ });
          await store.create(record);
          expect(await store.find(record.subject)).toEqual(record);
        }),
        { numRuns: 25 },
      );
    });

    it('creates one record for concurrent first calls', async () => {
      const store = open();
      const record = aRecord();
      const { fulfilled, rejected } = await outcomes(
        Array.from({ length: racers }, () => store.create(record)),
      );

      expect(fulfilled).toBe(1);
      for (const reason of rejected) {
        expect([RecordExistsError, RecordConflictError]).toContain(reason.constructor);
      }
      expect(await store.find(record.subject)).toEqual(record);
    });

    it('reports the taken names of a new record, and stores nothing of it', async () => {
      const holder = await stored();
      const free = unique('free');
      const record = aRecord({ username: holder.account.username.toUpperCase(), email: null });
      const other = aRecord({ username: free, email: holder.account.email });

      await expect(open().create(record)).rejects.toEqual(
        new NamesTakenError([holder.account.username]),
      );
      await expect(open().create(other)).rejects.toBeInstanceOf(NamesTakenError);
      expect(await open().find(record.subject)).toBeNull();
      await open().create(aRecord({ username: free }));
    });

    it('increments revisions, and rejects a write based on an older one', async () => {
      const record = await stored();

      const second = await open().replace(record, withAccount(record, { name: 'second' }));

      expect(second.revision).toBe(record.revision + 1);
      expect(await open().find(record.subject)).toEqual(second);
      await expect(
        open().replace(record, withAccount(record, { name: 'late' })),
      ).rejects.toBeInstanceOf(RecordConflictError);
      await expect(
        open().replace(record, withAccount(record, { username: unique('late') })),
      ).rejects.toBeInstanceOf(RecordConflictError);
      expect(await open().find(record.subject)).toEqual(second);
    });

    it('rejects the replacement of a removed record', async () => {
      const record = aRecord();

      await expect(open().replace(record, record)).rejects.toBeInstanceOf(RecordConflictError);
    });

    it('accepts exactly one of concurrent writes of one revision', async () => {
      const store = open();
      const record = await stored();
      const { fulfilled, rejected } = await outcomes(
        Array.from({ length: racers }, (_, index) =>
          store.replace(record, withAccount(record, { name: `racer ${index}` })),
        ),
      );

      expect(fulfilled).toBe(1);
      for (const reason of rejected) expect(reason).toBeInstanceOf(RecordConflictError);
    });

    it('moves names: the new ones are reserved, the old ones free where names do not rest', async () => {
      const record = await stored();
      const open = () => openStore({ releasedNameRestSeconds: 0 });
      const username = unique('new');

      const moved = await open().replace(record, withAccount(record, { username, email: null }));

      await expect(
        open().create(aRecord({ username: username.toUpperCase() })),
      ).rejects.toBeInstanceOf(NamesTakenError);
      const { username: freed, email } = record.account;
      await open().create(aRecord({ username: freed, email }));
      expect(await open().find(record.subject)).toEqual(moved);
    });

    it('reserves the names of a pending intent in addition to those of the account', async () => {
      const record = await stored();
      const username = unique('wanted');
      const intent = {
        id: randomUUID(),
        openedAt: NOW,
        leaseUntil: 0,
        changes: { username },
        revokesSessions: null,
      };

      const opened = await open().replace(record, { ...record, intent });
      const rival = aRecord({ username });

      await expect(open().create(rival)).rejects.toBeInstanceOf(NamesTakenError);
      await open().replace(opened, { ...opened, intent: null });
      await open().create(rival);
      await expect(
        open().create(aRecord({ username: record.account.username })),
      ).rejects.toBeInstanceOf(NamesTakenError);
    });

    it('keeps a name that both fields share while one of them has it', async () => {
      const open = () => openStore({ releasedNameRestSeconds: 0 });
      const both = `${unique('both')}@example.com`;
      const record = await stored({ username: both, email: both });

      const kept = await open().replace(record, withAccount(record, { email: null }));

      await expect(open().create(aRecord({ email: both }))).rejects.toBeInstanceOf(NamesTakenError);
      await open().replace(kept, withAccount(kept, { username: unique('other') }));
      await open().create(aRecord({ email: both }));
    });

    it('gives a name to exactly one of the accounts that claim it concurrently', async () => {
      const store = open();
      const prize = unique('prize');
      const records = await Promise.all(Array.from({ length: racers }, () => stored()));
      const { fulfilled, rejected } = await outcomes(
        records.map((record) => store.replace(record, withAccount(record, { username: prize }))),
      );
      const holders = await Promise.all(records.map(({ subject }) => store.find(subject)));

      // Conflicting transactions can cancel each other; a retry settles it.
      expect(fulfilled).toBeLessThanOrEqual(1);
      for (const reason of rejected) {
        expect([NamesTakenError, RecordConflictError]).toContain(reason.constructor);
      }
      expect(holders.filter((one) => one?.account.username === prize)).toHaveLength(fulfilled);
    });

    it('removes a record with its names, but only at the given revision', async () => {
      const record = await stored();
      const newer = await open().replace(record, withAccount(record, { name: 'newer' }));

      const { subject } = record;
      await expect(open().remove(subject, record, NOW)).rejects.toBeInstanceOf(RecordConflictError);
      await expect(open().remove(subject, null, NOW)).rejects.toBeInstanceOf(RecordConflictError);
      await open({ releasedNameRestSeconds: 0 }).remove(subject, newer, NOW);

      expect(await open().find(subject)).toBeNull();
      const { username, email } = record.account;
      await open().create(aRecord({ username, email }));
    });

    it('creates no record of a subject that was removed, whether or not it had one', async () => {
      const record = await stored();
      const never = aRecord();
      await open().remove(record.subject, record, NOW);
      await open().remove(never.subject, null, NOW);
      await open().remove(never.subject, null, NOW);

      await expect(open().create(record)).rejects.toBeInstanceOf(RecordExistsError);
      await expect(open().create(never)).rejects.toBeInstanceOf(RecordExistsError);
      expect(await open().find(never.subject)).toBeNull();
    });

    describeNameRest(openStore, racers);
    describeSuperusers({ open: openStore, setSuperusers });
  });
}
