import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesised, templateOf, theOne } from './synthesised.ts';

const OUTPUTS = [
  'AccessLogGroupName',
  'AdminUsername',
  'ApiUrl',
  'AuditLogGroupName',
  'AuthorizeUrl',
  'DashboardUrl',
  'DeploymentName',
  'GetMeFunctionName',
  'GetMeLogGroupName',
  'PatchMeFunctionName',
  'RedirectUri',
  'ReleasedNameRestDays',
  'SignInNames',
  'SpaClientId',
  'TokenUrl',
  'UserPoolId',
  'UsersTableName',
];
const OUTSIDE_LOCAL = ['CodeDeployApplicationName', 'PageTopicArn', 'TicketTopicArn'];

describe('the stack', () => {
  it.each([
    ['local', []],
    ['dev', OUTSIDE_LOCAL],
    ['production', OUTSIDE_LOCAL],
  ] as const)(
    'has the outputs that clients, tools and the runbook read in stage %s',
    (stage, more) => {
      const outputs = templateOf(stage).findOutputs('*');

      expect(Object.keys(outputs).sort()).toEqual([...OUTPUTS, ...more].sort());
    },
  );

  it('outputs the pipe and its dead-letter queue where events are sent', () => {
    const template = synthesised({ stage: 'production', eventBus: 'accounts' });
    const { UndeliveredEventsQueueUrl, EventsPipeName } = template.findOutputs('*');

    expect(UndeliveredEventsQueueUrl?.['Value']).toEqual({
      Ref: theOne(template, 'AWS::SQS::Queue').id,
    });
    expect(EventsPipeName?.['Value']).toEqual({ Ref: theOne(template, 'AWS::Pipes::Pipe').id });
  });

  it('outputs the names that nobody can take, where there are any', () => {
    const { ReservedNames } = synthesised({ reservedNames: 'root,support' }).findOutputs('*');

    expect(ReservedNames?.['Value']).toBe('root,support');
  });

  it('outputs the URL of the API without a trailing slash', () => {
    const { ApiUrl } = templateOf('dev').findOutputs('ApiUrl');

    expect(ApiUrl?.['Value']['Fn::Join'][1].at(-1)).toBe('/v1');
  });

  it.each([
    ['local', 'Delete'],
    ['dev', 'RetainExceptOnCreate'],
    ['production', 'RetainExceptOnCreate'],
  ] as const)('leaves logs behind by stage: %s, %s', (stage, policy) => {
    const logs = resourcesOf(templateOf(stage), 'AWS::Logs::LogGroup');

    expect(new Set(logs.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set([policy]));
  });

  it.each([
    ['by default', {}, { audit: 400, requests: 90 }],
    ['of requests alone', { logRetentionDays: '30' }, { audit: 400, requests: 30 }],
    ['of requests, longer', { logRetentionDays: '731' }, { audit: 731, requests: 731 }],
    ['of both', { logRetentionDays: 30, auditRetentionDays: 3653 }, { audit: 3653, requests: 30 }],
  ])('keeps audit lines in logs that outlive those of requests, %s', (_, settings, expected) => {
    const { audit, requests } = expected;
    const logs = resourcesOf(
      synthesised({ stage: 'production', ...settings }),
      'AWS::Logs::LogGroup',
    ).map(({ id, Properties }) => [id.slice(0, -8), Properties.RetentionInDays]);

    // A read has audit lines too: a first call, a profile that followed, a change that broke off.
    expect(Object.fromEntries(logs)).toEqual({
      GetMeLogs: audit,
      PatchMeLogs: audit,
      ApiAccessLogs: requests,
      ReleaseSmokeTestLogs: requests,
    });
  });
});
