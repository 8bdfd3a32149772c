/** Generates the tables of docs/cost.md from the templates of the stages and docs/scale.json. */
import type { Template } from 'aws-cdk-lib/assertions';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { ALL_SETTINGS_OWN_POOL } from '../../tools/checks/all-settings.ts';
import { EXAMPLE_STAGES } from '../../tools/checks/example-stages.ts';
import { synthesised, templateOf } from '../stack/synthesised.ts';
import { table } from '../support/tables.ts';
import { BILLED, type BilledCounts, billedCounts, typesOf } from './billed-resources.ts';
import { ASSUMED, costs, load, PRICES, SECONDS, total } from './cost-model.ts';
import { dollars, generatedPage } from './generated-page.ts';
import type { Path, ScaleFigures } from './simulation.ts';

const MILLION = 1_000_000;

/** The stages by the words of the document. */
export const DEPLOYMENTS: Readonly<Record<string, Template>> = {
  dev: templateOf('dev'),
  production: templateOf('production'),
  'production, all settings': synthesised(ALL_SETTINGS_OWN_POOL),
};
const NAMES = Object.keys(DEPLOYMENTS);
const COUNTS = Object.values(DEPLOYMENTS).map(billedCounts);

const TABLES: Record<string, (figures: ScaleFigures) => string> = {
  idle: idleTable,
  calls: callsTable,
  options: optionsTable,
  metrics: metricsTable,
  storage: storageTable,
  queries: queriesTable,
  resources: resourcesTable,
};

/** docs/cost.md. */
export const COST_PAGE = generatedPage('cost.md', 'cost', TABLES);

const times = (count: number, price: number) =>
  count === 0 ? '$0' : `${count} × ${dollars(price)} = ${dollars(count * price)}`;

/** Reads of a stream by one pipe in a month. */
const STREAM_READS = ASSUMED.streamReadsPerSecond * SECONDS;

const IDLE: [what: string, of: (counts: BilledCounts) => number, price: number][] = [
  ['metrics of alarms', ({ alarmMetrics }) => alarmMetrics, PRICES.alarmMetric],
  ['composite alarms', ({ compositeAlarms }) => compositeAlarms, PRICES.compositeAlarm],
  ['dashboards', ({ dashboards }) => dashboards, PRICES.dashboard],
  ['web ACLs', ({ webAcls }) => webAcls, PRICES.webAcl],
  ['rules of the web ACL', ({ webAclRules }) => webAclRules, PRICES.webAclRule],
  [
    'keys of yours, one in each region',
    ({ encryptionKeys }) => encryptionKeys,
    PRICES.encryptionKey,
  ],
  ['reads of the stream by the pipe', ({ pipes }) => pipes, STREAM_READS * PRICES.streamRead],
];

/** US dollars a month without a call. */
export const idleCost = (counts: BilledCounts): number =>
  IDLE.reduce((sum, [, of, price]) => sum + of(counts) * price, 0);

function idleTable(): string {
  const rows = IDLE.map(([what, of, price]) => [
    what,
    ...COUNTS.map((counts) => times(of(counts), price)),
  ]);
  const sums = COUNTS.map((counts) => `**${dollars(idleCost(counts))}**`);
  return table(['a month, without calls', ...NAMES], [...rows, ['in all', ...sums]]);
}

const PATHS: Path[] = ['GET', 'PATCH of a profile field', 'PATCH of the username'];
const perPath = (of: (path: Path) => number) => PATHS.map((path) => dollars(of(path)));

/** Storage of the lines of a million calls, for as long as the functions' logs are kept. */
function logStorage({ usage }: ScaleFigures, path: Path): number {
  const bytes = usage[path].logBytes + ASSUMED.platformLogBytes;
  const months = parseStageConfig(EXAMPLE_STAGES.production).auditRetentionDays / (365 / 12);
  return ((bytes * MILLION) / 1e9) * ASSUMED.logCompression * PRICES.logStorage * months;
}

function callsTable(figures: ScaleFigures): string {
  const byPath = PATHS.map((path) => costs(figures, path));
  const services = Object.keys(byPath[0] ?? {}) as (keyof (typeof byPath)[number])[];
  const transfer = ((ASSUMED.responseBytes * MILLION) / 1e9) * PRICES.transferOutGigabyte;
  const names: Partial<Record<(typeof services)[number], string>> = {
    'CloudWatch Logs': 'CloudWatch Logs, lines that come in',
    'X-Ray': `X-Ray, ${100 * ASSUMED.tracedShare} % of the calls traced`,
  };
  return table(
    ['a million of', ...PATHS],
    [
      ...services.map((name) => [names[name] ?? name, ...byPath.map((by) => dollars(by[name]))]),
      [
        'storage of these lines, until they are deleted',
        ...perPath((path) => logStorage(figures, path)),
      ],
      ['responses that leave AWS', ...perPath(() => transfer)],
      [
        'in all',
        ...PATHS.map(
          (path) =>
            `**${dollars(total(costs(figures, path)) + logStorage(figures, path) + transfer)}**`,
        ),
      ],
    ],
  );
}

/** Changes of the account that a call makes: one event each. */
const EVENTS: Partial<Record<Path, number>> = {
  'PATCH of a profile field': 1,
  'PATCH of the username': 1,
};
const MAILS: Partial<Record<Path, number>> = { 'PATCH of the username': 1 };

function optionsTable({ usage }: ScaleFigures): string {
  const ofEach = (counts: Partial<Record<Path, number>>, price: number) =>
    perPath((path) => (counts[path] ?? 0) * price * MILLION);
  const copied = (path: Path) =>
    usage[path].writeUnits *
    (PRICES.writeUnit + (ASSUMED.itemBytes / 1e9) * PRICES.transferToRegionGigabyte) *
    MILLION;
  return table(
    ['a million of, besides', ...PATHS],
    [
      ['`webAclRateLimit`: requests', ...perPath(() => PRICES.webAclRequest * MILLION)],
      ['`eventBus`: pipe and bus', ...ofEach(EVENTS, PRICES.pipeEvent + PRICES.busEvent)],
      ['`replicaRegions`: writes and transfer, for each region', ...perPath(copied)],
      ['`noticesFrom`: mails', ...ofEach(MAILS, PRICES.mail)],
    ],
  );
}

function metricsTable(): string {
  const cost = (of: (counts: BilledCounts) => number) =>
    COUNTS.map((counts) => times(of(counts), PRICES.customMetric));
  return table(
    ['custom metrics, a month', ...NAMES],
    [
      ['without calls', ...COUNTS.map(() => '$0')],
      ['calls of both functions in every hour', ...cost(({ constantMetrics }) => constantMetrics)],
      ['every metric has a value in every hour', ...cost(({ customMetrics }) => customMetrics)],
    ],
  );
}

function storageTable(): string {
  const cost = (of: (counts: BilledCounts) => number, price: number) =>
    COUNTS.map((counts) => times(of(counts), price));
  return table(
    ['a GB, a month', ...NAMES],
    [
      ['table and replicas', ...cost(({ regions }) => regions, PRICES.tableStorage)],
      [
        'point-in-time recovery',
        ...cost(({ recoverableTables }) => recoverableTables, PRICES.pointInTimeRecovery),
      ],
      [
        'lines of logs, as they came in',
        ...COUNTS.map(() => `$${(PRICES.logStorage * ASSUMED.logCompression).toFixed(4)}`),
      ],
    ],
  );
}

function queriesTable(figures: ScaleFigures): string {
  const { logQueries: queries, hoursShown } = billedCounts(templateOf('production'));
  const rows = [10, 1000].map((rate) => {
    const gigabytes = (load(figures, rate).logGigabytesPerDay / 24) * hoursShown * queries;
    const once = gigabytes * PRICES.logQueryGigabyte;
    return [
      `${rate.toLocaleString('en-US')} calls/s`,
      `${gigabytes.toFixed(1)} GB`,
      `$${once.toFixed(4)}`,
      dollars(once * 60 * 8),
    ];
  });
  return table(
    ['', `read by the ${queries} queries`, 'opened once', 'refreshed each minute for 8 hours'],
    rows,
  );
}

function resourcesTable(): string {
  const types = Object.values(DEPLOYMENTS).map(typesOf);
  const rows = Object.entries(BILLED).map(([type, what]) => [
    `\`${type}\``,
    ...types.map((counts) => counts.get(type) ?? 0),
    what,
  ]);
  return table(['type', ...NAMES, 'billed'], rows);
}
