/** Finds settings that do not exist, most likely misspelt. */

/** Context keys of the CDK CLI that look like settings; all its others have a colon or a slash. */
const CDK_KEYS = ['acknowledged-issue-numbers', 'cli-telemetry'];

/** Whether a context key is CDK's own. */
export function isCdkKey(key: string): boolean {
  return /[:/]/.test(key) || CDK_KEYS.includes(key);
}

/** One message per key that is neither a setting nor CDK's; each names the most similar setting. */
export function unknownSettingsIn(
  context: Readonly<Record<string, unknown>>,
  settings: readonly string[],
): string[] {
  return Object.keys(context)
    .filter((key) => !settings.includes(key) && !isCdkKey(key))
    .map((key) => `${key} is not a setting: do you mean ${mostSimilar(key, settings)}?`);
}

function mostSimilar(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const ranked = candidates.map((name) => {
    const candidate = name.toLowerCase();
    return { name, distance: candidate.includes(wanted) ? 0 : editDistance(wanted, candidate) };
  });
  return ranked.toSorted((a, b) => a.distance - b.distance)[0]?.name;
}

/** Levenshtein distance, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
