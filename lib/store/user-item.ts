/**
 * Items of the users table and what they hold, schema-checked both ways. A table item is
 * `pk = USER#<subject>` with the record, `pk = NAME#<folded name>` with the subject that holds the
 * name or last held it (name-markers.ts), or the list of superusers (superuser-list.ts).
 */
import * as v from 'valibot';
import { type AccountRecord, AccountRecordSchema } from '../account/account-record.ts';
import { EXPIRY_ATTRIBUTE, NAME_KEY_PREFIX, USER_KEY_PREFIX } from '../contract.ts';
import { changeSummary } from './change-summary.ts';
import { downgradeForRollout, type Item, upgrade } from './item-migrations.ts';

/** Partition key of the table, its whole primary key. */
export const KEY = 'pk';

const UserKeySchema = v.pipe(v.string(), v.startsWith(USER_KEY_PREFIX));

const NAME_KEY = v.pipe(v.string(), v.startsWith(NAME_KEY_PREFIX));
/** A held name may remember that it rested for its holder before. */
const HeldNameSchema = v.strictObject({
  pk: NAME_KEY,
  holder: v.string(),
  restingFor: v.optional(v.string()),
  until: v.optional(v.number()),
});
const RestingNameSchema = v.strictObject({
  pk: NAME_KEY,
  restingFor: v.string(),
  until: v.number(),
  [EXPIRY_ATTRIBUTE]: v.number(),
});

/** Key of the item of an account. */
export function userKey(subject: string): string {
  return USER_KEY_PREFIX + subject;
}

/** Key of the item that reserves a folded name. */
export function nameKey(foldedName: string): string {
  return NAME_KEY_PREFIX + foldedName;
}

const TombstoneSchema = v.strictObject({
  pk: v.pipe(v.string(), v.startsWith(USER_KEY_PREFIX)),
  [EXPIRY_ATTRIBUTE]: v.number(),
});

/** The item of a deleted account: while it is there, no first call creates the account again. */
export function tombstone(subject: string, expiresAt: number): Item {
  return { pk: userKey(subject), [EXPIRY_ATTRIBUTE]: expiresAt };
}

/** True for the item of a deleted account. */
export function isTombstone(item: unknown): boolean {
  return v.is(TombstoneSchema, item);
}

/** The item to store. @throws ValiError when the record is not one */
export function toUserItem(record: AccountRecord): Item {
  return downgradeForRollout({
    [KEY]: userKey(record.subject),
    ...v.parse(AccountRecordSchema, record),
  });
}

/** The item to store, with a summary of what it changes; null: there was no item before. */
export function toItemWithSummary(before: AccountRecord | null, record: AccountRecord): Item {
  const item = toUserItem(record);
  const change = {
    ...v.parse(v.optional(v.looseObject({})), item['change']),
    ...changeSummary(before?.account ?? null, record.account),
  };
  return Object.keys(change).length === 0 ? item : { ...item, change };
}

/**
 * Parses an item of any schema version.
 * @throws ValiError when the item is not one of an account: corrupt items are not patched up
 * @throws UnsupportedSchemaVersionError when only a newer release knows its version
 */
export function fromUserItem(item: unknown): AccountRecord {
  // `change` is for readers of the stream, and for a rollout: change-summary.ts, item-migrations.ts.
  const { pk, change: _change, ...record } = upgrade(item);
  v.parse(UserKeySchema, pk);
  return v.parse(AccountRecordSchema, record);
}

/** @throws ValiError when the item is not one of a held name */
export function fromHeldNameItem(item: unknown): { name: string; holder: string } {
  const { pk, holder } = v.parse(HeldNameSchema, item);
  return { name: pk.slice(NAME_KEY_PREFIX.length), holder };
}

/** @throws ValiError when the item is not one of a name at rest */
export function fromRestingNameItem(item: unknown) {
  const { pk, restingFor, until } = v.parse(RestingNameSchema, item);
  return { name: pk.slice(NAME_KEY_PREFIX.length), restingFor, until };
}
