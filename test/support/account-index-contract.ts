/** Contract suite of account indexes, run on the in-memory one and on real tables. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RecordConflictError } from '../../lib/account/errors.ts';
import { foldName } from '../../lib/account/names.ts';
import type { AccountIndex, IndexPage } from '../../lib/operations/ports.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { aRecord, NOW, SERVICE } from './builders.ts';

const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

/** An index with its store. */
export interface IndexUnderTest {
  store: UserStore;
  index: AccountIndex;
  /** Stores an invalid item under the key of that subject's account. */
  plantUnreadable(subject: string): Promise<void>;
}

export function describeAccountIndex(name: string, open: () => IndexUnderTest): void {
  describe(`the account index ${name}`, () => {
    const stored = async (given?: Parameters<typeof aRecord>[0]) => {
      const record = aRecord(given);
      await open().store.create(record);
      return record;
    };
    const many = (count: number) => Promise.all(Array.from({ length: count }, () => stored()));
    const holderOf = async (wanted: string) => (await open().index.holdersOf([wanted])).get(wanted);
    const allPages = async () => {
      const pages: IndexPage[] = [];
      for await (const page of open().index.pages()) pages.push(page);
      return pages;
    };

    it('reads on from any page, and misses nothing', async () => {
      await many(120);
      const pages = await allPages();
      const ends = pages.map(({ next }) => next);
      const middle = ends[0] ?? null;

      const rest: IndexPage[] = [];
      for await (const page of open().index.pages(middle)) rest.push(page);

      expect(middle).not.toBeNull();
      expect(ends.at(-1)).toBeNull();
      expect(rest).toEqual(pages.slice(1));
    });

    it('removes an item only where it cannot be read and is still as it was', async () => {
      const record = await stored();
      await open().plantUnreadable('broken');
      const { index } = open();
      const [good, bad] = [`USER#${record.subject}`, 'USER#broken'];
      const readable = await index.itemAt(good);
      const broken = await index.itemAt(bad);

      expect(readable?.isReadable).toBe(true);
      expect(broken?.isReadable).toBe(false);
      expect(await index.itemAt('USER#nobody')).toBeNull();
      expect(await index.removeUnreadable(good, readable?.item ?? {})).toBe(false);
      expect(await index.removeUnreadable(bad, { ...broken?.item, revision: 7 })).toBe(false);
      expect(await index.itemAt(bad)).toEqual(broken);
      expect(await index.removeUnreadable(bad, broken?.item ?? {})).toBe(true);
      expect(await index.itemAt(bad)).toBeNull();
      expect(await index.itemAt(good)).toEqual(readable);
    });

    it('finds the holders of more names than one batch, omitting free names', async () => {
      const records = await many(120);
      const names = records.flatMap(({ account }) => [account.username, account.email ?? '']);
      const free = [unique('free'), unique('free')];

      const holders = await open().index.holdersOf([...names, ...free, ...names]);

      expect(holders.size).toBe(240);
      for (const { subject, account } of records) {
        expect(holders.get(account.username)).toBe(subject);
        expect(holders.get(account.email ?? '')).toBe(subject);
      }
    });

    it('finds the records of more subjects than one batch, omitting subjects without one', async () => {
      const records = await many(120);
      const subjects = records.map(({ subject }) => subject);

      const found = await open().index.recordsOf([...subjects, randomUUID(), ...subjects]);

      expect(found).toEqual(new Map(records.map((record) => [record.subject, record])));
    });

    it('finds nothing for an empty request', async () => {
      expect(await open().index.holdersOf([])).toEqual(new Map());
      expect(await open().index.recordsOf([])).toEqual(new Map());
    });

    it('omits items that it cannot read', async () => {
      const record = await stored();
      const broken = randomUUID();
      await open().plantUnreadable(broken);

      const found = await open().index.recordsOf([record.subject, broken]);

      expect([...found.keys()]).toEqual([record.subject]);
    });

    it('reads everything exactly once, over several pages, and reports items that it cannot read', async () => {
      const records = await many(150);
      const broken = [randomUUID(), randomUUID(), randomUUID()];
      for (const subject of broken) await open().plantUnreadable(subject);

      const pages = await allPages();

      expect(pages.length).toBeGreaterThan(3);
      const mine = new Map(records.map((record) => [record.subject, record]));
      const seen = pages.flatMap((page) => page.records).filter(({ subject }) => mine.has(subject));
      expect(seen).toHaveLength(150);
      expect(new Map(seen.map((record) => [record.subject, record]))).toEqual(mine);
      const names = pages.flatMap((page) => page.names).filter(({ holder }) => mine.has(holder));
      const held = records.flatMap(({ account, subject }) =>
        [account.username, account.email ?? ''].map((name) => `${foldName(name)} ${subject}`),
      );
      expect(names.map((one) => `${one.name} ${one.holder}`).sort()).toEqual(held.sort());
      const unreadable = pages.flatMap((page) => page.unreadable);
      for (const subject of broken) {
        expect(unreadable.filter((key) => key === `USER#${subject}`)).toHaveLength(1);
      }
    });

    it('moves a record with all of its names to another subject', async () => {
      const record = await stored({ ...SERVICE, email: `${unique('service')}@example.com` });
      const subject = randomUUID();

      const moved = await open().index.move(record, subject);

      expect(moved).toEqual({ ...record, subject, revision: record.revision + 1 });
      expect(await open().store.find(subject)).toEqual(moved);
      expect(await open().store.find(record.subject)).toBeNull();
      expect(await holderOf(record.account.username)).toBe(subject);
      expect(await holderOf(record.account.email ?? '')).toBe(subject);
      await open().store.remove(moved.subject, moved, NOW);
      const { username } = record.account;
      expect((await open().index.restingOf([username])).get(username)?.restingFor).toBe(subject);
    });

    it('refuses to move a record with a newer revision, and moves nothing of it', async () => {
      const record = await stored(SERVICE);
      const newer = await open().store.replace(record, { ...record, internal: true });
      const subject = randomUUID();

      await expect(open().index.move(record, subject)).rejects.toBeInstanceOf(RecordConflictError);

      expect(await open().store.find(record.subject)).toEqual(newer);
      expect(await open().store.find(subject)).toBeNull();
      expect(await holderOf(record.account.username)).toBe(record.subject);
    });

    it('refuses to move a missing record, or onto an existing one', async () => {
      const [record, other] = [await stored(SERVICE), await stored(SERVICE)];
      const gone = aRecord(SERVICE);
      const onto = open().index.move(record, other.subject);

      await expect(onto).rejects.toBeInstanceOf(RecordConflictError);
      await expect(open().index.move(gone, randomUUID())).rejects.toBeInstanceOf(
        RecordConflictError,
      );
      expect(await open().store.find(record.subject)).toEqual(record);
      expect(await open().store.find(other.subject)).toEqual(other);
    });

    it('refuses to move a record whose name another account holds', async () => {
      const record = await stored(SERVICE);
      const thief = randomUUID();
      const subject = randomUUID();
      const { username } = record.account;
      const account = { ...record.account, username: unique('other') };
      const renamed = await open().store.replace(record, { ...record, account });
      await open().index.endRest(username, record.subject);
      await open().index.reserveName(username, thief);

      const asBefore = { ...record, revision: renamed.revision };
      await expect(open().index.move(asBefore, subject)).rejects.toBeInstanceOf(
        RecordConflictError,
      );
      expect(await open().store.find(subject)).toBeNull();
      expect(await holderOf(username)).toBe(thief);
    });

    it('moves a record for exactly one of concurrent calls', async () => {
      const record = await stored(SERVICE);
      const subjects = Array.from({ length: 10 }, () => randomUUID());

      const settled = await Promise.allSettled(
        subjects.map((subject) => open().index.move(record, subject)),
      );

      const moved = settled.filter(({ status }) => status === 'fulfilled');
      expect(moved.length).toBeLessThanOrEqual(1);
      for (const one of settled) {
        if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(RecordConflictError);
      }
      const found = await open().index.recordsOf([record.subject, ...subjects]);
      expect(found.size).toBe(1);
    });

    it('reserves only names that are free or held by the same subject', async () => {
      const name = unique('name');

      expect(await open().index.reserveName(name, 'a')).toBe(true);
      expect(await open().index.reserveName(name, 'a')).toBe(true);
      expect(await open().index.reserveName(name, 'b')).toBe(false);
      expect(await holderOf(name)).toBe('a');
    });

    it('releases a name that its holder does not use, with an account or without', async () => {
      const [name, other] = [unique('name'), unique('name')];
      const record = await stored();
      await open().index.reserveName(name, 'nobody');
      await open().index.reserveName(other, record.subject);

      await open().index.freeName(name, 'somebody');
      expect(await holderOf(name)).toBe('nobody');
      await open().index.freeName(name, 'nobody');
      await open().index.freeName(name, 'nobody');
      await open().index.freeName(other, record.subject);

      expect(await holderOf(name)).toBeUndefined();
      expect(await holderOf(other)).toBeUndefined();
    });

    it('finds names at rest, which nobody holds, and reserves them for their last holder only', async () => {
      const record = await stored();
      const { subject } = record;
      const { username } = record.account;
      const account = { ...record.account, username: unique('other') };
      await open().store.replace(record, { ...record, account });

      const found = await open().index.restingOf([username, account.username, unique('free')]);

      const until = expect.any(Number);
      expect([...found.values()]).toEqual([{ name: username, restingFor: subject, until }]);
      expect(await holderOf(username)).toBeUndefined();
      const pages = await allPages();
      expect(pages.flatMap((page) => page.resting)).toContainEqual(found.get(username));
      expect(pages.flatMap((page) => page.names)).not.toContainEqual({
        name: username,
        holder: subject,
      });
      expect(await open().index.reserveName(username, 'somebody')).toBe(false);
      expect(await open().index.reserveName(username, subject)).toBe(true);
      expect(await open().index.restingOf([username])).toEqual(new Map());
      expect(await holderOf(username)).toBe(subject);
      // It was never the account's again, so that it rests on.
      await open().index.freeName(username, subject);
      expect(await open().index.restingOf([username])).toEqual(found);
    });

    it('ends the rest of a name, but only for the subject that it rests for', async () => {
      const record = await stored();
      const { username } = record.account;
      const account = { ...record.account, username: unique('other') };
      await open().store.replace(record, { ...record, account });

      expect(await open().index.endRest(username, 'somebody')).toBe(false);
      expect(await open().index.endRest(account.username, record.subject)).toBe(false);
      expect(await open().index.endRest(username, record.subject)).toBe(true);
      expect(await open().index.endRest(username, record.subject)).toBe(false);

      await open().store.create(aRecord({ username }));
    });

    it('lists superusers as their records say, until the list is complete', async () => {
      const { index, store } = open();
      const one = await stored({ is_superuser: true });
      const other = await stored();
      expect((await index.superusers()).subjects).toContain(one.subject);
      const demoted = await store.replace(one, {
        ...one,
        account: { ...one.account, is_active: false },
      });

      await index.listSuperuser(demoted.subject);
      await index.listSuperuser(other.subject);
      await index.listSuperuser(randomUUID());
      await index.completeSuperusers();

      const { subjects, isComplete } = await index.superusers();
      expect(subjects).not.toContain(one.subject);
      expect(subjects).not.toContain(other.subject);
      expect(isComplete).toBe(true);
    });

    it('never releases a name that its holder’s account uses, or may use', async () => {
      const record = await stored();
      const [name, broken] = [unique('name'), randomUUID()];
      await open().plantUnreadable(broken);
      await open().index.reserveName(name, broken);

      await open().index.freeName(record.account.username, record.subject);
      await open().index.freeName(name, broken);

      expect(await holderOf(record.account.username)).toBe(record.subject);
      expect(await holderOf(name)).toBe(broken);
    });
  });
}
