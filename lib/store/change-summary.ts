/**
 * What the last write of an item changed of its account, by names alone: kept on the item, where
 * the table's stream shows it to whoever tells others (docs/decisions/0021). Nothing here reads it.
 */
import type { StoredAccount } from '../account/account.ts';

/** The mark of a change. */
export interface ChangeSummary {
  type: 'user.created' | 'user.updated';
  /** Never empty, as DynamoDB asks of a set. */
  fields: Set<string>;
}

/**
 * The mark of a write, for the member `change` of its item: of a new account the fields that are set,
 * of another those that differ. Null for a write that changes nothing of the account.
 */
export function changeSummary(
  before: StoredAccount | null,
  after: StoredAccount,
): ChangeSummary | null {
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  const changed = Object.entries(after).filter(
    ([name, value]) => value !== (old.get(name) ?? null),
  );
  if (changed.length === 0) return null;
  const type = before === null ? 'user.created' : 'user.updated';
  return { type, fields: new Set(changed.map(([name]) => name)) };
}
