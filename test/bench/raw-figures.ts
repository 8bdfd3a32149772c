/** Formats every figure of every run as CSV. */
import type { Part } from './rounds.ts';

const COLUMNS = ['init', 'first', 'total', 'cpu', 'rss', 'p50', 'p99', 'wall'] as const;

/** A header line, then a line per run. */
export function rawFigures(parts: readonly Part[]): string {
  const lines = parts.flatMap(({ name, runs }) =>
    [...runs].flatMap(([competitor, figures]) =>
      figures.map((of, round) =>
        [
          name,
          competitor,
          round + 1,
          ...COLUMNS.map((column) => of[column]?.toFixed(2) ?? ''),
        ].join(),
      ),
    ),
  );
  return `${[['part', 'competitor', 'round', ...COLUMNS].join(), ...lines].join('\n')}\n`;
}
