/** What a restore makes of an item: pure; dynamo-table-copy.ts writes it. */
import * as v from 'valibot';
import { unknownBefore } from '../account/field-versions.ts';
import type { Item } from './item-migrations.ts';

/**
 * Added to versions and revisions: after a restore they would count again from where they were, and
 * an entity tag from before could fit another state of the account.
 */
const VERSION_OFFSET = 1_000_000;

const HistorySchema = v.looseObject({ fieldVersions: v.looseObject({}) });
const AccountItemSchema = v.looseObject({
  version: v.number(),
  revision: v.number(),
  change: v.optional(v.looseObject({ kept: v.optional(HistorySchema) })),
});

/**
 * The item of an account as of now, without the summary of its last change: the stream would report
 * that change again. What changed between a version from before and this one, nobody can tell.
 */
export function toRestoredItem(item: Item, nowSeconds: number): Item {
  if (!v.is(AccountItemSchema, item)) return item;
  const { change, ...rest } = item;
  const version = item.version + VERSION_OFFSET;
  const history = { updatedAt: nowSeconds, fieldVersions: unknownBefore(version) };
  return {
    ...rest,
    version,
    revision: item.revision + VERSION_OFFSET,
    ...(v.is(HistorySchema, rest) && history),
    ...(change?.kept && { change: { kept: { ...change.kept, ...history } } }),
  };
}
