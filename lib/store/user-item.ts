/**
 * Items of the users table and the records they hold, schema-checked both ways. A table item is
 * `pk = USER#<subject>` with the record, or `pk = NAME#<folded name>` with the subject that holds it.
 */
import * as v from 'valibot';
import { type AccountRecord, AccountRecordSchema } from '../domain/account-record.ts';

/** Partition key of the table, its whole primary key. */
export const KEY = 'pk';

const USER_PREFIX = 'USER#';
const NAME_PREFIX = 'NAME#';

/** Number of the item's shape; a change of shape gets the next one. */
const ITEM_SCHEMA = 1;

const UserItemSchema = v.strictObject({
  pk: v.pipe(v.string(), v.startsWith(USER_PREFIX)),
  schema: v.literal(ITEM_SCHEMA),
  ...AccountRecordSchema.entries,
});

/** An item of an account, as the document client takes it. */
export type UserItem = v.InferOutput<typeof UserItemSchema>;

const NameItemSchema = v.strictObject({
  pk: v.pipe(v.string(), v.startsWith(NAME_PREFIX)),
  holder: v.string(),
});

/** Key of the item of an account. */
export function userKey(subject: string): string {
  return USER_PREFIX + subject;
}

/** Key of the item that reserves a folded name. */
export function nameKey(foldedName: string): string {
  return NAME_PREFIX + foldedName;
}

/** @throws ValiError when the record is not one */
export function toUserItem(record: AccountRecord): UserItem {
  const item = { pk: userKey(record.subject), schema: ITEM_SCHEMA, ...record };
  return v.parse(UserItemSchema, item);
}

/** @throws ValiError when the item is not one of an account: corrupt items are not patched up */
export function fromUserItem(item: unknown): AccountRecord {
  const { pk: _pk, schema: _schema, ...record } = v.parse(UserItemSchema, item);
  return record;
}

/** @throws ValiError when the item does not reserve a name */
export function fromNameItem(item: unknown): { name: string; holder: string } {
  const { pk, holder } = v.parse(NameItemSchema, item);
  return { name: pk.slice(NAME_PREFIX.length), holder };
}
