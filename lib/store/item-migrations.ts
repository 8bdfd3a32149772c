/**
 * Schema versions of stored accounts. An older item is migrated in memory when it is read, step by
 * step; the next write stores it. Knows no table. How to add a migration: docs/decisions/0017.
 */
import * as v from 'valibot';
import { filledProfileFields } from '../account/account-record.ts';
import { LEASE_SECONDS } from '../contract.ts';

/** An item of an account: its key and its record. */
export type Item = Readonly<Record<string, unknown>>;

/** The step from one schema version to the next. */
export interface Migration {
  /** The item in the newer version. */
  up: (item: Item) => Item;
  /**
   * The item in the older version, or null where that would lose something. Present in the release
   * that brings the migration, absent from the next: until then both releases read the table, so
   * whatever the older one can read is written in its version.
   */
  down?: (item: Item) => Item | null;
}

const IntentOfVersion1Schema = v.nullable(
  v.looseObject({ openedAt: v.number(), sessionEnd: v.unknown() }),
);

/** Version 2: an intent is a lease. The older release waits (503) instead of resuming one. */
const addLease: Migration = {
  up: (item) => {
    const intent = v.parse(IntentOfVersion1Schema, item['intent']);
    if (intent === null) return item;
    const { sessionEnd, ...rest } = intent;
    const leaseUntil = intent.openedAt + LEASE_SECONDS;
    return { ...item, intent: { ...rest, leaseUntil, revokesSessions: sessionEnd } };
  },
  down: (item) => (item['intent'] === null ? item : null),
};

const NotifyingSchema = v.looseObject({ notify: v.array(v.string()) });

const ProfileSchema = v.looseObject({ account: v.record(v.string(), v.unknown()) });
/** Nobody knows where values of before came from: none of them is overwritten. */
const assumedEdits = (item: Item) => filledProfileFields(v.parse(ProfileSchema, item).account);

const unknownHistory = (item: Item) => ({
  createdAt: null,
  updatedAt: null,
  passwordChangedAt: null,
  emailVerified: null,
  editedFields: assumedEdits(item),
  fieldVersions: { since: item['version'], fields: {} },
});

/** The older release leaves `change` unread, and drops it with its next write. */
const KeepingSchema = v.object({ change: v.object({ kept: v.looseObject({}) }) });

/**
 * Version 3: refused names and mailed codes are counted, a new e-mail may wait to be proven, and an
 * intent may name addresses to tell. The older release waits (503) while there are any. Of what has
 * become of the account more is known as well: the older release need not know, and forgets it.
 */
const addAttemptsAndHistory: Migration = {
  up: (item) => ({
    ...item,
    nameRefusals: null,
    pendingEmail: null,
    emailCodes: null,
    ...(v.is(KeepingSchema, item) ? item.change.kept : unknownHistory(item)),
  }),
  down: (item) => {
    const { nameRefusals, pendingEmail, emailCodes, ...known } = item;
    const isReadable =
      nameRefusals === null &&
      pendingEmail === null &&
      emailCodes === null &&
      !v.is(NotifyingSchema, item['intent']);
    if (!isReadable) return null;
    const { createdAt, updatedAt, passwordChangedAt, emailVerified, ...others } = known;
    const { editedFields, fieldVersions, ...rest } = others;
    const times = { createdAt, updatedAt, passwordChangedAt };
    return { ...rest, change: { kept: { ...times, emailVerified, editedFields, fieldVersions } } };
  },
};

/** Migrations, oldest first. */
export const MIGRATIONS: readonly Migration[] = [addLease, addAttemptsAndHistory];

/** The item has a schema version that only a newer release knows. */
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

/**
 * What to store of an item of the newest form, with the number of the form it is stored in: the
 * oldest that the release before can read, as one release may bring several migrations.
 */
export function downgradeForRollout(item: Item, changes = MIGRATIONS): Item {
  let [stored, schema] = [item, changes.length + 1];
  for (const { down } of changes.toReversed()) {
    const before = down?.(stored) ?? null;
    if (before === null) break;
    stored = before;
    schema -= 1;
  }
  return { ...stored, schema };
}
