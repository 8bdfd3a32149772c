/**
 * The HTTP API: a regional REST API that accepts access tokens of the user pool with a scope of
 * this API, and rejects other requests itself. Knows nothing of what the operations do.
 */
import { Aws, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AwsIntegration,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  AccessLogField as Field,
  LogGroupLogDestination,
  type Resource,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { API_SCOPES } from '../../lib/contract.ts';
import { createLogGroup } from '../data/log-group.ts';
import type { StageConfig } from '../settings/stage-config.ts';
import { ApiDomain } from './api-domain.ts';
import { ApiWebAcl } from './api-web-acl.ts';
import { addGatewayProblems } from './gateway-problems.ts';
import { addPreflight } from './preflight.ts';
import { addMethodNotAllowed, addNotFound } from './unserved-requests.ts';

/** Version of the HTTP contract and first segment of every path. */
const STAGE_NAME = 'v1';

/** Methods that have an operation. */
type OperationMethod = 'GET' | 'HEAD' | 'PATCH';
const METHODS: readonly OperationMethod[] = ['GET', 'HEAD', 'PATCH'];

/** Who called what, when, from where, with which outcome. Holds no header, so no token. */
const ACCESS_LOG = {
  time: Field.contextRequestTimeEpoch(),
  requestId: Field.contextRequestId(),
  // Callers may choose the id above, not this one.
  extendedRequestId: Field.contextExtendedRequestId(),
  traceId: Field.contextXrayTraceId(),
  method: Field.contextHttpMethod(),
  path: Field.contextResourcePath(),
  status: Field.contextStatus(),
  refusal: Field.contextErrorResponseType(),
  subject: Field.contextAuthorizerClaims('sub'),
  clientId: Field.contextAuthorizerClaims('client_id'),
  sourceIp: Field.contextIdentitySourceIp(),
  latencyMilliseconds: Field.contextResponseLatency(),
  functionMilliseconds: Field.contextIntegrationLatency(),
  responseBytes: Field.contextResponseLength(),
};

/** Properties of `UsersApi`. */
export interface UsersApiProps {
  readonly config: StageConfig;
  /** Unique in account and region: CloudWatch counts the calls of all APIs of one name together. */
  readonly name: string;
  /** The pool whose access tokens are accepted, from every client it has or will have. */
  readonly pool: IUserPool;
}

/** `/users/me`, without operations until `addOperation` is called. */
export class UsersApi extends Construct {
  /** Base URL without a trailing slash: the operations are at `/users/me` below it. */
  readonly url: string;
  /** Target for the DNS record of `apiDomain`; null where the operator has none to create. */
  readonly dnsTarget: string | null;
  /** The REST API, for monitoring. */
  readonly gateway: RestApi;
  /** One line per request, including those that the gateway rejects itself. */
  readonly accessLogs: LogGroup;
  readonly #me: Resource;
  readonly #authorizer: CognitoUserPoolsAuthorizer;

  constructor(scope: Construct, id: string, { config, name, pool }: UsersApiProps) {
    super(scope, id);
    this.accessLogs = createLogGroup(this, 'AccessLogs', config, 'requests');
    const api = this.#createApi(config, name);
    this.gateway = api;
    const hasPreflight = config.corsOrigins.length > 0;
    const allow = [...METHODS, ...(hasPreflight ? ['OPTIONS'] : [])].join(', ');
    addGatewayProblems(api, allow);
    this.#authorizer = new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
      // CDK would name it after its path in the app, and so anew in another app.
      authorizerName: 'user-pool',
      cognitoUserPools: [pool],
    });
    const users = api.root.addResource('users');
    this.#me = users.addResource('me');
    if (hasPreflight) addPreflight(this.#me, METHODS, config);
    addMethodNotAllowed(this.#me, allow);
    const below = [api.root, users, this.#me].map((parent) => parent.addResource('{proxy+}'));
    for (const path of [api.root, users, ...below]) addNotFound(path);
    const ownHost = `${api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    this.url = `https://${config.apiDomain ?? ownHost}/${STAGE_NAME}`;
    this.dnsTarget = this.#addDomain(api, config);
    if (config.webAclRateLimit !== null) {
      new ApiWebAcl(this, 'WebAcl', {
        stage: api.deploymentStage,
        rateLimit: config.webAclRateLimit,
        metricName: name,
      });
    }
  }

  /** Serves a method of `/users/me` with a function, for callers with an access token. */
  addOperation(method: OperationMethod, fn: LambdaFunction | Alias): void {
    // CDK's LambdaIntegration does not accept an Alias under exactOptionalPropertyTypes.
    const path = `2015-03-31/functions/${fn.functionArn}/invocations`;
    const integration = new AwsIntegration({ service: 'lambda', path, proxy: true });
    const operation = this.#me.addMethod(method, integration, {
      authorizer: this.#authorizer,
      authorizationScopes: [...API_SCOPES],
    });
    fn.addPermission(method, {
      scope: operation,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: operation.methodArn,
    });
  }

  #addDomain(api: RestApi, config: StageConfig): string | null {
    const { apiDomain, apiCertificateArn, apiHostedZoneId } = config;
    if (apiDomain === null || apiCertificateArn === null) return null;
    const domain = new ApiDomain(this, 'Domain', {
      api,
      hostName: apiDomain,
      certificateArn: apiCertificateArn,
      basePath: STAGE_NAME,
      hostedZoneId: apiHostedZoneId,
    });
    return apiHostedZoneId === null ? domain.target : null;
  }

  #createApi(config: StageConfig, restApiName: string): RestApi {
    const api = new RestApi(this, 'Api', {
      restApiName,
      description: 'GET and PATCH /users/me',
      endpointTypes: [EndpointType.REGIONAL],
      // One role per account and region, with which all its APIs write logs: it takes the place of any
      // other, and is retained (CDK's default), because others need it when this stack is gone.
      cloudWatchRole: config.accessLogRole === 'create',
      deployOptions: {
        stageName: STAGE_NAME,
        throttlingRateLimit: config.throttleRate,
        throttlingBurstLimit: config.throttleBurst,
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(this.accessLogs),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    // CDK's own output of the URL, which ends in a slash; the stack has `ApiUrl` instead.
    api.node.tryRemoveChild('Endpoint');
    acknowledgeFindings(api);
    return api;
  }
}

function acknowledgeFindings(api: RestApi): void {
  Validations.of(api).acknowledge(
    {
      id: 'AwsSolutions-APIG2',
      reason:
        'The functions validate requests and report every field error; the gateway could not.',
    },
    {
      id: 'AwsSolutions-APIG3',
      reason: 'A web ACL costs a monthly fee: the setting webAclRateLimit adds one.',
    },
    {
      id: 'AwsSolutions-APIG6',
      reason: 'The access log has every request; execution logs could hold headers and bodies.',
    },
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'AWS managed policy for the account-wide role of API Gateway.',
    },
  );
}
