/**
 * Evaluates CloudWatch Logs Insights queries on log lines, as far as this project uses the language.
 * The local cloud supports neither filters on JSON members nor statistics.
 */

/** A log line that is a JSON object, or a row of a result. */
export type Line = Record<string, unknown>;

/** @throws Error for an unsupported command, condition or function */
export function answer(question: string, lines: readonly Line[]): Line[] {
  return question
    .split('\n| ')
    .reduce<Line[]>((rows, command) => runCommand(command.trim(), rows), [...lines]);
}

function runCommand(command: string, rows: Line[]): Line[] {
  const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(command) ?? [];
  switch (name) {
    case 'filter': {
      const alternatives = rest
        .split(/\s+or\s+/)
        .map((text) => text.split(/\s+and\s+/).map(conditionOf));
      return rows.filter((row) =>
        alternatives.some((conditions) => conditions.every((holds) => holds(row))),
      );
    }
    case 'stats':
      return statistics(rest, rows);
    case 'sort':
      return sorted(rest, rows);
    case 'limit':
      return rows.slice(0, Number(rest));
    case 'display':
      return rows.map((row) => picked(row, listOf(rest)));
    default:
      throw new Error(`Unknown command: ${command}`);
  }
}

/** A member by path; list items by index: `fields.0`. */
function member(row: Line, path: string): unknown {
  if (Object.hasOwn(row, path)) return row[path];
  return path.split('.').reduce<unknown>((value, key) => (value as Line | undefined)?.[key], row);
}

function conditionOf(text: string): (row: Line) => boolean {
  const [, name, pattern] = /^([\w@.]+) like \/(.*)\/$/.exec(text) ?? [];
  if (name !== undefined && pattern !== undefined) {
    return (row) => new RegExp(pattern).test(String(member(row, name) ?? ''));
  }
  const [, field = '', operator = '', json = ''] =
    /^([\w@.]+)\s*(=|!=|>=|<=|>|<)\s*(".*"|\d+)$/.exec(text) ?? [];
  if (field === '') throw new Error(`Unknown condition: ${text}`);
  const wanted: unknown = JSON.parse(json);
  const compare: Record<string, (value: unknown) => boolean> = {
    '=': (value) => value === wanted,
    '!=': (value) => value !== wanted,
    '>=': (value) => Number(value) >= Number(wanted),
    '<=': (value) => Number(value) <= Number(wanted),
    '>': (value) => Number(value) > Number(wanted),
    '<': (value) => Number(value) < Number(wanted),
  };
  return (row) => compare[operator]?.(member(row, field)) ?? false;
}

const FIGURES: Record<string, (values: number[], rows: Line[], argument: string) => number> = {
  count: (_values, rows) => rows.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
  pct: (values, _rows, percent) => percentile(values, Number(percent)),
};

/** The nearest-rank percentile. */
export function percentile(values: readonly number[], percent: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil((percent / 100) * ordered.length) - 1)] ?? Number.NaN;
}

function statistics(text: string, rows: Line[]): Line[] {
  const [asked = '', by = ''] = text.split(/\s+by\s+/);
  const figures = [...asked.matchAll(/(\w+)\(([^)]*)\) as (\w+)/g)];
  const rest = asked.replaceAll(/(\w+)\(([^)]*)\) as (\w+)/g, '').replaceAll(/[\s,]/g, '');
  if (figures.length === 0 || rest !== '') throw new Error(`Unknown figures: ${text}`);
  const keys = by === '' ? [] : listOf(by);
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => member(row, key))));
  return [...groups.values()].map((group) => ({
    ...picked(group[0] ?? {}, keys),
    ...Object.fromEntries(figures.map((found) => [found[3], figure(found, group)])),
  }));
}

function figure([, name = '', given = '']: RegExpExecArray, rows: Line[]): number {
  const compute = FIGURES[name];
  if (compute === undefined) throw new Error(`Unknown figure: ${name}`);
  const [field = '', argument = ''] = listOf(given);
  const values = rows.map((row) => member(row, field)).filter((value) => typeof value === 'number');
  return compute(values, rows, argument);
}

function sorted(text: string, rows: Line[]): Line[] {
  const [, field = '', direction = 'asc'] = /^([\w@.]+)(?: (asc|desc))?$/.exec(text) ?? [];
  const sign = direction === 'desc' ? -1 : 1;
  const compare = (a: unknown, b: unknown) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
  return rows.toSorted((a, b) => sign * compare(member(a, field), member(b, field)));
}

function picked(row: Line, paths: string[]): Line {
  return Object.fromEntries(
    paths
      .map((path) => [path, member(row, path)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function listOf(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}
