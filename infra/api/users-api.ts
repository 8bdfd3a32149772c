/**
 * The HTTP side: a regional REST API that lets in access tokens of the user pool with a fitting
 * scope, and refuses the rest itself. Knows nothing of what the operations do.
 */
import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AwsIntegration,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  AccessLogField as Field,
  LogGroupLogDestination,
  type Method,
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
import { addGatewayProblems, addMethodNotAllowed } from './gateway-problems.ts';

/** The version of the HTTP contract, first part of every path. */
const STAGE_NAME = 'v1';

/** Request headers that pages of the configured origins may send. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'if-match',
  'if-none-match',
  'traceparent',
];

/** Who called what, when, from where, with which outcome; no header, so no token. */
const ACCESS_LOG = {
  time: Field.contextRequestTimeEpoch(),
  requestId: Field.contextRequestId(),
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

/** What the API needs to know. */
export interface UsersApiProps {
  readonly config: StageConfig;
  /** The pool whose access tokens are let in, of every client it has or will have. */
  readonly pool: IUserPool;
}

/** `/users/me`, without any operation until one is added. */
export class UsersApi extends Construct {
  /** Address of the API without a slash at the end: the operations are at `/users/me` below it. */
  readonly url: string;
  /** What the DNS record of `apiDomain` has to lead to; null where there is nothing left to do. */
  readonly dnsTarget: string | null;
  /** The API itself, as far as monitoring looks at it. */
  readonly gateway: RestApi;
  /** A line per call, of those too that the gateway refuses by itself. */
  readonly accessLogs: LogGroup;
  readonly #me: Resource;
  readonly #authorizer: CognitoUserPoolsAuthorizer;

  constructor(scope: Construct, id: string, { config, pool }: UsersApiProps) {
    super(scope, id);
    this.accessLogs = createLogGroup(this, 'AccessLogs', config);
    const api = this.#makeApi(config);
    this.gateway = api;
    addGatewayProblems(api);
    this.#authorizer = new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
      cognitoUserPools: [pool],
    });
    this.#me = api.root.addResource('users').addResource('me');
    if (config.corsOrigins.length > 0) allowOrigins(this.#me, config.corsOrigins);
    acknowledgeOpenMethod(addMethodNotAllowed(this.#me));
    const ownHost = `${api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    this.url = `https://${config.apiDomain ?? ownHost}/${STAGE_NAME}`;
    this.dnsTarget = this.#addDomain(api, config);
    if (config.webAclRateLimit !== null) {
      new ApiWebAcl(this, 'WebAcl', {
        stage: api.deploymentStage,
        rateLimit: config.webAclRateLimit,
      });
    }
  }

  /** Serves a method of `/users/me` with a function, for callers with a token only. */
  addOperation(method: 'GET' | 'PATCH', fn: LambdaFunction | Alias): void {
    // CDK's own integration does not take its aliases under exactOptionalPropertyTypes.
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

  #makeApi(config: StageConfig): RestApi {
    const removalPolicy = config.retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const api = new RestApi(this, 'Api', {
      restApiName: `current-user-${config.stage}`,
      description: 'GET and PATCH /users/me',
      endpointTypes: [EndpointType.REGIONAL],
      // One role per account and region, which all its APIs write logs with. Taking over from an
      // older one changes nothing for them (same rights); it stays when the stack goes.
      cloudWatchRole: config.accessLogRole === 'create',
      ...(config.accessLogRole === 'create' && { cloudWatchRoleRemovalPolicy: removalPolicy }),
      deployOptions: {
        stageName: STAGE_NAME,
        throttlingRateLimit: config.throttleRate,
        throttlingBurstLimit: config.throttleBurst,
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(this.accessLogs),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    // CDK's own output of the address, which ends in a slash; the stack has a better one.
    api.node.tryRemoveChild('Endpoint');
    acknowledgeFindings(api);
    return api;
  }
}

function allowOrigins(resource: Resource, origins: readonly string[]): void {
  resource.addCorsPreflight({
    allowOrigins: [...origins],
    allowMethods: ['GET', 'PATCH'],
    allowHeaders: ALLOWED_HEADERS,
    maxAge: Duration.hours(1),
  });
}

function acknowledgeOpenMethod(method: Method): void {
  const reason = 'It says that there is no such operation, without a token and without any code.';
  Validations.of(method).acknowledge(
    { id: 'AwsSolutions-APIG4', reason },
    { id: 'AwsSolutions-COG4', reason },
  );
}

function acknowledgeFindings(api: RestApi): void {
  Validations.of(api).acknowledge(
    {
      id: 'AwsSolutions-APIG2',
      reason: 'The functions check requests and name every fault; the gateway could only say "no".',
    },
    {
      id: 'AwsSolutions-APIG3',
      reason: 'A web ACL is charged per month: the setting webAclRateLimit makes one.',
    },
    {
      id: 'AwsSolutions-APIG6',
      reason: 'The access log has every call; execution logs could hold headers and bodies.',
    },
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'The role of the whole account, for all its APIs: the policy AWS keeps for it.',
    },
  );
}
