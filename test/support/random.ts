/** Random choices of tests. */

/** A uniformly random item. @throws Error for an empty list */
export function pick<Item>(items: readonly Item[], random: () => number = Math.random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('There is no item to pick');
  return item;
}

/** Random numbers in [0, 1) by mulberry32: the same seed gives the same numbers. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
