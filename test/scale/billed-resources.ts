/** What AWS bills of a template: counts, and how each type of resource is billed. */
import type { Template } from 'aws-cdk-lib/assertions';
import { METRIC_NAMES } from '../../lib/metrics.ts';
import { type Resource, resourcesOf, textOf, theOne } from '../stack/synthesised.ts';

/** By type of resource, what AWS bills; a type that is in no list has not been thought of. */
export const BILLED: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::RestApi': 'requests; the response as data that leaves AWS',
  'AWS::CloudWatch::Alarm': 'each metric of the alarm',
  'AWS::CloudWatch::CompositeAlarm': 'each alarm, more than a metric',
  'AWS::CloudWatch::Dashboard':
    'each dashboard beyond three in the AWS account; queries of its log widgets',
  'AWS::Cognito::UserPool': 'active users of the plan Essentials; tokens of service accounts',
  'AWS::DynamoDB::GlobalTable':
    'reads, writes, storage, point-in-time recovery; replicas: writes and storage again',
  'AWS::Lambda::Function': 'requests and duration; traces of X-Ray',
  'AWS::Logs::LogGroup': 'lines that come in, storage, queries',
  'AWS::Logs::MetricFilter': 'a custom metric, in hours with a value',
  'AWS::Pipes::Pipe': 'events, those on the bus too, and reads of the stream',
  'AWS::SNS::Topic': 'messages: the first 1,000 mails of a month are free',
  'AWS::SQS::Queue': 'requests: none as long as events are delivered',
  'AWS::WAFv2::WebACL': 'the web ACL, each rule, and requests',
};

/** Types that AWS does not bill. */
export const FREE: readonly string[] = [
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::BasePathMapping',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::DomainName',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::Stage',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::Cognito::ManagedLoginBranding',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolClientSessionConfigurationAttachment',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolIdentityProvider',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::Cognito::UserPoolSessionConfigurationAttachment',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::QueryDefinition',
  'AWS::Route53::RecordSet',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::WebACLAssociation',
];

/** The functions that write metrics; the hook writes none. */
const MEASURED_FUNCTIONS = 2;
/** Latency, ClientErrors, ServerErrors and StoreLatency: of every request (lib/http/request-metrics.ts). */
const METRICS_OF_EVERY_REQUEST = 4;

/** Number of resources by type. */
export function typesOf(template: Template): Map<string, number> {
  const { Resources } = template.toJSON() as { Resources: Record<string, Resource> };
  const types = Object.values(Resources).map(({ Type }) => Type);
  return new Map(
    [...Map.groupBy(types, (type) => type)].map(([type, { length }]) => [type, length]),
  );
}

/** What is billed by its number. */
export function billedCounts(template: Template) {
  const of = (type: string) => resourcesOf(template, type).map(({ Properties }) => Properties);
  const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
  const replicas = of('AWS::DynamoDB::GlobalTable').flatMap(({ Replicas }) => Replicas);
  const acls = of('AWS::WAFv2::WebACL');
  const filtered = of('AWS::Logs::MetricFilter').length;
  return {
    alarmMetrics: sum(of('AWS::CloudWatch::Alarm').map(metricsOfAlarm)),
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    ...dashboardOf(template),
    constantMetrics: METRICS_OF_EVERY_REQUEST * MEASURED_FUNCTIONS,
    customMetrics: METRIC_NAMES.length * MEASURED_FUNCTIONS + filtered,
    webAcls: acls.length,
    webAclRules: sum(acls.map(({ Rules }) => Rules.length)),
    /** One in each region. */
    encryptionKeys: replicas.filter((one) => one.SSESpecification?.KMSMasterKeyId).length,
    pipes: of('AWS::Pipes::Pipe').length,
    regions: replicas.length,
    recoverableTables: replicas.filter(
      (one) => one.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled,
    ).length,
  };
}

export type BilledCounts = ReturnType<typeof billedCounts>;

// biome-ignore lint/suspicious/noExplicitAny: properties of a template have no types
function metricsOfAlarm({ Metrics }: any): number {
  return Metrics?.filter((one: object) => 'MetricStat' in one).length ?? 1;
}

function dashboardOf(template: Template) {
  const { DashboardBody } = theOne(template, 'AWS::CloudWatch::Dashboard').Properties;
  const { start, widgets } = JSON.parse(textOf(DashboardBody));
  return {
    logQueries: widgets.filter(({ type }: { type: string }) => type === 'log').length as number,
    /** What a widget shows, and its query reads, unless somebody asks for more. */
    hoursShown: Number(/^-PT(\d+)H$/.exec(start)?.[1]),
  };
}
