/** Figures of many runs, told by their least, middle and greatest. */

/** Of one figure over all runs. */
export interface Summary {
  min: number;
  median: number;
  max: number;
}

/** @throws RangeError for no values */
export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (min === undefined || max === undefined || below === undefined || above === undefined) {
    throw new RangeError('No values');
  }
  return { min, median: (below + above) / 2, max };
}

/** How many times as much, run by run: what slows one round down slows both. */
export function ratios(values: readonly number[], bases: readonly number[]): Summary {
  return summary(values.flatMap((value, run) => value / (bases[run] ?? Number.NaN)));
}

/** The same items in an order of chance. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
