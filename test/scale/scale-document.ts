/** Generates the tables of docs/scale.md from docs/scale.json. */
import { table } from '../support/tables.ts';
import {
  breakEven,
  containerCost,
  containers,
  costs,
  duration,
  httpApiCost,
  load,
  total,
} from './cost-model.ts';
import { dollars, generatedPage } from './generated-page.ts';
import { PATHS, type Path, type ScaleFigures } from './simulation.ts';

const RATES = [10, 1000, 100_000];
const CONTAINER_RATES = [1, 10, 100, 1000];
const COMPARED: Path[] = ['GET', 'PATCH of a profile field'];
const PATH_NAMES = Object.keys(PATHS) as Path[];

const TABLES: Record<string, (figures: ScaleFigures) => string> = {
  usage: usageTable,
  times: timesTable,
  load: loadTable,
  costs: costTable,
  alternatives: alternativesTable,
};

/** docs/scale.md. */
export const SCALE_PAGE = generatedPage('scale.md', 'simulate', TABLES);

const count = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

function usageTable({ usage }: ScaleFigures): string {
  const head = [
    'path',
    'calls to the table',
    'read units',
    'write units',
    'calls to Cognito',
    'log bytes',
  ];
  const rows = PATH_NAMES.map((path) => {
    const { tableCalls, readUnits, writeUnits, directoryCalls, logBytes } = usage[path];
    const calls = tableCalls.map((call) => `\`${call}\``).join(', ');
    return [path, calls, readUnits, writeUnits, directoryCalls, logBytes];
  });
  return table(head, rows);
}

function timesTable({ sizes, rounds, startedAt }: ScaleFigures): string {
  const [smallest] = sizes;
  const head = [
    'path',
    ...sizes.map(({ accounts }) => `${accounts.toLocaleString('en-US')} accounts`),
  ];
  const rows = PATH_NAMES.map((path) => [
    path,
    ...sizes.map(({ medianMilliseconds }) =>
      (medianMilliseconds[path] / (smallest?.medianMilliseconds[path] ?? Number.NaN)).toFixed(2),
    ),
  ]);
  const seconds = sizes.map(({ loadSeconds }) => loadSeconds).join(', ');
  const about = `Run of ${startedAt.slice(0, 10)}, ${rounds} requests of each path on each table; loading took ${seconds} s.`;
  return `${table(head, rows)}\n\n${about}`;
}

function loadTable(figures: ScaleFigures): string {
  const loads = RATES.map((rate) => load(figures, rate));
  const row = (name: string, of: (one: (typeof loads)[number]) => number, quota: string) => [
    name,
    ...loads.map((one) => count(of(one))),
    quota,
  ];
  const head = [
    '',
    ...RATES.map((rate) => `${rate.toLocaleString('en-US')} calls/s`),
    'default quota',
  ];
  const quotas = RATES.map((rate, index) => Math.max(loads[index]?.running ?? 0, rate / 10));
  return table(head, [
    row('functions running at once', ({ running }) => running, '1,000 in an account and region'),
    ['Lambda concurrency to have', ...quotas.map(count), '1,000'],
    row('read units/s', ({ readUnits }) => readUnits, '40,000 a table'),
    row('write units/s', ({ writeUnits }) => writeUnits, '40,000 a table'),
    row('partitions, at least', ({ partitions }) => partitions, 'DynamoDB splits by itself'),
    row('`AdminGetUser`/s', ({ cognitoReads }) => cognitoReads, '120 (UserRead)'),
    row('`AdminUpdateUserAttributes`/s', ({ cognitoUpdates }) => cognitoUpdates, '25 (UserUpdate)'),
    row('log, GB a day', ({ logGigabytesPerDay }) => logGigabytesPerDay, ''),
  ]);
}

function costTable(figures: ScaleFigures): string {
  const rows = PATH_NAMES.map((path) => {
    const by = costs(figures, path);
    const each = Object.values(by).map(dollars);
    return [path, duration(figures, path), ...each, `**${dollars(total(by))}**`];
  });
  const services = Object.keys(costs(figures, 'GET'));
  return table(['a million of', 'ms billed', ...services, 'in all'], rows);
}

function alternativesTable(figures: ScaleFigures): string {
  const per = (of: (path: Path) => number) => COMPARED.map((path) => dollars(of(path)));
  const rest = (path: Path) => total(costs(figures, path));
  const http = (path: Path) => httpApiCost(figures, path);
  const rows = [
    ['as it is: REST API, at any rate', ...per(rest)],
    ['the same behind an HTTP API, at any rate', ...per(http)],
    ...CONTAINER_RATES.map((rate) => [
      `${containers(rate)} containers, ${rate.toLocaleString('en-US')} calls/s all month`,
      ...per((path) => containerCost(figures, path, rate)),
    ]),
  ];
  const even = (other: (path: Path) => number) =>
    COMPARED.map((path) => `${breakEven(figures, path, other(path))}`);
  return table(
    ['a million calls on', ...COMPARED],
    [
      ...rows,
      ['containers cost less than now from, calls/s all month', ...even(rest)],
      ['and less than an HTTP API from, calls/s all month', ...even(http)],
    ],
  );
}
