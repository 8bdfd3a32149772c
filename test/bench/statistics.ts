/** Summary statistics of many runs. */

/** Minimum, median and maximum of one figure. */
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

/** Ratios per round, because whatever slows a round down slows both figures. */
export function ratios(values: readonly number[], bases: readonly number[]): Summary {
  return summary(values.flatMap((value, run) => value / (bases[run] ?? Number.NaN)));
}

/** The items in random order. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
