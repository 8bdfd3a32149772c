import { describe, expect, it } from 'vitest';
import { LOG_QUERIES, type LogQuery } from '../../infra/monitoring/log-queries.ts';
import { METRIC_NAMES } from '../../lib/metrics.ts';
import { answer } from '../support/log-insights.ts';
import { resourcesOf, templateOf, textOf, theOne } from './synthesised.ts';

type Stage = Parameters<typeof templateOf>[0];

interface Widget {
  type: string;
  y: number;
  // biome-ignore lint/suspicious/noExplicitAny: each type of widget has other properties
  properties: any;
}

/** The body of the dashboard, with the logical ids in place of what they will be. */
function widgetsOf(stage: Stage): Widget[] {
  const { DashboardBody } = theOne(templateOf(stage), 'AWS::CloudWatch::Dashboard').Properties;
  return JSON.parse(textOf(DashboardBody)).widgets;
}

/** Without the texts at the end. */
const figuresOf = (stage: Stage) => widgetsOf(stage).filter(({ type }) => type !== 'text');

describe('the dashboard', () => {
  it.each(['dev', 'production'] as const)(
    'begins with the alarms that notify, in stage %s',
    (stage) => {
      const notifying = ['CompositeAlarm', 'Alarm'].flatMap((type) =>
        resourcesOf(templateOf(stage), `AWS::CloudWatch::${type}`).filter(
          ({ Properties }) => Properties.AlarmActions,
        ),
      );
      const [first] = widgetsOf(stage);

      expect(first).toMatchObject({ type: 'alarm', y: 0 });
      expect(first?.properties.alarms.sort()).toEqual(notifying.map(({ id }) => id).sort());
    },
  );

  it('fits on one screen above its texts: six rows at most, each graph with a title', () => {
    const widgets = figuresOf('production');

    expect(new Set(widgets.map(({ y }) => y)).size).toBeLessThanOrEqual(6);
    for (const { properties } of widgets) expect(properties.title).toMatch(/\S/);
    expect(widgetsOf('production').slice(0, widgets.length)).toEqual(widgets);
  });

  it('has a name that no other deployment of the account has, in any region', () => {
    const { DashboardName } = theOne(
      templateOf('production'),
      'AWS::CloudWatch::Dashboard',
    ).Properties;

    expect(textOf(DashboardName, { 'AWS::Region': 'eu-west-1' })).toBe(
      'current-user-production-eu-west-1',
    );
  });

  it('shows every metric that the functions write', () => {
    const shown = widgetsOf('production')
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]: unknown[]) => namespace === 'CurrentUser')
      .map(([, name]: unknown[]) => name);

    // Failures are shown as the gateway counts them: its own are among them.
    const expected = METRIC_NAMES.filter((name) => name !== 'ServerErrors');
    expect([...new Set(shown)].sort()).toEqual([...expected].sort());
  });

  it('is there in stage local, without what the local cloud lacks', () => {
    const local = templateOf('local');

    expect(widgetsOf('local').map(({ type }) => type)).not.toContain('alarm');
    for (const type of ['CloudWatch::Alarm', 'CloudWatch::CompositeAlarm', 'SNS::Topic']) {
      expect(resourcesOf(local, `AWS::${type}`)).toEqual([]);
    }
    expect(resourcesOf(local, 'AWS::Logs::QueryDefinition')).toEqual([]);
  });
});

describe('the saved queries', () => {
  const FUNCTIONS = ['GetMeLogs', 'PatchMeLogs'];
  const ACCESS = ['ApiAccessLogs'];
  const saved = resourcesOf(templateOf('production'), 'AWS::Logs::QueryDefinition');

  it('are saved under the name of the stack', () => {
    const names = saved.map(({ Properties }) => Properties.Name);

    expect(names).toEqual(
      Object.keys(LOG_QUERIES).map((name) => `current-user-production/${name}`),
    );
  });

  it.each(Object.entries<LogQuery>(LOG_QUERIES))('%s reads the right logs', (name, query) => {
    const properties = saved.find(
      ({ Properties }) => Properties.Name === `current-user-production/${name}`,
    )?.Properties;
    const groups = properties.LogGroupNames.map(({ Ref }: { Ref: string }) => Ref.slice(0, -8));

    const expected = { functions: FUNCTIONS, access: ACCESS, all: [...FUNCTIONS, ...ACCESS] };
    expect(groups).toEqual(expected[query.logs]);
    expect(properties.QueryString.split('\n| ')).toEqual(query.lines);
  });

  it.each(['requestId', 'extendedRequestId'])(
    'one-request finds a response of the gateway itself by its %s',
    (id) => {
      const { AccessLogSetting } = theOne(
        templateOf('production'),
        'AWS::ApiGateway::Stage',
      ).Properties;
      const lineOf = (value: string) =>
        JSON.parse(AccessLogSetting.Format.replace(`$context.${id}`, value));
      const one = saved.filter(
        ({ Properties }) => Properties.Name === 'current-user-production/one-request',
      );
      const [{ QueryString, LogGroupNames }] = one.map(({ Properties }) => Properties);

      const rows = answer(QueryString.replaceAll('REQUEST_ID', 'sought'), [
        { ...lineOf('sought'), '@message': 'found' },
        { ...lineOf('other'), '@message': 'of another request' },
      ]);

      expect(rows).toEqual([{ '@message': 'found' }]);
      const groups: { Ref: string }[] = LogGroupNames;
      const destination = JSON.stringify(AccessLogSetting.DestinationArn);
      expect(groups.some(({ Ref }) => destination.includes(`"${Ref}"`))).toBe(true);
    },
  );
});
