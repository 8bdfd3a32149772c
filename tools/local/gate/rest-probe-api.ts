/** A small REST API for probes: `/echo`, behind a user pool, and `/mock`, which names its request. */
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { ACCOUNT_NUMBER, clientSettings, REGION } from '../../support/cloud-access.ts';

/** Returns its event and a challenge; with a query something that is no response at all. */
const FUNCTION = `exports.handler = async (event) => {
  if (event.queryStringParameters) return 'no response';
  const headers = { 'WWW-Authenticate': 'Bearer' };
  return { statusCode: 401, headers, body: JSON.stringify(event) };
};`;

const URI_START = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/`;

const ref = (name: string) => ({ Ref: name });
const attribute = (name: string, key: string) => ({ 'Fn::GetAtt': [name, key] });

const resource = (id: string) => ({
  Type: 'AWS::ApiGateway::Resource',
  Properties: {
    RestApiId: ref('Api'),
    ParentId: attribute('Api', 'RootResourceId'),
    PathPart: id.toLowerCase(),
  },
});
const method = (resourceId: string, properties: object) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId: ref('Api'),
    ResourceId: ref(resourceId),
    HttpMethod: 'GET',
    ...properties,
  },
});

const TEMPLATE = {
  Resources: {
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${ACCOUNT_NUMBER}:role/probe`,
        Code: { ZipFile: FUNCTION },
      },
    },
    Pool: { Type: 'AWS::Cognito::UserPool' },
    Client: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: ref('Pool'),
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'probe' } },
    Authorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        Name: 'pool',
        RestApiId: ref('Api'),
        Type: 'COGNITO_USER_POOLS',
        ProviderARNs: [attribute('Pool', 'Arn')],
        IdentitySource: 'method.request.header.Authorization',
      },
    },
    Echo: resource('Echo'),
    EchoMethod: method('Echo', {
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: ref('Authorizer'),
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: { 'Fn::Join': ['', [URI_START, attribute('Fn', 'Arn'), '/invocations']] },
      },
    }),
    Mock: resource('Mock'),
    MockMethod: method('Mock', {
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{"statusCode":200}' },
        IntegrationResponses: [
          {
            StatusCode: '200',
            ResponseTemplates: { 'application/json': '{"id":"$context.requestId"}' },
          },
        ],
      },
      MethodResponses: [{ StatusCode: '200' }],
    }),
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: ['EchoMethod', 'MockMethod'],
      Properties: { RestApiId: ref('Api'), StageName: 'v1' },
    },
  },
  Outputs: {
    ApiId: { Value: ref('Api') },
    PoolId: { Value: ref('Pool') },
    ClientId: { Value: ref('Client') },
  },
};

/** A deployed probe API. */
export interface ProbeApi {
  url: string;
  /** ID token of a person in its pool. */
  token: string;
}

/** Deploys it to the emulator, and signs a person in. */
export async function deployProbeApi(endpoint: string): Promise<ProbeApi> {
  const client = new CloudFormationClient(clientSettings(endpoint));
  const StackName = 'probe';
  const TemplateBody = JSON.stringify(TEMPLATE);
  await client.send(new CreateStackCommand({ StackName, TemplateBody }));
  const waiter = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  const { reason } = await waitUntilStackCreateComplete(waiter, { StackName });
  const outputs: { OutputKey?: string; OutputValue?: string }[] = reason.Stacks[0].Outputs;
  const output = (key: string) => {
    const value = outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value === undefined) throw new Error(`The probe stack has no output ${key}`);
    return value;
  };
  const token = await signIn(endpoint, output('PoolId'), output('ClientId'));
  return { url: `${endpoint}/_aws/execute-api/${output('ApiId')}/v1`, token };
}

async function signIn(endpoint: string, UserPoolId: string, ClientId: string): Promise<string> {
  const client = new CognitoIdentityProviderClient(clientSettings(endpoint));
  const person = { UserPoolId, Username: 'probe' };
  const Password = 'Probe-password-1';
  await client.send(new AdminCreateUserCommand(person));
  await client.send(new AdminSetUserPasswordCommand({ ...person, Password, Permanent: true }));
  const { AuthenticationResult: result } = await client.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'probe', PASSWORD: Password },
    }),
  );
  if (result?.IdToken === undefined) throw new Error('The person of the probe was not signed in');
  return result.IdToken;
}
