/**
 * Watches every write of a history for what versions promise: each tells apart what callers see, has a
 * later date than the one before, and says which fields changed since every version that is known.
 */
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { changedSince } from '../../lib/account/field-versions.ts';
import { STORED_FIELDS, type StoredField } from '../../lib/account/fields.ts';
import type { InMemoryUserStore } from '../support/in-memory-user-store.ts';
import type { Violation } from './checks.ts';

/** A version of an account, and the fields that differ from the version before. */
interface Step {
  record: AccountRecord;
  fields: StoredField[];
}

/** A watch to be told whenever something may have been written. Accounts are known by their ids. */
export function watchVersions(
  { records }: Pick<InMemoryUserStore, 'records'>,
  violations: Violation[],
): () => void {
  const known = new Map<string, Step[]>();

  const note = (record: AccountRecord) => {
    const steps = known.get(record.account.id);
    const before = steps?.at(-1)?.record;
    if (!steps || !before) {
      known.set(record.account.id, [{ record, fields: [] }]);
      return;
    }
    const fields = differing(before, record);
    const report = (kind: string, detail: string) => {
      violations.push({ kind, detail: `${record.account.id} at ${record.version}: ${detail}` });
    };
    if (record.version === before.version) {
      if (fields.length > 0) report('version_stays', `${fields} changed`);
      return;
    }
    if (record.version !== before.version + 1) report('version_jumps', `from ${before.version}`);
    if ((record.updatedAt ?? 0) <= (before.updatedAt ?? 0)) report('date_stays', '');
    steps.push({ record, fields });
    for (const [index, { record: old }] of steps.entries()) {
      const later = new Set(steps.slice(index + 1).flatMap((step) => step.fields));
      const expected = STORED_FIELDS.filter((field) => later.has(field)).join();
      // Nothing that is stored shows a new password.
      const told = changedSince(old.version, record)?.filter((field) => field !== 'password');
      if (told?.join() !== expected) {
        report('changed_fields', `since ${old.version} ${told ?? 'unknown'}, not ${expected}`);
      }
    }
  };

  const noteAll = () => {
    for (const record of records.values()) note(record);
  };
  noteAll();
  return noteAll;
}

function differing({ account: old }: AccountRecord, { account }: AccountRecord): StoredField[] {
  return STORED_FIELDS.filter((field) => account[field] !== old[field]);
}
