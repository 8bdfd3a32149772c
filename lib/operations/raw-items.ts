/** Items as the table has them, for operators: what to do with one that nobody can read. */
import { foldName } from '../account/names.ts';
import { NAME_KEY_PREFIX, SUPERUSERS_KEY, USER_KEY_PREFIX } from '../contract.ts';
import { OperationError } from './account-lookup.ts';
import type { OperatorPorts, StoredItem } from './ports.ts';

/** An item with its key. */
export interface RawItem extends StoredItem {
  key: string;
}

/**
 * The item of a key, a subject or a name, as it is stored.
 * @throws OperationError where there is none
 */
export async function findRawItem({ index }: OperatorPorts, word: string): Promise<RawItem> {
  const isKey =
    word === SUPERUSERS_KEY ||
    [USER_KEY_PREFIX, NAME_KEY_PREFIX].some((one) => word.startsWith(one));
  const keys = isKey ? [word] : [USER_KEY_PREFIX + word, NAME_KEY_PREFIX + foldName(word), word];
  for (const key of keys) {
    const stored = await index.itemAt(key);
    if (stored !== null) return { key, ...stored };
  }
  throw new OperationError(
    `There is no item "${word}": give its key as verify prints it, or an id that a token has as sub.`,
  );
}

/** @throws OperationError for an item that can be read: other commands are for those */
export function refuseReadable({ key, isReadable }: RawItem): void {
  if (!isReadable) return;
  throw new OperationError(
    `The item "${key}" can be read, so it stays: "delete" deletes an account, "free-name" frees a name.`,
  );
}

/**
 * Removes an item that cannot be read, if it is still as it was shown.
 * @throws OperationError where it is not
 */
export async function removeRawItem(ports: OperatorPorts, shown: RawItem): Promise<void> {
  refuseReadable(shown);
  if (await ports.index.removeUnreadable(shown.key, shown.item)) return;
  throw new OperationError(`The item "${shown.key}" was changed meanwhile: nothing was removed.`);
}
