/** The report of a run for people: one table, and what else must be known. */
import type { PromiseResult, RunReport } from './runner.ts';

const COLUMNS = ['outcome', 'promise', 'expected', 'seen'] as const;
/** Widths beyond which a cell is cut, the last column aside. */
const WIDEST = 72;

/** All results as one table with a line per promise. */
export function resultTable(results: readonly PromiseResult[]): string {
  const rows = [
    [...COLUMNS],
    ...results.map(({ outcome, text, expected, seen }) => [outcome, text, expected, seen]),
  ].map((row) => row.map(oneLine));
  const widths = COLUMNS.map((_, column) =>
    Math.min(WIDEST, Math.max(...rows.map((row) => [...(row[column] ?? '')].length))),
  );
  return rows.map((row) => lineOf(row, widths)).join('\n');
}

/** How many promises ended how, and what is left behind. */
export function summary({ results, interrupted, left }: RunReport): string {
  const count = (outcome: PromiseResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const counts = (['held', 'broken', 'failed', 'not tried'] as const)
    .map((outcome) => `${count(outcome)} ${outcome}`)
    .join(', ');
  return [
    `${results.length} promises: ${counts}.`,
    ...(interrupted ? ['Stopped before all promises were tried.'] : []),
    ...left.map((one) => `Not removed: ${one}`),
  ].join('\n');
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, column) => {
    const last = column === row.length - 1;
    const width = widths[column] ?? 0;
    return last ? cell : cut(cell, width) + ' '.repeat(Math.max(0, width - [...cell].length));
  });
  return cells.join('  ').trimEnd();
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
