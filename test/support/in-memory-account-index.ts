/** The account index over the maps of the in-memory user store. */
import * as v from 'valibot';
import {
  type AccountRecord,
  AccountRecordSchema,
  isActiveSuperuser,
  namesHeldBy,
} from '../../lib/account/account-record.ts';
import { RecordConflictError } from '../../lib/account/errors.ts';
import type { AccountIndex, IndexPage } from '../../lib/operations/ports.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { canHave, type InMemoryUserStore } from './in-memory-user-store.ts';

/** An index of that store; what is no record in its map counts as an item nobody can read. */
export function createInMemoryAccountIndex(
  { records, names, resting, superusers, rest }: Omit<InMemoryUserStore, keyof UserStore>,
  pageSize = 100,
): AccountIndex {
  const isReadable = (record: AccountRecord) => v.is(AccountRecordSchema, record);
  /** Keys of the next items of one kind, in an order that stays the same whatever comes and goes. */
  const keysAfter = (from: string | null): string[] => {
    const kinds = [
      [...records.keys()].map((subject) => `0 ${subject}`),
      [...names.keys()].map((name) => `1 ${name}`),
      [...resting.keys()].map((name) => `2 ${name}`),
    ];
    const left = kinds.map((keys) => keys.filter((key) => from === null || key > from).sort());
    return left.find((keys) => keys.length > 0)?.slice(0, pageSize) ?? [];
  };
  const pageOf = (keys: readonly string[]): Omit<IndexPage, 'next'> => {
    const page: Omit<IndexPage, 'next'> = { records: [], names: [], resting: [], unreadable: [] };
    for (const [kind, key] of keys.map((one) => [one[0], one.slice(2)] as const)) {
      const record = kind === '0' ? records.get(key) : undefined;
      if (record && isReadable(record)) page.records.push(structuredClone(record));
      else if (record) page.unreadable.push(`USER#${key}`);
      const holder = names.get(key);
      if (kind === '1' && holder) page.names.push({ name: key, holder });
      const rest = resting.get(key);
      if (kind === '2' && rest && !holder) page.resting.push({ name: key, ...rest });
    }
    return page;
  };

  return {
    async holdersOf(wanted) {
      const held = [...new Set(wanted)].map((name) => [name, names.get(name)] as const);
      return new Map(held.flatMap(([name, holder]) => (holder ? [[name, holder]] : [])));
    },

    async restingOf(wanted) {
      const found = [...new Set(wanted)].filter((name) => !names.has(name));
      const entries = found.flatMap((name) => {
        const one = resting.get(name);
        return one ? [[name, { name, ...one }] as const] : [];
      });
      return new Map(entries);
    },

    async recordsOf(subjects) {
      const found = [...new Set(subjects)].flatMap((subject) => records.get(subject) ?? []);
      const readable = found.filter(isReadable).map((record) => structuredClone(record));
      return new Map(readable.map((record) => [record.subject, record]));
    },

    async *pages(from = null) {
      let keys = keysAfter(from);
      while (keys.length > 0) {
        const last = keys.at(-1) ?? null;
        const next = keysAfter(last).length === 0 ? null : last;
        yield { ...pageOf(keys), next };
        keys = keysAfter(last);
      }
    },

    async itemAt(key) {
      const name = key.replace(/^NAME#/, '');
      const holder = names.get(name);
      if (name !== key && holder) return { item: { pk: key, holder }, isReadable: true };
      const record = records.get(key.replace(/^USER#/, ''));
      if (!key.startsWith('USER#') || !record) return null;
      return { item: { pk: key, ...record }, isReadable: isReadable(record) };
    },

    async removeUnreadable(key, { revision }) {
      const subject = key.replace(/^USER#/, '');
      const record = records.get(subject);
      if (!record || isReadable(record) || record.revision !== revision) return false;
      return records.delete(subject);
    },

    async move(record, subject) {
      const held = [...namesHeldBy(record)];
      const isAsRead =
        records.get(record.subject)?.revision === record.revision &&
        !records.has(subject) &&
        held.every((name) => names.get(name) === record.subject);
      if (!isAsRead) throw new RecordConflictError();
      const moved = structuredClone({ ...record, subject, revision: record.revision + 1 });
      records.delete(record.subject);
      records.set(subject, moved);
      for (const name of held) names.set(name, subject);
      return structuredClone(moved);
    },

    async reserveName(name, holder) {
      if (!canHave(names, resting, rest, name, holder)) return false;
      names.set(name, holder);
      return true;
    },

    async freeName(name, holder) {
      const owner = records.get(holder);
      const mayHaveIt = owner && (!isReadable(owner) || namesHeldBy(owner).has(name));
      if (names.get(name) === holder && !mayHaveIt) names.delete(name);
    },

    async endRest(name, restingFor) {
      if (names.has(name) || resting.get(name)?.restingFor !== restingFor) return false;
      return resting.delete(name);
    },

    async superusers() {
      return structuredClone(superusers);
    },

    async listSuperuser(subject) {
      const record = records.get(subject);
      if (record && !isReadable(record)) return;
      if (record && isActiveSuperuser(record)) superusers.subjects.add(subject);
      else superusers.subjects.delete(subject);
    },

    async completeSuperusers() {
      superusers.isComplete = true;
    },
  };
}
