import { Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { environmentFaults } from '../../infra/api/environment-limit.ts';
import { ENV, parseConfig } from '../../lib/config.ts';
import { functionOf, resourcesOf, STAGES, synthesised, templateOf, theOne } from './synthesised.ts';

const FUNCTIONS = ['GetMe', 'PatchMe'] as const;
const template = templateOf('dev');

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

function statementsOf(construct: (typeof FUNCTIONS)[number], stage: (typeof STAGES)[number]) {
  const policies = resourcesOf(templateOf(stage), 'AWS::IAM::Policy');
  const own = policies.filter(({ id }) => id.startsWith(construct));
  return own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
}

const CLOUD_VALUES = { [ENV.usersTableName]: 'users', [ENV.userPoolId]: 'eu-west-1_Abc123' };

const variablesOf = (construct: (typeof FUNCTIONS)[number], of = template) => ({
  ...functionOf(of, construct).Properties.Environment.Variables,
});

const ITEMS = [
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];
const PEOPLE = [
  'cognito-idp:AdminDisableUser',
  'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminGetUser',
  'cognito-idp:AdminListUserSessions',
  'cognito-idp:AdminRevokeUserSession',
  'cognito-idp:AdminUpdateUserAttributes',
  'cognito-idp:AdminUserGlobalSignOut',
];
const OWN_LOG_AND_TRACES = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

describe('permissions of the functions', () => {
  it.each([
    ['GetMe', PEOPLE],
    ['PatchMe', [...PEOPLE, 'cognito-idp:AdminSetUserPassword']],
  ] as const)('%s has these actions and no other', (construct, people) => {
    const actions = statementsOf(construct, 'dev').flatMap(({ Action }) => Action);

    expect(actions.sort()).toEqual([...people, ...ITEMS, ...OWN_LOG_AND_TRACES].sort());
  });

  it.each(FUNCTIONS)('%s names a resource for each of them, except for traces', (construct) => {
    const table = theOne(template, 'AWS::DynamoDB::GlobalTable').id;
    const pool = theOne(template, 'AWS::Cognito::UserPool').id;

    for (const { Action, Resource, Effect } of statementsOf(construct, 'dev')) {
      const [service] = [Action].flat().map((action) => action.split(':')[0]);
      const expected = {
        xray: '*',
        dynamodb: { 'Fn::GetAtt': [table, 'Arn'] },
        'cognito-idp': { 'Fn::GetAtt': [pool, 'Arn'] },
        logs: { 'Fn::GetAtt': [expect.stringMatching(`^${construct}Logs`), 'Arn'] },
      }[service ?? ''];
      expect(Effect).toBe('Allow');
      expect(Resource).toEqual(expected);
    }
  });

  it('are nowhere widened by a managed policy', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role').filter(({ id }) =>
      /^(Get|Patch)Me/.test(id),
    );

    expect(roles).toHaveLength(2);
    for (const { Properties } of roles) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

describe('settings of the functions', () => {
  it.each(STAGES.flatMap((stage) => FUNCTIONS.map((construct) => [construct, stage] as const)))(
    '%s reads what stage %s sets',
    (construct, stage) => {
      // The one that is for Node.js itself.
      const { NODE_OPTIONS, ...variables } = variablesOf(construct, templateOf(stage));
      const pool = theOne(templateOf(stage), 'AWS::Cognito::UserPool');
      const policy = pool.Properties.Policies.PasswordPolicy;

      expect(NODE_OPTIONS).toBe('--max-semi-space-size=2');
      expect(Object.keys(variables).sort()).toEqual(Object.values(ENV).sort());
      expect(variables[ENV.userPoolId]).toEqual({ Ref: pool.id });
      expect(variables[ENV.usersTableName]).toEqual({
        Ref: theOne(templateOf(stage), 'AWS::DynamoDB::GlobalTable').id,
      });
      expect(parseConfig({ ...variables, ...CLOUD_VALUES })).toEqual({
        usersTableName: 'users',
        userPoolId: 'eu-west-1_Abc123',
        signInNames: 'aliases',
        corsOrigins: [stage === 'production' ? 'https://app.example.com' : 'http://localhost:5173'],
        adminUsername: 'admin',
        reservedNames: [],
        releasedNameRestSeconds: 2_592_000,
        recentSignInSeconds: 900,
        emailChange: 'immediate',
        allowHttpAvatars: false,
        profileSource: 'until-edited',
        profileAttributes: {},
        patchClientIds: [],
        passwordPolicy: {
          minLength: policy.MinimumLength,
          requireLowercase: policy.RequireLowercase,
          requireUppercase: policy.RequireUppercase,
          requireDigits: policy.RequireNumbers,
          requireSymbols: policy.RequireSymbols,
        },
        notices: '',
      });
    },
  );

  it('follow the deployment', () => {
    const settings = {
      corsOrigins: 'https://a.example,https://b.example',
      adminUsername: 'root',
      reservedNames: 'support,billing',
      releasedNameRestDays: '0',
      recentSignInMinutes: 0,
      emailChange: 'verified',
      allowHttpAvatars: 'true',
      profileSource: 'first-call',
      profileAttributes: 'company=custom:company,job_title=custom:title',
      memoryMegabytes: 1024,
    };
    const custom = synthesised(settings);

    expect(functionOf(custom, 'GetMe').Properties.MemorySize).toBe(1024);
    expect(parseConfig({ ...variablesOf('PatchMe', custom), ...CLOUD_VALUES })).toMatchObject({
      corsOrigins: ['https://a.example', 'https://b.example'],
      adminUsername: 'root',
      reservedNames: ['support', 'billing'],
      releasedNameRestSeconds: 0,
      recentSignInSeconds: 0,
      emailChange: 'verified',
      allowHttpAvatars: true,
      profileSource: 'first-call',
      profileAttributes: { company: 'custom:company', job_title: 'custom:title' },
    });
  });
});

describe('the environment variables', () => {
  /** Origins of 37 characters, as many as the setting takes. */
  const origins = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => `https://app-${String(i).padStart(3, '0')}.customers.example.com`,
    );
  const clients = (count: number) =>
    Array.from({ length: count }, (_, i) => `${i}`.padStart(26, 'c'));
  const FAULT =
    /corsOrigins, patchClients and noticesTexts must be shorter together .* 4096 bytes .*\./;

  it.each([
    ['corsOrigins', { corsOrigins: origins(100) }],
    ['callbackUrls', { callbackUrls: origins(100).map((origin) => `${origin}/callback`) }],
    [
      'noticesTexts',
      {
        corsOrigins: origins(40),
        noticesFrom: 'a@b.example',
        noticesTexts: { body: 'x'.repeat(2000) },
      },
    ],
    ['both', { corsOrigins: origins(40), patchClients: clients(100) }],
  ])('may not be longer together than Lambda takes: %s', (_name, settings) => {
    expect(() => synthesised(settings)).toThrow(FAULT);
  });

  it('count the values that the deployment fills in, and bytes rather than characters', () => {
    const reference = Token.asString({ Ref: 'Table' });
    const lengthOf = (value: string) => Buffer.byteLength(JSON.stringify({ NAME: value }));
    const [longest, euros] = ['x'.repeat(4096 - lengthOf('')), '€'.repeat(1361)];

    expect(lengthOf(longest)).toBe(4096);
    expect(environmentFaults({ NAME: longest })).toEqual([]);
    expect(environmentFaults({ NAME: `${longest}x` })).toHaveLength(1);
    expect(environmentFaults({ NAME: longest.slice(254) + reference })).toHaveLength(1);
    expect(environmentFaults({ NAME: longest.slice(255) + reference })).toEqual([]);
    expect(environmentFaults({ NAME: euros })).toEqual([]);
    expect(environmentFaults({ NAME: `${euros}€` })).toHaveLength(1);
  });

  it.each(['GetMe', 'PatchMe', 'ReleaseSmokeTest'])('are checked for %s', (construct) => {
    let message = '';
    try {
      synthesised({ corsOrigins: origins(100) });
    } catch (error) {
      message = String(error);
    }

    expect(message).toContain(
      `[Stack/Default/${construct.replace('Release', 'Release/')}] corsOrigins`,
    );
  });
});

it('may name the SPA and other app clients as those that change accounts', () => {
  const custom = synthesised({ patchClients: 'spa,3n4b5urk1ft4fl3mg5e62d9ado' });
  const spa = theOne(custom, 'AWS::Cognito::UserPoolClient').id;

  for (const construct of FUNCTIONS) {
    expect(variablesOf(construct, custom)[ENV.patchClientIds]).toEqual({
      'Fn::Join': ['', [{ Ref: spa }, ',3n4b5urk1ft4fl3mg5e62d9ado']],
    });
  }
});

describe('the functions', () => {
  it.each(FUNCTIONS)('%s runs on Node 24 on arm64, with JSON logs and traces', (construct) => {
    expect(functionOf(template, construct).Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 512,
      Timeout: 10,
      LoggingConfig: {
        LogFormat: 'JSON',
        LogGroup: { Ref: expect.stringMatching(`^${construct}Logs`) },
      },
      TracingConfig: { Mode: 'Active' },
    });
  });
});
