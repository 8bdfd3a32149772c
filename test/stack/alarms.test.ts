import { describe, expect, it } from 'vitest';
import { type Resource, resourcesOf, synthesised, templateOf } from './synthesised.ts';

const template = templateOf('production');
const PREFIX = 'MonitoringAlarms';
/** `MonitoringAlarmsNearTimeout74616DDD` to `NearTimeout`. */
const nameOf = ({ id }: Pick<Resource, 'id'>) => id.slice(PREFIX.length, -8);
const byName = (type: string) =>
  new Map(
    resourcesOf(template, type)
      .filter(({ id }) => id.startsWith(PREFIX))
      .map((alarm) => [nameOf(alarm), alarm.Properties]),
  );

const thresholds = byName('AWS::CloudWatch::Alarm');
const composites = byName('AWS::CloudWatch::CompositeAlarm');

interface MetricStat {
  Metric: { MetricName: string; Namespace: string; Dimensions: { Name: string; Value: unknown }[] };
  Stat: string;
  Period: number;
}

/** The metrics behind an alarm. */
function metricsOf(name: string): MetricStat[] {
  const alarm = thresholds.get(name);
  if (alarm.MetricName) {
    const { MetricName, Namespace, Dimensions, Statistic: Stat, Period } = alarm;
    return [{ Metric: { MetricName, Namespace, Dimensions }, Stat, Period }];
  }
  return alarm.Metrics.flatMap((part: { MetricStat?: MetricStat }) => part.MetricStat ?? []);
}

const sourcesOf = (name: string) =>
  metricsOf(name).map(({ Metric, Stat }) => `${Metric.Namespace} ${Metric.MetricName} ${Stat}`);
const expressionOf = (name: string) =>
  thresholds
    .get(name)
    .Metrics?.map(({ Expression }: { Expression?: string }) => Expression)
    .find((text?: string) => text !== undefined);

const BURN_RATES = [
  ['AvailabilityFastLong', 1.44, 3600],
  ['AvailabilityFastShort', 1.44, 300],
  ['AvailabilitySlowLong', 0.6, 21_600],
  ['AvailabilitySlowShort', 0.6, 1800],
  ['LatencyFastLong', 14.4, 3600],
  ['LatencyFastShort', 14.4, 300],
  ['LatencySlowLong', 6, 21_600],
  ['LatencySlowShort', 6, 1800],
] as const;

const OWN = 'CurrentUser';
const STACK = 'current-user-production';
const THRESHOLDS = [
  ['PersistentErrors', 1, ['AWS/ApiGateway 5XXError Sum']],
  ['FunctionErrors', 3, ['AWS/Lambda Errors Sum', 'AWS/Lambda Errors Sum']],
  ['NearTimeout', 8000, ['AWS/Lambda Duration Maximum', 'AWS/Lambda Duration Maximum']],
  ['AuthorizerFailures', 3, [`${STACK} AuthorizerFailures Sum`]],
  ['GatewayThrottles', 5, [`${STACK} GatewayThrottles Sum`]],
  ['FunctionThrottles', 5, ['AWS/Lambda Throttles Sum', 'AWS/Lambda Throttles Sum']],
  [
    'TableThrottles',
    5,
    ['AWS/DynamoDB ReadThrottleEvents Sum', 'AWS/DynamoDB WriteThrottleEvents Sum'],
  ],
  ['DirectoryThrottles', 5, [`${OWN} DirectoryThrottles Sum`, `${OWN} DirectoryThrottles Sum`]],
  ['IntentsLeftOpen', 900, [`${OWN} IntentAge Maximum`, `${OWN} IntentAge Maximum`]],
  ['PrivilegedAttempts', 5, [`${OWN} PrivilegedAttempts Sum`, `${OWN} PrivilegedAttempts Sum`]],
  ['NameProbes', 5, [`${OWN} NameProbes Sum`, `${OWN} NameProbes Sum`]],
] as const;

describe('alarms on a burn rate', () => {
  it.each(BURN_RATES)('%s fires at %d percent in %d seconds', (name, percent, seconds) => {
    expect(thresholds.get(name)).toMatchObject({
      Threshold: expect.closeTo(percent, 6),
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(metricsOf(name).map(({ Period }) => Period)).toEqual([seconds, seconds]);
  });

  it.each([
    ['AvailabilityFastLong', 'IF(failures >= 5, 100 * failures / requests, 0)'],
    ['AvailabilityFastShort', 'IF(failures >= 1, 100 * failures / requests, 0)'],
    ['LatencySlowLong', 'IF(requests >= 100, 100 - quick, 0)'],
    ['LatencySlowShort', 'IF(requests >= 10, 100 - quick, 0)'],
  ])('%s ignores windows with few requests', (name, expression) => {
    expect(expressionOf(name)).toBe(expression);
  });

  it('measure what callers see: all requests at the gateway', () => {
    expect(sourcesOf('AvailabilityFastLong')).toEqual([
      'AWS/ApiGateway 5XXError Sum',
      'AWS/ApiGateway Count Sum',
    ]);
    expect(sourcesOf('LatencyFastLong')).toEqual([
      'AWS/ApiGateway Latency PR(:1000)',
      'AWS/ApiGateway Count Sum',
    ]);
    expect(metricsOf('LatencyFastLong')[0]?.Metric.Dimensions).toEqual([
      { Name: 'ApiName', Value: 'current-user-production' },
      { Name: 'Stage', Value: expect.objectContaining({ Ref: expect.any(String) }) },
    ]);
  });

  it.each(['AvailabilityFast', 'AvailabilitySlow', 'LatencyFast', 'LatencySlow'])(
    '%s fires while both windows breach',
    (name) => {
      const rule = JSON.stringify(composites.get(name).AlarmRule);

      expect(rule).toMatch(new RegExp(`${name}Long.*\\) AND ALARM\\(.*${name}Short`));
    },
  );
});

/** Length of a period in seconds, how many are looked at, and how many must breach. */
const PERIODS: Record<string, [number, number, number]> = {
  PersistentErrors: [300, 3, 3],
  FunctionErrors: [900, 1, 1],
  NearTimeout: [60, 15, 3],
  AuthorizerFailures: [900, 1, 1],
};

describe('alarms on a threshold', () => {
  it.each(THRESHOLDS)('%s fires at %d', (name, Threshold, metrics) => {
    const [period, EvaluationPeriods, DatapointsToAlarm] = PERIODS[name] ?? [300, 1, 1];

    expect(thresholds.get(name)).toMatchObject({
      Threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods,
      DatapointsToAlarm,
      TreatMissingData: 'notBreaching',
    });
    expect(sourcesOf(name)).toEqual(metrics);
    for (const { Period } of metricsOf(name)) expect(Period).toBe(period);
  });

  it.each(['FunctionErrors', 'NearTimeout', 'IntentsLeftOpen', 'PrivilegedAttempts', 'NameProbes'])(
    '%s covers both functions',
    (name) => {
      const functions = metricsOf(name).map(({ Metric }) => JSON.stringify(Metric.Dimensions));

      expect(functions[0]).toContain('GetMeFunction');
      expect(functions[1]).toContain('PatchMeFunction');
    },
  );

  it('notice data that comes late, although FILL makes the newest period 0 until then', () => {
    const filling = [...thresholds].filter(([name]) => expressionOf(name)?.includes('FILL'));

    expect(filling.length).toBeGreaterThan(5);
    for (const [name, { EvaluationPeriods, DatapointsToAlarm }] of filling) {
      // Windows of five minutes are evaluated every minute, so four more of them have the late data.
      const overlaps = metricsOf(name).every(({ Period }) => Period >= 300);
      expect(overlaps || DatapointsToAlarm < EvaluationPeriods, name).toBe(true);
    }
  });

  it('count lines of the access log where the gateway has no metric', () => {
    const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').map(({ Properties }) => [
      Properties.MetricTransformations[0].MetricName,
      Properties.FilterPattern,
      JSON.stringify(Properties.LogGroupName),
    ]);

    expect(filters).toEqual([
      ['GatewayThrottles', '{ $.refusal = "THROTTLED" }', expect.stringContaining('ApiAccessLogs')],
      [
        'AuthorizerFailures',
        '{ ($.refusal = "AUTHORIZER_FAILURE") || ($.refusal = "AUTHORIZER_CONFIGURATION_ERROR") }',
        expect.stringContaining('ApiAccessLogs'),
      ],
    ]);
  });
});

describe('the alarm FunctionErrorRate', () => {
  it("fires when a share of both functions' responses fails in one minute of the last five", () => {
    expect(thresholds.get('FunctionErrorRate')).toMatchObject({
      Threshold: 2,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 1,
    });
    expect(expressionOf('FunctionErrorRate')).toBe(
      'IF(SUM([FILL(getMeFailures, 0), FILL(patchMeFailures, 0)]) >= 5, ' +
        '100 * SUM([FILL(getMeFailures, 0), FILL(patchMeFailures, 0)]) / ' +
        'SUM([FILL(getMeResponses, 0), FILL(patchMeResponses, 0)]), 0)',
    );
    expect(sourcesOf('FunctionErrorRate').sort()).toEqual([
      'CurrentUser ServerErrors SampleCount',
      'CurrentUser ServerErrors SampleCount',
      'CurrentUser ServerErrors Sum',
      'CurrentUser ServerErrors Sum',
    ]);
    for (const { Period } of metricsOf('FunctionErrorRate')) expect(Period).toBe(60);
  });

  it('rolls back a new version of either function', () => {
    const [alarm] = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(
      (one) => nameOf(one) === 'FunctionErrorRate',
    );
    const groups = resourcesOf(template, 'AWS::CodeDeploy::DeploymentGroup');

    expect(groups).toHaveLength(2);
    for (const { Properties } of groups) {
      expect(Properties.AlarmConfiguration.Alarms).toContainEqual({ Name: { Ref: alarm?.id } });
    }
  });
});

const PAGES = [
  'AvailabilityFast',
  'LatencyFast',
  'ServiceDegraded',
  'Throttling',
  'PrivilegedAttempts',
];
const CAUSES_OF_SERVICE_DEGRADED = [
  'PersistentErrors',
  'FunctionErrors',
  'NearTimeout',
  'AuthorizerFailures',
];

/** The topic for what cannot wait, or for what can. */
function topicFor(one: typeof template, urgency: 'page' | 'ticket') {
  const construct = urgency === 'page' ? 'MonitoringNotificationsTopic' : 'MonitoringTicketsTopic';
  const topics = resourcesOf(one, 'AWS::SNS::Topic').filter(({ id }) => id.startsWith(construct));
  expect(topics).toHaveLength(1);
  return { Ref: topics[0]?.id };
}

/** The fewest calls that can put an alarm on: those of a period, in each period that must breach. */
// biome-ignore lint/suspicious/noExplicitAny: properties of a template
function callsNeededFor(name: string, { Threshold, DatapointsToAlarm }: any): number {
  const [, least] = /^IF\(.* >= (\d+), /.exec(expressionOf(name) ?? '') ?? [];
  // A duration is that of one call, whatever the threshold.
  const inOnePeriod = name === 'NearTimeout' ? 1 : Number(least ?? Threshold);
  return inOnePeriod * DatapointsToAlarm;
}

describe('the alarms', () => {
  const NOTIFYING = [
    'AvailabilityFast',
    'AvailabilitySlow',
    'LatencyFast',
    'LatencySlow',
    'ServiceDegraded',
    'Throttling',
    'IntentsLeftOpen',
    'PrivilegedAttempts',
    'NameProbes',
  ];

  it('are those that these tests know', () => {
    const known = ['FunctionErrorRate', ...[...BURN_RATES, ...THRESHOLDS].map(([name]) => name)];

    expect([...thresholds.keys()].sort()).toEqual(known.sort());
    expect([...composites.keys()].sort()).toEqual(NOTIFYING.slice(0, 6).sort());
  });

  it('notify the topic of their urgency when they start and end, except those that only show a cause', () => {
    const notifying = [...thresholds, ...composites].filter(([, { AlarmActions }]) => AlarmActions);

    expect(notifying.map(([name]) => name).sort()).toEqual([...NOTIFYING].sort());
    for (const [name, { AlarmActions, OKActions }] of notifying) {
      const topic = [topicFor(template, PAGES.includes(name) ? 'page' : 'ticket')];
      expect(AlarmActions, name).toEqual(topic);
      expect(OKActions, name).toEqual(topic);
    }
  });

  it('wake nobody for a single call, whatever became of it', () => {
    const causes = ['FunctionErrorRate', ...CAUSES_OF_SERVICE_DEGRADED];
    const callsNeeded = Object.fromEntries(
      causes.map((name) => [name, callsNeededFor(name, thresholds.get(name))]),
    );

    expect(callsNeeded).toEqual({
      FunctionErrorRate: 5,
      PersistentErrors: 3,
      FunctionErrors: 3,
      NearTimeout: 3,
      AuthorizerFailures: 3,
    });
  });

  it.each([
    ['ServiceDegraded', ['FunctionErrorRate', ...CAUSES_OF_SERVICE_DEGRADED]],
    [
      'Throttling',
      ['GatewayThrottles', 'FunctionThrottles', 'TableThrottles', 'DirectoryThrottles'],
    ],
  ])('send one message, %s, for %s', (name, reasons) => {
    const rule = JSON.stringify(composites.get(name).AlarmRule);
    const named = [...rule.matchAll(/MonitoringAlarms(\w+?)[0-9A-F]{8}"/g)].map(([, one]) => one);

    expect(named).toEqual(reasons);
    expect(rule).toContain(' OR ');
    expect(rule).not.toContain(' AND ');
  });

  it.each([
    ['AvailabilitySlow', 'AvailabilityFast'],
    ['LatencySlow', 'LatencyFast'],
    ['ServiceDegraded', 'AvailabilityFast'],
    ['Throttling', 'AvailabilityFast'],
  ])('suppress %s while %s fires', (name, suppressedBy) => {
    const [id] = composites.get(name).ActionsSuppressor['Fn::GetAtt'];

    expect(nameOf({ id })).toBe(suppressedBy);
  });

  it('report undelivered events where events are sent at all', () => {
    const isUndelivered = ({ id }: Resource) => id.startsWith(`${PREFIX}EventsUndelivered`);
    const withEvents = synthesised({ stage: 'production', eventBus: 'accounts' });
    const alarmsOf = (one: typeof template) => resourcesOf(one, 'AWS::CloudWatch::Alarm');
    const [queue] = resourcesOf(withEvents, 'AWS::SQS::Queue');

    expect(alarmsOf(template).some(isUndelivered)).toBe(false);
    expect(alarmsOf(withEvents).find(isUndelivered)?.Properties).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Namespace: 'AWS/SQS',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue?.id, 'QueueName'] } }],
      Statistic: 'Maximum',
      Threshold: 1,
      AlarmActions: [topicFor(withEvents, 'ticket')],
    });
  });

  it('report a notice that failed where notices are sent at all', () => {
    const isOfNotices = ({ id }: Resource) => id.startsWith(`${PREFIX}NoticesFailed`);
    const withNotices = synthesised({ stage: 'production', noticesFrom: 'a@example.com' });
    const alarmsOf = (one: typeof template) => resourcesOf(one, 'AWS::CloudWatch::Alarm');
    const alarm = alarmsOf(withNotices).find(isOfNotices)?.Properties;

    expect(alarmsOf(template).some(isOfNotices)).toBe(false);
    expect(alarm).toMatchObject({
      Threshold: 1,
      AlarmActions: [topicFor(withNotices, 'ticket')],
    });
    const metrics = alarm.Metrics.flatMap(({ MetricStat }: { MetricStat?: MetricStat }) =>
      MetricStat ? [`${MetricStat.Metric.MetricName} ${MetricStat.Stat}`] : [],
    );
    expect(metrics).toEqual(['NoticesFailed Sum', 'NoticesFailed Sum']);
  });

  it('are not suppressed where they concern security or data', () => {
    for (const name of ['PrivilegedAttempts', 'NameProbes', 'IntentsLeftOpen']) {
      expect(thresholds.get(name)).not.toHaveProperty('ActionsSuppressor');
    }
  });
});

describe('the topics for alarms', () => {
  const subscriptionsOf = (settings: Record<string, string>) => {
    const one = synthesised({ stage: 'production', ...settings });
    return resourcesOf(one, 'AWS::SNS::Subscription').map(({ Properties }) => Properties);
  };
  const subscription = (urgency: 'page' | 'ticket', Endpoint: string) => ({
    Protocol: 'email',
    Endpoint,
    TopicArn: topicFor(template, urgency),
  });

  it('send e-mail to the addresses in the settings', () => {
    expect(
      subscriptionsOf({ alarmEmail: 'now@example.com', ticketEmail: 'today@example.com' }),
    ).toEqual([
      subscription('page', 'now@example.com'),
      subscription('ticket', 'today@example.com'),
    ]);
  });

  it('send both kinds to one address where only that is set, and nothing where none is', () => {
    expect(subscriptionsOf({ alarmEmail: 'ops@example.com' })).toEqual([
      subscription('page', 'ops@example.com'),
      subscription('ticket', 'ops@example.com'),
    ]);
    expect(subscriptionsOf({})).toEqual([]);
  });

  it('accept messages from alarms of this account, over TLS', () => {
    const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy');

    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        expect.objectContaining({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]);
    }
  });
});
