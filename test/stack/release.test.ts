import { describe, expect, it } from 'vitest';
import { SMOKE_TEST_TARGETS } from '../../lib/config.ts';
import { type Resource, resourcesOf, STAGES, templateOf, theOne } from './synthesised.ts';

const FUNCTIONS = ['GetMe', 'PatchMe'] as const;
const SHIFTED = ['dev', 'production'] as const;
type Shifted = (typeof SHIFTED)[number];

const ofConstruct = (stage: Shifted, type: string, start: string) => {
  const found = resourcesOf(templateOf(stage), type).filter(({ id }) => id.startsWith(start));
  expect(found, `${type} ${start}`).toHaveLength(1);
  return found[0] as Resource;
};
const aliasOf = (stage: Shifted, fn: string) => ofConstruct(stage, 'AWS::Lambda::Alias', fn);
const groupOf = (stage: Shifted, fn: string) =>
  ofConstruct(stage, 'AWS::CodeDeploy::DeploymentGroup', `Release${fn}`);
const versionOf = (stage: Shifted, fn: string) => ofConstruct(stage, 'AWS::Lambda::Version', fn);
const hookOf = (stage: Shifted) => ofConstruct(stage, 'AWS::Lambda::Function', 'ReleaseSmokeTest');
const each = SHIFTED.flatMap((stage) => FUNCTIONS.map((fn) => [stage, fn] as const));

describe('a release', () => {
  it.each(each)('in stage %s shifts the traffic of %s with an alias', (stage, fn) => {
    const { id, Properties } = aliasOf(stage, fn);
    const methods = resourcesOf(templateOf(stage), 'AWS::ApiGateway::Method');
    const uris = methods.map((method) => JSON.stringify(method.Properties.Integration.Uri));

    expect(Properties.Name).toBe('live');
    expect(Properties.FunctionVersion).toEqual({
      'Fn::GetAtt': [versionOf(stage, fn).id, 'Version'],
    });
    // GetMe serves HEAD as well.
    expect(uris.filter((uri) => uri?.includes(id))).toHaveLength(fn === 'GetMe' ? 2 : 1);
  });

  it.each([
    ['production', 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
    ['dev', 'CodeDeployDefault.LambdaAllAtOnce'],
  ] as const)('in stage %s shifts by %s', (stage, shift) => {
    for (const fn of FUNCTIONS) {
      const { Properties } = groupOf(stage, fn);

      expect(Properties.DeploymentConfigName).toBe(shift);
      expect(Properties.DeploymentStyle).toEqual({
        DeploymentOption: 'WITH_TRAFFIC_CONTROL',
        DeploymentType: 'BLUE_GREEN',
      });
    }
  });

  it.each(each)('in stage %s takes a failing version of %s back by itself', (stage, fn) => {
    const { Properties } = groupOf(stage, fn);
    const alarms = Properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: unknown }) => Name);
    const alarm = ofConstruct(stage, 'AWS::CloudWatch::Alarm', `Release${fn}Failures`);

    expect(Properties.AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: expect.arrayContaining([
        'DEPLOYMENT_FAILURE',
        'DEPLOYMENT_STOP_ON_ALARM',
        'DEPLOYMENT_STOP_ON_REQUEST',
      ]),
    });
    expect(Properties.AlarmConfiguration.Enabled).toBe(true);
    expect(alarms).toContainEqual({ Ref: alarm.id });
  });

  it.each(each)(
    'in stage %s counts invocations of the alias of %s that end without a response',
    (stage, fn) => {
      const { Properties } = ofConstruct(stage, 'AWS::CloudWatch::Alarm', `Release${fn}Failures`);
      const dimensions = JSON.stringify(Properties.Dimensions);

      expect(Properties).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
      expect(dimensions).toContain(':live');
      expect(dimensions).toContain(`{"Ref":"${fn}Function`);
    },
  );

  it.each(each)(
    'in stage %s tests the new version of %s before and after traffic shifts',
    (stage, fn) => {
      const alias = aliasOf(stage, fn) as Resource & {
        UpdatePolicy: Record<string, unknown>;
        DependsOn: string[];
      };

      expect(alias.UpdatePolicy).toEqual({
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: expect.stringMatching(/^ReleaseApplication/) },
          DeploymentGroupName: { Ref: groupOf(stage, fn).id },
          BeforeAllowTrafficHook: { Ref: hookOf(stage).id },
          AfterAllowTrafficHook: { Ref: hookOf(stage).id },
        },
      });
      // All that a deployment needs is there, with its rights, before the alias starts one.
      expect(alias.DependsOn).toEqual(
        expect.arrayContaining([
          groupOf(stage, fn).id,
          hookOf(stage).id,
          ofConstruct(stage, 'AWS::IAM::Policy', 'ReleaseSmokeTestRole').id,
          ofConstruct(stage, 'AWS::IAM::Policy', `Release${fn}ServiceRole`).id,
        ]),
      );
    },
  );

  it.each(SHIFTED)('in stage %s tests the versions that are deployed', (stage) => {
    const { Variables } = hookOf(stage).Properties.Environment;
    const refs = FUNCTIONS.map((fn) => ({ Ref: versionOf(stage, fn).id }));

    expect(Variables[SMOKE_TEST_TARGETS]).toEqual({ 'Fn::Join': ['', [refs[0], ',', refs[1]]] });
  });

  it.each(SHIFTED)('in stage %s lets its hook only invoke versions and report', (stage) => {
    const { Statement } = ofConstruct(stage, 'AWS::IAM::Policy', 'ReleaseSmokeTestRole').Properties
      .PolicyDocument;
    const actions = Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    const resources = JSON.stringify(Statement);

    expect([...new Set(actions)].sort()).toEqual([
      'codedeploy:PutLifecycleEventHookExecutionStatus',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(resources).not.toMatch(/UsersTable|DirectoryPool/);
  });

  it.each(each)('in stage %s keeps the versions of %s that were replaced', (stage, fn) => {
    expect(versionOf(stage, fn)).toMatchObject({ UpdateReplacePolicy: 'Retain' });
  });

  it.each(each)(
    'in stage %s deletes a version of %s whose release failed, so that it can be tried again',
    (stage, fn) => {
      expect(versionOf(stage, fn).DeletionPolicy).toBe('RetainExceptOnCreate');
    },
  );

  it('needs no CodeDeploy in stage local: the API invokes the functions directly', () => {
    const types = STAGES.map((stage) =>
      Object.values(templateOf(stage).toJSON()['Resources'] as Record<string, Resource>)
        .map(({ Type }) => Type)
        .filter((type) => /CodeDeploy|Lambda::(Alias|Version)/.test(type)),
    );

    expect(types.map((found) => new Set(found).size)).toEqual([0, 4, 4]);
    expect(theOne(templateOf('production'), 'AWS::CodeDeploy::Application')).toBeDefined();
  });
});
