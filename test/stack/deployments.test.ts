/** Many deployments in one account and region: none takes another's name or counts another's calls. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { AccountsStack } from '../../examples/own-app/accounts-stack.ts';
import { CurrentUserApi } from '../../infra/current-user-api.ts';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { UsersStack } from '../../infra/users-stack.ts';
import { FLAGS, NO_BUNDLING, type Resource } from './synthesised.ts';

/** Everything that a deployment may have and that is not named by a setting. */
const config = parseStageConfig({
  stage: 'production',
  callbackUrls: 'https://app.example.com/callback',
  eventBus: 'default',
  noticesFrom: 'no-reply@example.com',
  webAclRateLimit: '2000',
});

interface Deployment {
  name: string;
  resources: Resource[];
  /** Keys of the stack's outputs, with the names of their exports. */
  outputs: Record<string, { Export?: unknown }>;
}

/** Templates of stacks in one app, by name. */
function templatesOf(build: (app: App) => Stack[]): Record<string, Template> {
  const outdir = mkdtempSync(join(tmpdir(), 'deployments-'));
  try {
    const stacks = build(new App({ outdir, context: { ...FLAGS, ...NO_BUNDLING } }));
    return Object.fromEntries(stacks.map((stack) => [stack.stackName, Template.fromStack(stack)]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Of apps that know nothing of one another: two developers, and two teams that embed the service. */
const TEMPLATES = {
  ...templatesOf((app) => [new UsersStack(app, 'Stack', { config, stackName: 'users-of-ada' })]),
  ...templatesOf((app) => [new UsersStack(app, 'Stack', { config, stackName: 'users-of-grace' })]),
  ...templatesOf((app) => [new AccountsStack(app, 'our-accounts', { config })]),
  ...templatesOf((app) => {
    const two = new Stack(app, 'Stack', { stackName: 'two-in-one' });
    new CurrentUserApi(two, 'Ours', { config });
    new CurrentUserApi(two, 'Ours2', { config });
    return [two];
  }),
};

const all = (stack: string): Resource[] =>
  Object.entries(TEMPLATES[stack]?.toJSON()['Resources'] ?? {}).map(
    ([id, resource]) => ({ id, ...(resource as object) }) as Resource,
  );
/** The deployments, each with what is its own. */
const DEPLOYMENTS: Deployment[] = [
  ['users-of-ada', ''],
  ['users-of-grace', ''],
  ['our-accounts', 'CurrentUser'],
  ['two-in-one', 'Ours'],
  ['two-in-one', 'Ours2'],
].map(([stack = '', prefix = '']) => ({
  name: prefix ? `${stack}/${prefix}` : stack,
  resources: all(stack).filter(({ id }) =>
    prefix === 'Ours' ? /^Ours(?!2)/.test(id) : id.startsWith(prefix),
  ),
  outputs: TEMPLATES[stack]?.toJSON()['Outputs'] ?? {},
}));

/**
 * A value as deploying makes it: references to the stack's own resources are unique, but for those to
 * what is named within another resource, which are that name.
 */
function deployed(value: unknown, stack: string): string {
  const types = new Map(all(stack).map(({ id, Type }) => [id, Type]));
  return JSON.stringify(value).replaceAll(
    /\{"(?:Ref|Fn::GetAtt)":\[?"(?!AWS::)(\w+)"[^}]*\}/g,
    (_, id) => {
      const type = types.get(id) ?? '';
      return WITHIN_ANOTHER.includes(type) ? `"<one ${type}>"` : `"<${stack}:${id}>"`;
    },
  );
}

/** What two deployments have in common of what each gives; empty where they are apart. */
function shared(of: (deployment: Deployment) => string[]): string[] {
  const given = DEPLOYMENTS.map((deployment) => new Set(of(deployment)));
  for (const [at, some] of given.entries()) {
    expect(some.size, `nothing was found in ${DEPLOYMENTS[at]?.name}`).toBeGreaterThan(0);
  }
  return given.flatMap((some, at) =>
    given.slice(at + 1).flatMap((others) => [...some].filter((one) => others.has(one))),
  );
}

const ofTypes = ({ resources }: Deployment, ...types: string[]) =>
  resources.filter(({ Type }) => types.includes(Type));

/** Named within another resource, which is a deployment's own. */
const WITHIN_ANOTHER = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Stage',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::IAM::Policy',
  'AWS::Lambda::Alias',
];
/** Names of what AWS has, and of metrics, which are compared with their dimensions. */
const OF_AWS = ['DeploymentConfigName', 'MetricName'];

/** Names that the template gives: what deploying adds is unique already. */
function namesOf({ name, resources }: Deployment): string[] {
  const [stack = ''] = name.split('/');
  return resources
    .filter(({ Type }) => !WITHIN_ANOTHER.includes(Type))
    .flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties)
        .filter(([key]) => /^(?:\w*Name|Domain)$/.test(key) && !OF_AWS.includes(key))
        // A reference alone is the name of another resource.
        .filter(([, value]) => !/^\{"(?:Ref|Fn::GetAtt)":/.test(JSON.stringify(value)))
        .map(([key, value]) => `${Type} ${key} ${deployed(value, stack)}`),
    );
}

/** A template without the hashes of the code, which nobody has bundled. */
function withoutHashes(template: Template | undefined): Record<string, unknown> {
  const text = JSON.stringify(template?.toJSON())
    .replaceAll(/[0-9a-f]{64}(?=\.zip)/g, 'hash')
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1');
  return JSON.parse(text);
}

interface MetricOf {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: unknown;
  Metrics?: { MetricStat?: { Metric: MetricOf } }[];
}

/** Namespace, name and dimensions of every metric that alarms look at. */
function alarmMetricsOf(deployment: Deployment): string[] {
  const [stack = ''] = deployment.name.split('/');
  return ofTypes(deployment, 'AWS::CloudWatch::Alarm').flatMap(({ Properties }) => {
    const { Metrics = [], ...own } = Properties as MetricOf;
    const several = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    return [own, ...several]
      .filter(({ MetricName }) => MetricName !== undefined)
      .map(({ Namespace, MetricName, Dimensions = [] }) =>
        deployed([Namespace, MetricName, Dimensions], stack),
      );
  });
}

describe('deployments in one account and region', () => {
  it('give no name that another gives', () => {
    expect(shared(namesOf)).toEqual([]);
  });

  it('have alarms of which no two share namespace, metric and dimensions', () => {
    expect(shared(alarmMetricsOf)).toEqual([]);
  });

  it('count lines of their access logs in metrics of their own', () => {
    const counted = (deployment: Deployment) =>
      ofTypes(deployment, 'AWS::Logs::MetricFilter').flatMap(({ Properties }) =>
        Properties.MetricTransformations.map(
          ({ MetricNamespace, MetricName }: Record<string, string>) =>
            `${MetricNamespace} ${MetricName}`,
        ),
      );

    expect(shared(counted)).toEqual([]);
  });

  it('have web ACLs whose metrics are their own', () => {
    const metrics = (deployment: Deployment) =>
      ofTypes(deployment, 'AWS::WAFv2::WebACL').map(
        ({ Properties }) => Properties.VisibilityConfig.MetricName,
      );

    expect(shared(metrics)).toEqual([]);
  });

  it('send events by which consumers tell them apart', () => {
    const sources = (deployment: Deployment) =>
      ofTypes(deployment, 'AWS::Pipes::Pipe').map(
        ({ Properties }) => Properties.TargetParameters.EventBridgeEventBusParameters.Source,
      );

    expect(shared(sources)).toEqual([]);
    expect(DEPLOYMENTS.flatMap(sources)).toEqual(DEPLOYMENTS.map(({ name }) => name));
  });

  it('export nothing, because an export has one name for all stacks of the region', () => {
    for (const { outputs } of DEPLOYMENTS) {
      expect(Object.values(outputs).filter(({ Export }) => Export !== undefined)).toEqual([]);
    }
  });

  it('leave the settings of the whole account alone', () => {
    for (const deployment of DEPLOYMENTS) {
      expect(ofTypes(deployment, 'AWS::ApiGateway::Account')).toEqual([]);
    }
  });
});

describe('a stack that embeds the service', () => {
  const keys = (stack: string) => Object.keys(TEMPLATES[stack]?.toJSON()['Outputs'] ?? {}).sort();
  const own = keys('users-of-ada');

  it('has every output of a stack of the service alone, after the path of the construct', () => {
    expect(own).toContain('ApiUrl');
    expect(keys('our-accounts')).toEqual(own.map((name) => `CurrentUser${name}`));
    expect(keys('two-in-one')).toEqual(
      own.flatMap((name) => [`Ours${name}`, `Ours2${name}`]).sort(),
    );
  });

  it('says the name of each deployment, by which tools choose it', () => {
    const named = TEMPLATES['two-in-one']?.findOutputs('Ours2DeploymentName');

    expect(named?.['Ours2DeploymentName']?.['Value']).toBe('two-in-one/Ours2');
  });

  it('is the stack of the service where it is called so, and the construct Default', () => {
    const settings = { config };
    const { 'current-user-production': theirs } = templatesOf((app) => {
      const stack = new Stack(app, 'current-user-production');
      new CurrentUserApi(stack, 'Default', settings);
      return [stack];
    });
    const { 'current-user-production': ours } = templatesOf((app) => [
      new UsersStack(app, 'current-user-production', settings),
    ]);
    const { Metadata: _, ...template } = withoutHashes(ours);

    expect(withoutHashes(theirs)).toEqual(template);
  });
});
