/** The account index over the maps of the in-memory user store. */
import * as v from 'valibot';
import {
  type AccountRecord,
  AccountRecordSchema,
  isActiveSuperuser,
  namesHeldBy,
} from '../../lib/account/account-record.ts';
import { RecordConflictError } from '../../lib/account/errors.ts';
import type { AccountIndex } from '../../lib/operations/ports.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { canHave, type InMemoryUserStore } from './in-memory-user-store.ts';

/** An index of that store; what is no record in its map counts as an item nobody can read. */
export function createInMemoryAccountIndex(
  { records, names, resting, superusers, rest }: Omit<InMemoryUserStore, keyof UserStore>,
  pageSize = 100,
): AccountIndex {
  const isReadable = (record: AccountRecord) => v.is(AccountRecordSchema, record);
  const pagesOf = <Item>(items: Item[]) =>
    Array.from({ length: Math.ceil(items.length / pageSize) }, (_, page) =>
      items.slice(page * pageSize, (page + 1) * pageSize),
    );

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

    async *pages() {
      for (const entries of pagesOf([...records])) {
        const readable = entries.map(([, record]) => record).filter(isReadable);
        const unreadable = entries.filter(([, record]) => !isReadable(record));
        yield {
          records: structuredClone(readable),
          names: [],
          resting: [],
          unreadable: unreadable.map(([subject]) => `USER#${subject}`),
        };
      }
      for (const entries of pagesOf([...names])) {
        const held = entries.map(([name, holder]) => ({ name, holder }));
        yield { records: [], names: held, resting: [], unreadable: [] };
      }
      for (const entries of pagesOf([...resting])) {
        const free = entries.filter(([name]) => !names.has(name));
        const found = free.map(([name, one]) => ({ name, ...one }));
        yield { records: [], names: [], resting: found, unreadable: [] };
      }
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
