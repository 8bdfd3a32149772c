/** The user store in memory: what unit tests pass in, held to the same contract as the real one. */
import { type AccountRecord, namesHeldBy } from '../../lib/account/account-record.ts';
import {
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
} from '../../lib/account/errors.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { fromUserItem, toUserItem } from '../../lib/store/user-item.ts';

/** A store whose content a test can look at; all writes of one call happen at once. */
export interface InMemoryUserStore extends UserStore {
  records: Map<string, AccountRecord>;
  /** Folded name to the subject that holds it. */
  names: Map<string, string>;
}

export function createInMemoryUserStore(...given: AccountRecord[]): InMemoryUserStore {
  const records = new Map<string, AccountRecord>();
  const names = new Map<string, string>();
  const deleted = new Set<string>();

  const reserve = (subject: string, wanted: Iterable<string>) => {
    const taken = [...wanted].filter((name) => (names.get(name) ?? subject) !== subject);
    if (taken.length > 0) throw new NamesTakenError(taken);
    for (const name of wanted) names.set(name, subject);
  };
  const expect = (record: AccountRecord) => {
    if (records.get(record.subject)?.revision !== record.revision) throw new RecordConflictError();
  };
  // By way of the item, so that a record the real store refuses is refused here as well.
  const copy = (record: AccountRecord) => fromUserItem(toUserItem(record));

  const store: InMemoryUserStore = {
    records,
    names,
    async find(subject) {
      const record = records.get(subject);
      return record ? copy(record) : null;
    },
    async create(record) {
      if (records.has(record.subject) || deleted.has(record.subject)) throw new RecordExistsError();
      reserve(record.subject, namesHeldBy(record));
      records.set(record.subject, copy(record));
    },
    async replace(current, next) {
      expect(current);
      const held = namesHeldBy(current);
      const wanted = namesHeldBy(next);
      reserve(current.subject, wanted.difference(held));
      for (const name of held.difference(wanted)) names.delete(name);
      const stored = { ...copy(next), revision: current.revision + 1 };
      records.set(current.subject, stored);
      return copy(stored);
    },
    async remove(subject, record) {
      if (record) expect(record);
      else if (records.has(subject)) throw new RecordConflictError();
      deleted.add(subject);
      records.delete(subject);
      for (const name of record ? namesHeldBy(record) : []) names.delete(name);
    },
  };
  for (const record of given) {
    reserve(record.subject, namesHeldBy(record));
    records.set(record.subject, copy(record));
  }
  return store;
}
