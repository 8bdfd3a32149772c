/** What tests leave to chance. */

/** One of the items, each as likely as any other. @throws Error where there is none */
export function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('There is something to pick');
  return item;
}
