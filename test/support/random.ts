/** Random choices of tests. */

/** A uniformly random item. @throws Error for an empty list */
export function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('There is no item to pick');
  return item;
}
