/**
 * The forms that items of accounts have had: each has a number, and an older one becomes the next
 * by one step. Items are brought to the newest form when read, in memory; the next write stores it.
 * Knows no table. How a form is changed: docs/decisions/0017.
 */
import * as v from 'valibot';

/** An item of an account: its key and its record. */
export type Item = Readonly<Record<string, unknown>>;

/** A change of the form, whose number grows by one. */
export interface Migration {
  /** What an item of the form before is in the form after. */
  up: (item: Item) => Item;
  /**
   * What an item of the form after is in the form before, or null where that would lose something.
   * Present in the release that brings the change, absent from the one after: until then, whatever
   * the release before can read is written in its form.
   */
  down?: (item: Item) => Item | null;
}

/** Every change so far, oldest first. Still none: there is one form. */
export const MIGRATIONS: readonly Migration[] = [];

/** An item of a form that only a newer release knows: nothing is guessed. */
export class UnsupportedSchemaVersionError extends Error {
  override readonly name = 'UnsupportedSchemaVersionError';
}

/** Items that were stored before there were numbers have the first form. */
const StoredItemSchema = v.looseObject({
  schema: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 1),
});

/**
 * What is stored, in the newest form and without its number.
 * @throws UnsupportedSchemaVersionError for a form that is newer still; ValiError for what can have no form
 */
export function upgrade(stored: unknown, changes = MIGRATIONS): Item {
  const { schema, ...item } = v.parse(StoredItemSchema, stored);
  if (schema > changes.length + 1)
    throw new UnsupportedSchemaVersionError('A newer release stored the item');
  return changes.slice(schema - 1).reduce<Item>((older, { up }) => up(older), item);
}

/** What to store of an item of the newest form, with the number of the form it is stored in. */
export function downgradeForRollout(item: Item, changes = MIGRATIONS): Item {
  const newest = changes.length + 1;
  const before = changes.at(-1)?.down?.(item) ?? null;
  return before === null ? { ...item, schema: newest } : { ...before, schema: newest - 1 };
}
