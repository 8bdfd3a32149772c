/**
 * Sends mixed requests, then evaluates the queries of the dashboard and the runbook on the log lines
 * in the local cloud. That cloud creates no metrics and supports little of Logs Insights, so test
 * support evaluates both by their definitions.
 */
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LOG_QUERIES, type LogQueryName } from '../../infra/monitoring/log-queries.ts';
import { METRIC_NAMES } from '../../lib/metrics.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { eventsOfLogs } from '../support/cloud-records.ts';
import {
  type Answer,
  aPerson,
  aStranger,
  get,
  patch,
  recordOf,
  rewrite,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { figureOf } from '../support/embedded-metrics.ts';
import { answer, type Line } from '../support/log-insights.ts';

type Operation = 'getMe' | 'patchMe';

/** A request and its response. */
interface Sent {
  operation: Operation;
  requestId: string;
  status: number;
  code: string | null;
}

const settings = clientSettings(stack.endpointUrl);
const cloudWatch = new CloudWatchClient(settings);
const cloudFormation = new CloudFormationClient(settings);

const STACK_NAME = 'current-user-local';
const DASHBOARD = 'AWS::CloudWatch::Dashboard';

const sent: Sent[] = [];
let lines: Line[] = [];
let ada: TestPerson;
let bob: TestPerson;
let newcomer: Awaited<ReturnType<typeof aStranger>>;

/** Records requests, for comparison with the queries. */
async function booked(operation: Operation, expected: number, answered: Promise<Answer>) {
  const { status, headers, body } = await answered;
  expect(status).toBe(expected);
  const requestId = headers.get('x-request-id') ?? '';
  sent.push({ operation, requestId, status, code: status >= 400 ? body.code : null });
  return headers;
}

async function sendMixedCalls(): Promise<void> {
  [ada, bob, newcomer] = await Promise.all([aPerson(), aPerson(), aStranger()]);
  const inactive = await aPerson({ is_active: false });
  const etag = (await booked('getMe', 200, get(ada.token))).get('etag') ?? '';
  await booked('getMe', 304, get(ada.token, { 'if-none-match': etag }));
  await booked('getMe', 412, get(ada.token, { 'if-match': '"other"' }));
  await booked('getMe', 200, get(newcomer.token));
  for (let time = 0; time < 2; time += 1) await booked('getMe', 403, get(inactive.token));
  await booked('patchMe', 200, patch(ada.token, { name: 'Ada', company: 'Engines' }));
  await booked('patchMe', 200, patch(ada.token, { name: 'Ada' }));
  await booked('patchMe', 422, patch(ada.token, { name: '' }));
  await booked('patchMe', 415, patch(ada.token, { name: 'A' }, { 'content-type': 'text/plain' }));
  for (let time = 0; time < 3; time += 1) {
    await booked('patchMe', 403, patch(bob.token, { is_superuser: true }));
  }
  await booked('patchMe', 200, patch(bob.token, { username: unique('bob') }));
  await booked('patchMe', 409, patch(bob.token, { username: ada.username }));
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      booked('patchMe', 200, patch(ada.token, { job_title: name })),
    ),
  );
  await leaveHalfDone(bob);
  await booked('getMe', 200, get(bob.token));
}

/** A pending change, as if its function had crashed an hour ago. */
async function leaveHalfDone({ subject }: TestPerson): Promise<void> {
  const openedAt = Math.floor(Date.now() / 1000) - 3600;
  const changes = { email: `${unique('moved')}@users.example` };
  await rewrite(subject, {
    intent: { id: crypto.randomUUID(), openedAt, leaseUntil: 0, changes, revokesSessions: null },
  });
}

/** The log lines of this run's requests, of both functions, in order. */
async function writtenLines(): Promise<Line[]> {
  const ids = new Set(sent.map(({ requestId }) => requestId));
  const found: Line[] = [];
  const events = await eventsOfLogs(stack, (name) => /(Get|Patch)MeLogs/.test(name));
  for (const { message = '', timestamp } of events) {
    // Skip the platform's lines: START, END, REPORT.
    if (!message.startsWith('{')) continue;
    const line: Line = { ...JSON.parse(message), '@timestamp': timestamp, '@message': message };
    if (ids.has(String(line['request_id']))) found.push(line);
  }
  return found;
}

const asked = (name: LogQueryName, replaced: Record<string, string> = {}, others: Line[] = []) => {
  const text = LOG_QUERIES[name].lines.join('\n| ');
  const question = Object.entries(replaced).reduce(
    (all, [from, to]) => all.replaceAll(from, to),
    text,
  );
  return answer(question, [...lines, ...others]);
};
const countOf = (matches: (one: Sent) => boolean) => sent.filter(matches).length;

beforeAll(async () => {
  await sendMixedCalls();
  // Lines can appear late, with the next call of their process, which is not part of this run.
  await vi.waitFor(
    async () => {
      await Promise.all([get(ada.token), patch(ada.token, {})]);
      lines = await writtenLines();
      expect(lines.filter(({ event }) => event === 'REQUEST_COMPLETED')).toHaveLength(sent.length);
    },
    { timeout: 120_000, interval: 500 },
  );
});

describe('the log', () => {
  it('has one line per response, with its status and code', () => {
    for (const { requestId, ...expected } of sent) {
      const answered = lines.filter(
        (line) => line['request_id'] === requestId && line['event'] === 'REQUEST_COMPLETED',
      );
      expect(answered).toEqual([expect.objectContaining(expected)]);
    }
  });

  it('contains no request data and no names', () => {
    const text = lines.map((line) => line['@message']).join();

    for (const { username, email, token } of [ada, bob, newcomer]) {
      for (const secret of [username, email ?? '', token]) expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/Engines|"Ada"/);
  });
});

describe('the queries of the runbook', () => {
  it('count requests and cold starts by operation', () => {
    const rows = asked('traffic-by-operation');

    expect(
      rows.map(({ operation, requests, failures }) => [operation, requests, failures]),
    ).toEqual([
      ['getMe', countOf(({ operation }) => operation === 'getMe'), 0],
      ['patchMe', countOf(({ operation }) => operation === 'patchMe'), 0],
    ]);
    for (const { p99 } of rows) expect(p99).toBeGreaterThan(0);
  });

  it('count problems by code', () => {
    const rows = asked('refusals-by-code');
    const expected = Map.groupBy(
      sent.filter(({ status }) => status >= 400),
      ({ operation, status, code }) => JSON.stringify({ operation, status, code }),
    );

    expect(new Map(rows.map(({ requests, ...key }) => [JSON.stringify(key), requests]))).toEqual(
      new Map([...expected].map(([key, { length }]) => [key, length])),
    );
    expect(rows[0]).toMatchObject({ code: 'privileged_field', requests: 3 });
  });

  it('find attempts to change superuser fields, with their source', () => {
    expect(asked('privileged-attempts')).toEqual([
      { subject: bob.subject, sourceAddress: expect.any(String), attempts: 3 },
    ]);
  });

  it('find no failures', () => {
    expect(asked('failures')).toEqual([]);
  });

  it('find the pending change and its age', () => {
    const [row, ...others] = asked('finished-changes');

    expect(others).toEqual([]);
    expect(row).toMatchObject({ outcome: 'applied', changes: 1 });
    expect(row?.['oldest']).toBeGreaterThanOrEqual(3600);
    expect(row?.['oldest']).toBeLessThan(3700);
  });

  it('find the slowest requests', () => {
    const latencies = asked('slow-requests').map(({ Latency }) => Number(Latency));

    expect(latencies).toHaveLength(Math.min(20, sent.length));
    expect(latencies).toEqual(latencies.toSorted((a, b) => b - a));
  });

  it('find who changed which fields of an account, without gaps in its versions', async () => {
    for (const person of [ada, bob]) {
      const changes = asked('changes-of-accounts').filter(
        ({ event, subject }) => event === 'ACCOUNT_CHANGED' && subject === person.subject,
      );
      const versions = changes.map(({ toVersion }) => toVersion).sort();

      expect(versions).toEqual(changes.map((_, at) => at + 2));
      expect(versions.at(-1)).toBe((await recordOf(person.subject)).version);
      for (const change of changes) {
        expect(change).toMatchObject({
          actor: person.subject,
          session: expect.any(String),
          sourceAddress: expect.any(String),
          fromVersion: Number(change['toVersion']) - 1,
        });
      }
    }
    const fields = asked('changes-of-accounts')
      .filter(({ event }) => event === 'ACCOUNT_CHANGED')
      .map((row) => [row['fields.0'], row['fields.1']].join());
    expect(fields.toSorted()).toEqual(
      [
        'email,',
        'job_title,',
        'job_title,',
        'job_title,',
        'job_title,',
        'name,company',
        'username,',
      ].toSorted(),
    );
  });

  it('find all lines of a request by the id in its response', () => {
    const { requestId = '' } = sent.find(({ code }) => code === 'privileged_field') ?? {};

    const message = JSON.stringify({ requestId, event: 'a line of the access log' });
    const accessLog = [{ requestId, '@message': message }, { requestId: 'of another request' }];

    const rows = asked('one-request', { REQUEST_ID: requestId }, accessLog);

    expect(rows.map((row) => JSON.parse(String(row['@message'])).event).toSorted()).toEqual([
      'PRIVILEGED_CHANGE_REFUSED',
      'REQUEST_COMPLETED',
      'a line of the access log',
    ]);
  });
});

type MetricRow = [...string[], { id?: string; stat?: string; expression?: string; label?: string }];

/** Values of the deployed dashboard for the functions' metrics, by title and label. */
async function dashboardFigures(): Promise<Map<string, number>> {
  const described = new DescribeStackResourcesCommand({ StackName: STACK_NAME });
  const { StackResources = [] } = await cloudFormation.send(described);
  const dashboard = StackResources.find(({ ResourceType: type }) => type === DASHBOARD);
  const DashboardName = dashboard?.PhysicalResourceId;
  const { DashboardBody = '' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
  const { widgets } = JSON.parse(DashboardBody);
  return new Map(
    widgets.flatMap(({ properties }: { properties: { title: string; metrics?: MetricRow[] } }) =>
      figuresOf(properties.metrics ?? []).map(([label, value]) => [
        `${properties.title}: ${label}`,
        value,
      ]),
    ),
  );
}

function figuresOf(rows: MetricRow[]): [label: string, value: number][] {
  const byId = new Map<string, number>();
  const drawn: [string, number][] = [];
  for (const row of rows) {
    const { id, stat = 'Average', label = '' } = row.at(-1) as Exclude<MetricRow[number], string>;
    const [namespace = '', name = '', dimension = '', value = ''] = row as string[];
    if (namespace !== 'CurrentUser') continue;
    const figure = { namespace, name, dimensions: { [dimension]: value }, statistic: stat };
    const result = figureOf(lines, figure) ?? 0;
    if (id === undefined) drawn.push([label, result]);
    else byId.set(id, result);
  }
  for (const row of rows) {
    const { expression = '', label = '' } = row.at(-1) as Exclude<MetricRow[number], string>;
    const ids = [...expression.matchAll(/FILL\((\w+), 0\)/g)].map(([, id = '']) => id);
    if (!expression.startsWith('SUM([') || !ids.some((id) => byId.has(id))) continue;
    drawn.push([label, ids.reduce((sum, id) => sum + (byId.get(id) ?? 0), 0)]);
  }
  return drawn;
}

describe('the dashboard', () => {
  it('shows the figures of this run', async () => {
    const figures = await dashboardFigures();
    const conflicts = lines.filter(({ event }) => event === 'WRITE_CONFLICT').length;
    const ofOperation = (title: string) => [
      figures.get(`${title}: getMe`),
      figures.get(`${title}: patchMe`),
    ];

    expect(ofOperation('Requests handled by the functions')).toEqual(
      (['getMe', 'patchMe'] as const).map((name) => countOf(({ operation }) => operation === name)),
    );
    expect(ofOperation('4xx responses of the functions')).toEqual(
      (['getMe', 'patchMe'] as const).map((name) =>
        countOf(({ operation, status }) => operation === name && status >= 400),
      ),
    );
    expect(figures.get('Account activity: AccountsProvisioned')).toBe(1);
    expect(figures.get('Account activity: PrivilegedAttempts')).toBe(3);
    expect(figures.get('Account activity: NameProbes')).toBe(0);
    expect(figures.get('Account activity: IntentAge')).toBe(1);
    expect(figures.get('Account activity: WriteConflicts')).toBe(conflicts);
    expect(figures.get('Throttled: DirectoryThrottles')).toBe(0);
    for (const figure of [
      ...ofOperation('Calls to the table, p99 ms'),
      ...ofOperation('Calls to the user pool, p99 ms'),
    ]) {
      expect(figure).toBeGreaterThan(0);
    }
  });

  it('uses exactly the metrics that the functions write', () => {
    const written = new Set(
      lines.flatMap((line) => Object.keys(line).filter((name) => /^[A-Z][a-zA-Z]+$/.test(name))),
    );

    expect(
      [...written]
        .filter((name) => name !== 'FunctionName')
        .every((name) => METRIC_NAMES.some((known) => known === name)),
    ).toBe(true);
  });
});
