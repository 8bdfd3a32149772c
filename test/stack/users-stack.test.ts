import { describe, expect, it } from 'vitest';
import { resourcesOf, STAGES, synthesised, templateOf } from './synthesised.ts';

describe('the stack', () => {
  it.each(STAGES)('has the outputs that clients and tools read in stage %s', (stage) => {
    const outputs = templateOf(stage).findOutputs('*');

    const outsideLocal = ['AlarmTopicArn', 'CodeDeployApplicationName'];
    expect(Object.keys(outputs).sort()).toEqual(
      [
        'AccessLogGroupName',
        'AdminUsername',
        'ApiUrl',
        'AuditLogGroupName',
        'AuthorizeUrl',
        'DashboardName',
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
        ...(stage === 'local' ? [] : outsideLocal),
      ].sort(),
    );
  });

  it('outputs pipe and dead-letter queue of its events, where it sends any', () => {
    const outputs = synthesised({ eventBus: 'default' }).findOutputs('*');

    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining(['EventsPipeName', 'EventsQueueUrl']),
    );
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
    expect(new Set(logs.map(({ Properties }) => Properties.RetentionInDays))).toEqual(
      new Set([90]),
    );
  });
});
