/** Sorts stored items of every kind into a page of the account index. */
import * as v from 'valibot';
import type { AccountRecord } from '../account/account-record.ts';
import { SUPERUSERS_KEY } from '../contract.ts';
import type { IndexPage, RestingName } from '../operations/ports.ts';
import { type Item, UnsupportedSchemaVersionError } from './item-migrations.ts';
import {
  fromHeldNameItem,
  fromRestingNameItem,
  fromUserItem,
  isTombstone,
  KEY,
  userKey,
} from './user-item.ts';

/** What the items hold; tombstones and the list of superusers are left out. */
export function toIndexPage(items: Item[], next: string | null = null): IndexPage {
  const page: IndexPage = { records: [], names: [], resting: [], unreadable: [], next };
  for (const item of items) {
    if (isTombstone(item) || item[KEY] === SUPERUSERS_KEY) continue;
    const read = readItem(item);
    if (read !== null && 'holder' in read) page.names.push(read);
    else if (read !== null && 'until' in read) page.resting.push(read);
    else if (read !== null && item[KEY] === userKey(read.subject)) page.records.push(read);
    else page.unreadable.push(String(item[KEY]));
  }
  return page;
}

type Read = AccountRecord | RestingName | { name: string; holder: string };

function readItem(item: unknown): Read | null {
  for (const read of [fromUserItem, fromHeldNameItem, fromRestingNameItem]) {
    try {
      return read(item);
    } catch (error) {
      if (!v.isValiError(error) && !(error instanceof UnsupportedSchemaVersionError)) throw error;
    }
  }
  return null;
}
