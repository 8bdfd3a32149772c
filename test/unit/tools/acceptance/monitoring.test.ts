/** Promises about monitoring, which the local cloud mostly cannot show, on fake AWS clients. */
import { describe, expect, it } from 'vitest';
import type { AcceptanceContext } from '../../../../tools/acceptance/context.ts';
import { LOGS } from '../../../../tools/acceptance/promises/logs.ts';
import { MONITORING } from '../../../../tools/acceptance/promises/monitoring.ts';

type Resource = {
  ResourceType: string;
  PhysicalResourceId: string;
  LogicalResourceId: string;
};
type Respond = (input: Record<string, unknown>) => unknown;

const SUBJECT = 'f3a4b8c2-7011-70d5-9c5e-0d8a3f6b1c2e';
const USERNAME = 'acceptance-1-reader';

/** A stack whose services respond by the name of the command. */
function aContext(
  responses: Record<string, Respond>,
  { resources = [], headers = {}, isLocal = false }: Given = {},
) {
  const send = async (command: {
    constructor: { name: string };
    input: Record<string, unknown>;
  }) => {
    const { name } = command.constructor;
    if (name === 'ListStackResourcesCommand') return pageOf(resources, command.input);
    const respond = responses[name];
    if (respond === undefined) throw new Error(`Unexpected ${name}`);
    return respond(command.input);
  };
  const client = { send };
  const response = {
    status: 200,
    headers: new Headers({ 'x-request-id': 'request-1', ...headers }),
    body: {},
  };
  const person = {
    subject: SUBJECT,
    username: USERNAME,
    email: `${USERNAME}@users.example`,
    get: async () => response,
    patch: async () => response,
  };
  return {
    isLocal,
    aws: { cloudFormation: client, cloudWatch: client, codeDeploy: client, logs: client },
    target: {
      stackName: 'our-accounts',
      deploymentName: 'our-accounts/Ours',
      logicalIdPrefix: 'Ours',
      getMeFunctionName: 'get-me',
      patchMeFunctionName: 'patch-me',
      getMeLogGroupName: 'get-me-logs',
      auditLogGroupName: 'patch-me-logs',
    },
    person: async () => person,
    service: async () => ({}),
    serviceToken: async () => 'token',
    call: async () => response,
    name: () => 'acceptance-1-audited',
    pause: async () => undefined,
  } as unknown as AcceptanceContext;
}

interface Given {
  resources?: Resource[];
  headers?: Record<string, string>;
  isLocal?: boolean;
}

/** Two pages, as a stack of more than 100 resources has. */
function pageOf(resources: Resource[], { NextToken }: Record<string, unknown>) {
  const half = Math.ceil(resources.length / 2);
  return NextToken === undefined
    ? { StackResourceSummaries: resources.slice(0, half), NextToken: 'second' }
    : { StackResourceSummaries: resources.slice(half) };
}

const trying = async (id: string, context: AcceptanceContext) => {
  const promise = [...MONITORING, ...LOGS].find((one) => one.id === id);
  if (promise === undefined) throw new Error(`No promise ${id}`);
  return promise.tried(context);
};

/** A resource of the deployment, or of another construct in its stack. */
const resource = (
  ResourceType: string,
  PhysicalResourceId: string,
  LogicalResourceId = 'OursMonitoringOne',
): Resource => ({ ResourceType, PhysicalResourceId, LogicalResourceId });
const ALARMS = [
  resource('AWS::CloudWatch::Alarm', 'Latency'),
  resource('AWS::Lambda::Function', 'get-me'),
  resource('AWS::CloudWatch::CompositeAlarm', 'Degraded'),
  resource('AWS::CloudWatch::Alarm', 'theirs', 'Ours2MonitoringOne'),
  resource('AWS::CloudWatch::Alarm', 'of the queue', 'QueueAlarm'),
];

describe('the alarms', () => {
  const withStates = (metric: string, composite: string) => ({
    DescribeAlarmsCommand: ({ AlarmNames }: Record<string, unknown>) => {
      expect(AlarmNames).toEqual(['Latency', 'Degraded']);
      return {
        MetricAlarms: [{ AlarmName: 'Latency', StateValue: metric }],
        CompositeAlarms: [{ AlarmName: 'Degraded', StateValue: composite }],
      };
    },
  });

  it('hold where none rings, on every page of a stack that holds alarms of others', async () => {
    const context = aContext(withStates('OK', 'INSUFFICIENT_DATA'), { resources: ALARMS });

    expect(await trying('alarms', context)).toEqual({ outcome: 'held', seen: '2 alarms' });
  });

  it('are broken where one rings, or there is none', async () => {
    const ringing = aContext(withStates('OK', 'ALARM'), { resources: ALARMS });

    expect(await trying('alarms', ringing)).toEqual({
      outcome: 'broken',
      seen: 'in ALARM: Degraded',
    });
    expect((await trying('alarms', aContext({}))).outcome).toBe('broken');
  });
});

describe('the last deployment', () => {
  const resources = [
    resource('AWS::CodeDeploy::Application', 'theirs', 'Release'),
    resource('AWS::CodeDeploy::Application', 'app', 'OursReleaseApplication'),
    resource('AWS::CodeDeploy::DeploymentGroup', 'get', 'OursReleaseGetMe'),
    resource('AWS::CodeDeploy::DeploymentGroup', 'patch', 'OursReleasePatchMe'),
  ];
  const withStatus = (status: string | undefined) =>
    aContext(
      {
        GetDeploymentGroupCommand: ({ applicationName, deploymentGroupName }) => {
          expect(applicationName).toBe('app');
          const lastAttemptedDeployment =
            deploymentGroupName === 'get' ? { status: 'Succeeded' } : { status };
          return { deploymentGroupInfo: { lastAttemptedDeployment } };
        },
      },
      { resources },
    );

  it.each([
    ['Succeeded', 'held'],
    [undefined, 'held'],
    ['Failed', 'broken'],
    ['Stopped', 'broken'],
    ['InProgress', 'broken'],
  ])('that is %s is %s', async (status, outcome) => {
    expect((await trying('release.last', withStatus(status))).outcome).toBe(outcome);
  });

  it('is missed where the stack has no deployment group', async () => {
    expect((await trying('release.last', aContext({}))).outcome).toBe('broken');
  });
});

describe('metrics', () => {
  const asked: unknown[] = [];
  const withSamples = (patchMe: object[]) =>
    aContext({
      GetMetricStatisticsCommand: (input) => {
        asked.push(input);
        const isGetMe = JSON.stringify(input['Dimensions']).includes('get-me');
        return { Datapoints: isGetMe ? [{ SampleCount: 3 }] : patchMe };
      },
    });

  it('hold where both functions have samples', async () => {
    const seen = 'get-me: 3, patch-me: 1';

    expect(await trying('metrics.latency', withSamples([{ SampleCount: 1 }]))).toEqual({
      outcome: 'held',
      seen,
    });
    expect(asked[0]).toMatchObject({
      Namespace: 'CurrentUser',
      MetricName: 'Latency',
      Dimensions: [{ Name: 'FunctionName', Value: 'get-me' }],
    });
  });

  it('are broken where one has none after a while', async () => {
    expect(await trying('metrics.latency', withSamples([]))).toEqual({
      outcome: 'broken',
      seen: 'get-me: 3, patch-me: none',
    });
  });
});

describe('queries', () => {
  const definitions = [
    {
      name: 'our-accounts/Ours/failures',
      queryString: 'fields @message',
      logGroupNames: ['get-me-logs'],
    },
  ];
  const dashboard = {
    widgets: [
      { type: 'metric', properties: { title: 'Latency' } },
      {
        type: 'log',
        properties: {
          title: 'By code',
          query: "SOURCE 'a' | SOURCE 'b' | filter status >= 400\n| limit 1",
        },
      },
    ],
  };
  const withQueries = (started: unknown[], refusal?: string) =>
    aContext(
      {
        DescribeQueryDefinitionsCommand: () => ({ queryDefinitions: definitions }),
        GetDashboardCommand: () => ({ DashboardBody: JSON.stringify(dashboard) }),
        StartQueryCommand: (input) => {
          started.push(input);
          if (refusal !== undefined)
            throw Object.assign(new Error('unexpected symbol'), { name: refusal });
          return { queryId: '1' };
        },
      },
      { resources: [resource('AWS::CloudWatch::Dashboard', 'board')] },
    );

  it('of the dashboard are started with their log groups', async () => {
    const started: unknown[] = [];

    expect((await trying('dashboard.queries', withQueries(started))).outcome).toBe('held');
    expect(started).toEqual([
      expect.objectContaining({
        queryString: 'filter status >= 400\n| limit 1',
        logGroupNames: ['a', 'b'],
      }),
    ]);
  });

  it.each(['dashboard.queries', 'saved-queries'])(
    'of %s are broken where one does not parse',
    async (id) => {
      const { outcome, seen } = await trying(id, withQueries([], 'MalformedQueryException'));

      expect(outcome).toBe('broken');
      expect(seen).toContain('unexpected symbol');
      expect((await trying(id, withQueries([]))).outcome).toBe('held');
      await expect(trying(id, withQueries([], 'LimitExceededException'))).rejects.toThrow();
    },
  );
});

describe('log lines', () => {
  const withLines = (...lines: object[]) =>
    aContext({
      FilterLogEventsCommand: ({ logGroupName, filterPattern }) => {
        expect([logGroupName, filterPattern]).toEqual([
          expect.stringMatching(/-logs$/),
          '"request-1"',
        ]);
        return { events: lines.map((line) => ({ message: JSON.stringify(line) })) };
      },
    });
  const completed = { event: 'REQUEST_COMPLETED', status: 200, request_id: 'request-1' };
  const audit = {
    event: 'ACCOUNT_CHANGED',
    request_id: 'request-1',
    subject: SUBJECT,
    actor: SUBJECT,
    fields: ['job_title'],
    sourceAddress: '203.0.113.7',
  };

  it.each<[string, object[], string]>([
    ['there', [completed], 'held'],
    ['missing', [], 'broken'],
    ['of another request', [{ ...completed, request_id: 'request-2' }], 'broken'],
    ['twice', [completed, completed], 'broken'],
    ['with a name', [{ ...completed, name: USERNAME }], 'broken'],
  ])('of a request: %s', async (_name, lines, outcome) => {
    expect((await trying('log.request', withLines(...lines))).outcome).toBe(outcome);
  });

  it.each<[string, object[], string]>([
    ['there', [completed, audit], 'held'],
    ['missing', [completed], 'broken'],
    ['by somebody else', [{ ...audit, actor: 'other' }], 'broken'],
    ['without an address', [{ ...audit, sourceAddress: null }], 'broken'],
    ['with the value', [{ ...audit, value: 'acceptance-1-audited' }], 'broken'],
  ])('of a change: %s', async (_name, lines, outcome) => {
    expect((await trying('log.audit', withLines(...lines))).outcome).toBe(outcome);
  });
});

describe('headers that only AWS sends', () => {
  it.each<[string, Record<string, string>, string]>([
    ['trace.header', { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' }, 'held'],
    ['trace.header', { 'x-amzn-trace-id': 'Self=1' }, 'broken'],
    ['trace.header', {}, 'not tried'],
    ['headers.remapped', { 'x-amzn-remapped-www-authenticate': 'Bearer' }, 'held'],
    ['headers.remapped', { 'www-authenticate': 'Bearer' }, 'broken'],
    ['headers.remapped', {}, 'broken'],
  ])('%s, where they are %j: %s', async (id, headers, outcome) => {
    expect((await trying(id, aContext({}, { headers }))).outcome).toBe(outcome);
  });
});

describe('what the local cloud does not have', () => {
  it.each(['alarms', 'release.last', 'metrics.latency', 'trace.header', 'saved-queries'])(
    '%s is not tried there, whatever it responds',
    async (id) => {
      expect((await trying(id, aContext({}, { isLocal: true }))).outcome).toBe('not tried');
    },
  );
});
