/** A few deployments in which every two choices meet: a covering array of strength two. */

/** Choices by topic: each some settings, of which any may be left out. */
export type Choices = Readonly<Record<string, readonly object[]>>;

/** For each topic the index of a choice. */
type Row = Readonly<Record<string, number>>;

/**
 * Rows that hold every pair of choices of different topics, except pairs that are not allowed. Made
 * greedily, and always alike.
 * @param isAllowed whether these settings may be given together
 */
export function pairwise(
  choices: Choices,
  isAllowed: (settings: object) => boolean,
): Record<string, unknown>[] {
  const settingsOf = (row: Row) =>
    Object.assign({}, ...Object.entries(row).map(([topic, index]) => choices[topic]?.[index]));
  const open = new Map(allPairs(choices).map((row) => [keyOf(row), row]));
  const rows: Row[] = [];
  for (const pair of open.values()) {
    if (!isAllowed(settingsOf(pair))) continue;
    let row = pair;
    for (const [topic, options] of Object.entries(choices)) {
      if (topic in pair) continue;
      const allowed = options
        .map((_, index) => ({ ...row, [topic]: index }))
        .filter((candidate) => isAllowed(settingsOf(candidate)));
      const gain = (candidate: Row) => pairsWith(candidate, topic).filter((key) => open.has(key));
      row = allowed.reduce((best, next) => (gain(next).length > gain(best).length ? next : best));
    }
    rows.push(row);
    for (const topic of Object.keys(row)) for (const key of pairsWith(row, topic)) open.delete(key);
  }
  return rows.map(settingsOf);
}

function allPairs(choices: Choices): Row[] {
  const topics = Object.entries(choices);
  return topics.flatMap(([one, options], at) =>
    topics
      .slice(at + 1)
      .flatMap(([other, others]) =>
        options.flatMap((_, first) =>
          others.map((__, second) => ({ [one]: first, [other]: second })),
        ),
      ),
  );
}

/** The pairs of a row that the topic is part of. */
function pairsWith(row: Row, topic: string): string[] {
  const others = Object.entries(row).filter(([other]) => other !== topic);
  return others.map(([other, index]) => keyOf({ [topic]: row[topic] ?? 0, [other]: index }));
}

function keyOf(pair: Row): string {
  return Object.entries(pair)
    .map(([topic, index]) => `${topic}=${index}`)
    .sort()
    .join();
}
