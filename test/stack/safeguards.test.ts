/** What holds for everything in the template, whatever is added to it: rights, ways in, what is kept. */
import { describe, expect, it } from 'vitest';
import { resourcesOf, STAGES, templateOf } from './synthesised.ts';

type Stage = (typeof STAGES)[number];

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** Every action that anything of the stack may take, and no other. */
const ACTIONS = [
  'codedeploy:PutLifecycleEventHookExecutionStatus',
  'cognito-idp:AdminDisableUser',
  'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminGetUser',
  'cognito-idp:AdminListUserSessions',
  'cognito-idp:AdminRevokeUserSession',
  'cognito-idp:AdminSetUserPassword',
  'cognito-idp:AdminUpdateUserAttributes',
  'cognito-idp:AdminUserGlobalSignOut',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'lambda:InvokeFunction',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** Policies that AWS keeps, for what AWS does: access logs of the account, and canary releases. */
const AWS_POLICIES = ['AmazonAPIGatewayPushToCloudWatchLogs', 'AWSCodeDeployRoleForLambdaLimited'];

function statementsOf(stage: Stage): Statement[] {
  const template = templateOf(stage);
  const roles = resourcesOf(template, 'AWS::IAM::Role').flatMap(
    ({ Properties }) => Properties.Policies ?? [],
  );
  const policies = resourcesOf(template, 'AWS::IAM::Policy').map(({ Properties }) => Properties);
  return [...roles, ...policies].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const all = <Value>(value: Value | Value[]): Value[] => [value].flat() as Value[];

describe.each(STAGES)('in stage %s', (stage) => {
  it('no policy names an action that is not on the list', () => {
    const actions = statementsOf(stage).flatMap(({ Action }) => all(Action));

    expect(actions.length).toBeGreaterThan(20);
    expect([...new Set(actions)].filter((action) => !ACTIONS.includes(action))).toEqual([]);
  });

  it('every resource is named, but for traces, which have none', () => {
    for (const { Action, Resource } of statementsOf(stage)) {
      if (all(Action).every((action) => action.startsWith('xray:'))) continue;
      // A function's name with :* after it stands for its versions.
      expect(JSON.stringify(Resource).replaceAll('":*"', '')).not.toContain('*');
    }
  });

  it('no role has a policy of AWS but the named ones', () => {
    const roles = resourcesOf(templateOf(stage), 'AWS::IAM::Role');
    const managed = roles.flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? []);

    for (const policy of managed) {
      expect(AWS_POLICIES.some((name) => JSON.stringify(policy).includes(`/${name}"`))).toBe(true);
    }
  });

  it('only the API can call the functions from outside', () => {
    const template = templateOf(stage);

    expect(resourcesOf(template, 'AWS::Lambda::Url')).toEqual([]);
    for (const { Properties } of resourcesOf(template, 'AWS::Lambda::Permission')) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toContain('execute-api');
    }
  });

  it('logs end, and everything else that is kept is protected outside stage local', () => {
    const template = templateOf(stage);
    const isKept = stage !== 'local';

    for (const { Properties } of resourcesOf(template, 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBeGreaterThan(0);
    }
    const tables = resourcesOf(template, 'AWS::DynamoDB::GlobalTable');
    for (const { Properties } of tables) {
      for (const { DeletionProtectionEnabled } of Properties.Replicas) {
        expect(DeletionProtectionEnabled).toBe(isKept);
      }
    }
    for (const { Properties } of resourcesOf(template, 'AWS::Cognito::UserPool')) {
      expect(Properties.DeletionProtection).toBe(isKept ? 'ACTIVE' : 'INACTIVE');
    }
  });

  it('nobody is sent to, or let in from, an address without TLS but on their own machine', () => {
    const clients = resourcesOf(templateOf(stage), 'AWS::Cognito::UserPoolClient');
    const addresses = clients.flatMap(({ Properties }) => [
      ...Properties.CallbackURLs,
      ...Properties.LogoutURLs,
    ]);

    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      expect(address).toMatch(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/);
    }
  });
});
