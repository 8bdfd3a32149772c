/** The user store in memory: what unit tests pass in, held to the same contract as the real one. */
import {
  type AccountRecord,
  isActiveSuperuser,
  namesFreedBy,
  namesHeldBy,
} from '../../lib/account/account-record.ts';
import {
  LastSuperuserError,
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
  UnavailableError,
} from '../../lib/account/errors.ts';
import type { RestingName } from '../../lib/operations/ports.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { fromUserItem, toUserItem } from '../../lib/store/user-item.ts';
import { REST_SECONDS } from './store-options.ts';

/** The moment at which a store without a clock of its own is: 2026-01-01T00:00:00Z. */
const START = 1_767_225_600;

/** A store whose content a test can look at; all writes of one call happen at once. */
export interface InMemoryUserStore extends UserStore {
  records: Map<string, AccountRecord>;
  /** Folded name to the subject that holds it. */
  names: Map<string, string>;
  /** Folded name to whom it rests for, or rested for before its holder reserved it. */
  resting: Map<string, Omit<RestingName, 'name'>>;
  superusers: { subjects: Set<string>; isComplete: boolean };
  /** Tests may change both. */
  rest: { nowSeconds: () => number; releasedNameRestSeconds: number };
  /** The same records, as operators write them: they may take the last superuser away. */
  forOperators: UserStore;
}

export function createInMemoryUserStore(...given: AccountRecord[]): InMemoryUserStore {
  const records = new Map<string, AccountRecord>();
  const names: InMemoryUserStore['names'] = new Map();
  const resting: InMemoryUserStore['resting'] = new Map();
  const superusers = { subjects: new Set<string>(), isComplete: true };
  const rest = { nowSeconds: () => START, releasedNameRestSeconds: REST_SECONDS };
  const deleted = new Set<string>();

  const refuseTaken = (subject: string, wanted: Iterable<string>) => {
    const taken = [...wanted].filter((name) => !canHave(names, resting, rest, name, subject));
    if (taken.length > 0) throw new NamesTakenError(taken);
  };
  const reserve = (subject: string, wanted: Iterable<string>) => {
    for (const name of wanted) names.set(name, subject);
  };
  const free = (current: AccountRecord, next: AccountRecord | null) => {
    const { givenUp, unused } = namesFreedBy(current, next);
    for (const name of [...givenUp, ...unused]) names.delete(name);
    for (const name of givenUp) {
      if (rest.releasedNameRestSeconds === 0) resting.delete(name);
      else {
        const until = rest.nowSeconds() + rest.releasedNameRestSeconds;
        resting.set(name, { restingFor: current.subject, until });
      }
    }
  };
  const expect = (record: AccountRecord) => {
    if (records.get(record.subject)?.revision !== record.revision) throw new RecordConflictError();
  };
  // By way of the item, so that a record the real store refuses is refused here as well.
  const copy = (record: AccountRecord) => fromUserItem(toUserItem(record));
  const list = (before: AccountRecord | null, after: AccountRecord | null) => {
    const subject = (after ?? before)?.subject ?? '';
    const isOne = after !== null && isActiveSuperuser(after);
    if (isOne === (before !== null && isActiveSuperuser(before))) return;
    if (isOne) superusers.subjects.add(subject);
    else superusers.subjects.delete(subject);
  };
  const refuseLast = (before: AccountRecord, after: AccountRecord) => {
    if (!isActiveSuperuser(before) || isActiveSuperuser(after)) return;
    if (superusers.subjects.difference(new Set([before.subject])).size > 0) return;
    if (superusers.isComplete) throw new LastSuperuserError();
    throw new UnavailableError('The active superusers are not known', { settled: true });
  };

  const open = (keepsLastSuperuser: boolean): UserStore => ({
    async find(subject) {
      const record = records.get(subject);
      return record ? copy(record) : null;
    },
    async takenNames(subject, wanted) {
      return new Set(wanted.filter((name) => !canHave(names, resting, rest, name, subject)));
    },
    async create(record) {
      if (records.has(record.subject) || deleted.has(record.subject)) throw new RecordExistsError();
      refuseTaken(record.subject, namesHeldBy(record));
      reserve(record.subject, namesHeldBy(record));
      records.set(record.subject, copy(record));
      list(null, record);
    },
    async replace(current, next) {
      expect(current);
      const added = namesHeldBy(next).difference(namesHeldBy(current));
      refuseTaken(current.subject, added);
      if (keepsLastSuperuser) refuseLast(current, next);
      reserve(current.subject, added);
      free(current, next);
      list(current, next);
      const stored = { ...copy(next), revision: current.revision + 1 };
      records.set(current.subject, stored);
      return copy(stored);
    },
    async remove(subject, record) {
      if (record) expect(record);
      else if (records.has(subject)) throw new RecordConflictError();
      deleted.add(subject);
      records.delete(subject);
      if (record) free(record, null);
      list(record, null);
    },
  });
  for (const record of given) {
    refuseTaken(record.subject, namesHeldBy(record));
    reserve(record.subject, namesHeldBy(record));
    records.set(record.subject, copy(record));
    list(null, record);
  }
  const forOperators = open(false);
  return { ...open(true), records, names, resting, superusers, rest, forOperators };
}

/** True where a subject may hold a name: nobody else holds it, and it rests for nobody else. */
export function canHave(
  names: InMemoryUserStore['names'],
  resting: InMemoryUserStore['resting'],
  { nowSeconds }: InMemoryUserStore['rest'],
  name: string,
  subject: string,
): boolean {
  const holder = names.get(name);
  if (holder !== undefined) return holder === subject;
  const before = resting.get(name);
  return !before || before.restingFor === subject || before.until <= nowSeconds();
}
