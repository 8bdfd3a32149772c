/** Generates the tables of docs/performance.md. */

import { table } from '../support/tables.ts';
import { ABLATION_PARTS, type Results } from './results.ts';
import { type Part, valuesOf } from './rounds.ts';
import { ratios, type Summary, summary } from './statistics.ts';
import { EAGER_BYTES_TARGET, outcomesOf } from './targets.ts';

const PART_TITLES: Readonly<Record<string, string>> = {
  cold: 'cold start',
  share: 'cold start, 512 MB share',
  warm: 'warm CPU per call',
  'patch-cold': 'cold start, profile PATCH',
  'patch-warm': 'warm CPU per profile PATCH',
};

const formatted = ({ min, median, max }: Summary, digits: number) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

const kilobytes = (bytes: number) => (bytes / 1024).toFixed(0);

/** Every table of docs/performance.md, by the name of its place. */
export function tablesOf(results: Results): Record<string, string> {
  const { parts, sizes, noShare } = results;
  const partNamed = (name: string) => parts.find((part) => part.name === name);
  const shared = `This run has no figures here: no CPU share could be set (${noShare}).`;
  const orShared = (part: Part | undefined, make: (part: Part) => string) =>
    part === undefined ? shared : make(part);
  return {
    machine: machineOf(results),
    targets: targetsOf(results),
    cold: orShared(partNamed('cold'), coldTable),
    share: orShared(partNamed('share'), coldTable),
    warm: orShared(partNamed('warm'), warmTable),
    'patch-cold': orShared(partNamed('patch-cold'), coldTable),
    'patch-share': orShared(partNamed('patch-share'), coldTable),
    'patch-warm': orShared(partNamed('patch-warm'), warmTable),
    'patch-unchanged': orShared(partNamed('patch-unchanged'), warmTable),
    'patch-refused': orShared(partNamed('patch-refused'), warmTable),
    'patch-password-cold': orShared(partNamed('patch-password-cold'), coldTable),
    'patch-password': orShared(partNamed('patch-password'), warmTable),
    bytes: bytesTable(results),
    ablations: orShared(partNamed(ABLATION_PARTS.cold), coldAblations),
    'ablations-share': orShared(partNamed(ABLATION_PARTS.share), coldAblations),
    'ablations-warm': orShared(partNamed(ABLATION_PARTS.warm), warmAblations),
    memory: sizes.length === 0 ? shared : memoryTable(results),
  };
}

function machineOf({ machine, minutes, parts }: Results): string {
  const { date, cpu, cores, node, python, load } = machine;
  const rounds = parts.map(({ name, runs }) => `${name} ${runs.get('product')?.length ?? 0}`);
  return [
    `Run of ${date}, ${minutes.toFixed(0)} minutes: ${cores} cores of ${cpu}, Node.js ${node}, ${python}.`,
    `Load average at the start: ${load.toFixed(1)}. Rounds: ${rounds.join(', ')}.`,
  ].join(' ');
}

function targetsOf({ parts, bundles }: Results): string {
  const rows = outcomesOf(parts).map(({ part, figure, peer, ratio, atMost, kept }) => [
    figure === 'p99' ? 'warm p99' : (PART_TITLES[part] ?? part),
    titleOf(parts, peer),
    formatted(ratio, 2),
    atMost.toFixed(2),
    kept ? 'yes' : '**no**',
  ]);
  const eager = bundles['product']?.eager ?? 0;
  const kept = eager <= EAGER_BYTES_TARGET ? 'yes' : '**no**';
  const bytes = [
    'eager code of getMe, KB',
    '',
    kilobytes(eager),
    kilobytes(EAGER_BYTES_TARGET),
    kept,
  ];
  return table(['figure', 'relative to', 'measured', 'at most', 'kept'], [...rows, bytes]);
}

function titleOf(parts: readonly Part[], name: string): string {
  const all = parts.flatMap(({ competitors }) => competitors);
  return all.find((competitor) => competitor.name === name)?.title ?? name;
}

function coldTable(part: Part): string {
  const rows = part.competitors.map(({ name, title }) => {
    const of = (figure: string) => valuesOf(part, name, figure);
    const digits = ['total', 'init', 'first', 'cpu', 'rss'] as const;
    return [
      title,
      ...digits.map((figure) => formatted(summary(of(figure)), 0)),
      formatted(ratios(of('total'), valuesOf(part, 'bare', 'total')), 2),
    ];
  });
  const units = ['import, ms', 'first response, ms', 'CPU, ms', 'memory, MB', '× bare'];
  return table(['', 'cold start, ms', ...units], sorted(rows));
}

function warmTable(part: Part): string {
  const rows = part.competitors.map(({ name, title }) => {
    const of = (figure: string) => valuesOf(part, name, figure);
    return [
      title,
      ...['cpu', 'wall', 'p50', 'p99', 'rss'].map((figure) => formatted(summary(of(figure)), 0)),
      formatted(ratios(of('cpu'), valuesOf(part, 'bare', 'cpu')), 2),
    ];
  });
  const units = ['wall, µs', 'p50, µs', 'p99, µs', 'memory, MB', '× bare, CPU'];
  return table(['', 'CPU, µs', ...units], sorted(rows));
}

/** Sorted by the first figure, ascending. */
function sorted(rows: readonly string[][]): string[][] {
  return rows.toSorted((a, b) => Number.parseFloat(a[1] ?? '') - Number.parseFloat(b[1] ?? ''));
}

function bytesTable({ bundles, parts }: Results): string {
  const rows = Object.entries(bundles).map(([name, { eager, total, files }]) => [
    name === 'patchMe' ? 'this service, PATCH' : titleOf(parts, name),
    kilobytes(eager),
    kilobytes(total),
    String(files),
  ]);
  return table(['', 'loaded in a cold start, KB', 'total, KB', 'files'], sorted(rows));
}

const coldAblations = (part: Part) =>
  ablationTable(part, { total: 'cold start without it, ms' }, 'total');
const warmAblations = (part: Part) =>
  ablationTable(
    part,
    { cpu: 'CPU per call without it, µs', p99: 'p99, µs', rss: 'memory, MB' },
    'cpu',
  );

/** @param compared the figure of the last column */
function ablationTable(part: Part, figures: Record<string, string>, compared: string): string {
  const base = valuesOf(part, 'product', compared);
  const rows = part.competitors.map(({ name, title }) => [
    name === 'product' ? 'as deployed' : title,
    ...Object.keys(figures).map((figure) => formatted(summary(valuesOf(part, name, figure)), 0)),
    name === 'product' ? '' : formatted(ratios(valuesOf(part, name, compared), base), 2),
  ]);
  return table(['', ...Object.values(figures), '× as deployed'], rows);
}

function memoryTable({ sizes }: Results): string {
  const rows = sizes.map((size) => [
    String(size.megabytes),
    formatted(size.coldStart, 0),
    formatted(size.firstCall, 0),
    formatted(size.warmCall, 1),
    size.warmCost.toFixed(2),
    size.coldCost.toFixed(2),
  ]);
  const costs = ['$ per million warm calls', '$ per million cold starts'];
  const times = ['cold start, ms', 'after initialisation, ms', 'warm call, ms'];
  return table(['memory, MB', ...times, ...costs], rows);
}
