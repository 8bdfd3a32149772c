import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesised, templateOf, theOne } from './synthesised.ts';

const template = templateOf('dev');
const resources = new Map(
  resourcesOf(template, 'AWS::ApiGateway::Resource').map(({ id, Properties }) => [id, Properties]),
);
/** The path of a resource by its reference; the API itself is the root. */
function pathOf(reference: { Ref?: string }): string {
  const resource = resources.get(reference.Ref ?? '');
  return resource ? `${pathOf(resource.ParentId)}/${resource.PathPart}` : '';
}
/** The methods of a path of the API. */
const methodsAt = (path: string, of = template) =>
  resourcesOf(of, 'AWS::ApiGateway::Method')
    .map(({ Properties }) => Properties)
    .filter(({ ResourceId }) => pathOf(ResourceId) === path);
const method = (name: string, of = template) =>
  methodsAt('/users/me', of).find(({ HttpMethod }) => HttpMethod === name);

const UNKNOWN_PATHS = ['', '/users', '/{proxy+}', '/users/{proxy+}', '/users/me/{proxy+}'];

describe('the API', () => {
  it('has GET, HEAD and PATCH, a preflight, a refusal of all else, and nothing else', () => {
    const all = resourcesOf(template, 'AWS::ApiGateway::Method').map(
      ({ Properties }) => `${Properties.HttpMethod} ${pathOf(Properties.ResourceId)}`,
    );

    expect(all.sort()).toEqual(
      [
        ...['GET', 'HEAD', 'PATCH', 'OPTIONS', 'ANY'].map((name) => `${name} /users/me`),
        ...UNKNOWN_PATHS.map((path) => `ANY ${path}`),
      ].sort(),
    );
    expect(theOne(template, 'AWS::ApiGateway::RestApi').Properties.EndpointConfiguration).toEqual({
      Types: ['REGIONAL'],
    });
  });

  it.each([
    ['GET', 'GetMe'],
    ['HEAD', 'GetMe'],
    ['PATCH', 'PatchMe'],
  ] as const)('%s takes tokens of the pool with a fitting scope and calls %s', (name, fn) => {
    const authorizer = theOne(template, 'AWS::ApiGateway::Authorizer');
    const pool = theOne(template, 'AWS::Cognito::UserPool');

    expect(method(name)).toMatchObject({
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: { Ref: authorizer.id },
      AuthorizationScopes: ['users/me.read', 'users/me.write', 'aws.cognito.signin.user.admin'],
      Integration: { Type: 'AWS_PROXY' },
    });
    expect(JSON.stringify(method(name).Integration.Uri)).toContain(`"${fn}Function`);
    expect(authorizer.Properties).toMatchObject({
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: [{ 'Fn::GetAtt': [pool.id, 'Arn'] }],
      IdentitySource: 'method.request.header.Authorization',
    });
  });

  it('responds to other methods with 405 and the allowed ones, without a function', () => {
    const [answer] = method('ANY').Integration.IntegrationResponses;

    expect(method('ANY').Integration.Type).toBe('MOCK');
    expect(answer.StatusCode).toBe('405');
    expect(answer.ResponseParameters['method.response.header.Allow']).toBe(
      "'GET, HEAD, PATCH, OPTIONS'",
    );
    expect(JSON.parse(answer.ResponseTemplates['application/json'])).toMatchObject({
      status: 405,
      code: 'method_not_allowed',
      errors: [],
      request_id: '$context.requestId',
    });
    const requestId = answer.ResponseParameters['method.response.header.X-Request-Id'];
    expect(requestId).toBe('context.requestId');
  });

  it('responds to other methods with the same 405 where no template fits the media type', () => {
    const refusal = resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').find(
      ({ Properties }) => Properties.ResponseType === 'UNSUPPORTED_MEDIA_TYPE',
    )?.Properties;
    const [answer] = method('ANY').Integration.IntegrationResponses;

    expect(method('ANY').Integration.PassthroughBehavior).toBe('NEVER');
    expect(refusal).toMatchObject({
      StatusCode: answer.StatusCode,
      ResponseTemplates: answer.ResponseTemplates,
    });
    const headers = Object.entries(answer.ResponseParameters).map(([name, value]) => [
      name.replace('method.response', 'gatewayresponse'),
      value,
    ]);
    expect(refusal.ResponseParameters).toEqual(Object.fromEntries(headers));
  });

  it('does not allow OPTIONS where no origin may call', () => {
    const none = synthesised({ corsOrigins: '' });
    const [answer] = method('ANY', none).Integration.IntegrationResponses;
    const refusals = JSON.stringify(resourcesOf(none, 'AWS::ApiGateway::GatewayResponse'));

    expect(answer.ResponseParameters['method.response.header.Allow']).toBe("'GET, HEAD, PATCH'");
    expect(refusals).toContain(`"gatewayresponse.header.Allow":"'GET, HEAD, PATCH'"`);
  });

  it.each(UNKNOWN_PATHS)('refuses everything at "%s" with a key that nobody has', (path) => {
    const [refusal] = methodsAt(path);

    expect(refusal).toMatchObject({
      HttpMethod: 'ANY',
      AuthorizationType: 'NONE',
      ApiKeyRequired: true,
      Integration: { Type: 'MOCK' },
    });
    for (const type of ['AWS::ApiGateway::ApiKey', 'AWS::ApiGateway::UsagePlan']) {
      expect(resourcesOf(template, type)).toEqual([]);
    }
  });

  it('may be called by this API alone, each function by its methods', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission');
    const called = permissions.map(({ Properties }) => {
      const method = /\/(GET|HEAD|PATCH)\/users\/me/.exec(
        JSON.stringify(Properties.SourceArn),
      )?.[1];
      return `${method} ${/GetMe|PatchMe/.exec(JSON.stringify(Properties.FunctionName))?.[0]}`;
    });

    expect(called.sort()).toEqual(['GET GetMe', 'HEAD GetMe', 'PATCH PatchMe']);
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toContain('ApiCD79AAA0');
    }
  });

  it('writes an access log of JSON without anything a caller sent in a header', () => {
    const { AccessLogSetting } = theOne(template, 'AWS::ApiGateway::Stage').Properties;
    const format = JSON.parse(AccessLogSetting.Format);

    expect(format).toMatchObject({
      requestId: '$context.requestId',
      extendedRequestId: '$context.extendedRequestId',
      status: '$context.status',
      subject: '$context.authorizer.claims.sub',
    });
    expect(AccessLogSetting.Format).not.toMatch(/authorization|header|token|input|email/i);
    expect(JSON.stringify(AccessLogSetting.DestinationArn)).toContain('AccessLogs');
  });

  it('throttles by the settings, and logs no request data', () => {
    const settings = { throttleRate: 7, throttleBurst: 9 };
    const stage = theOne(synthesised(settings), 'AWS::ApiGateway::Stage').Properties;

    expect(stage.MethodSettings).toEqual([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        DataTraceEnabled: false,
        ThrottlingRateLimit: 7,
        ThrottlingBurstLimit: 9,
      },
    ]);
  });

  it('leaves the log role of the account alone, unless it is told to make one', () => {
    const made = synthesised({ accessLogRole: 'create' });
    const byRole = (of: typeof template) =>
      ['AWS::ApiGateway::Account', 'AWS::IAM::Role'].flatMap((type) =>
        resourcesOf(of, type).filter(({ id }) => /^Api(?:CloudWatchRole|Account)/.test(id)),
      );

    expect(byRole(template)).toEqual([]);
    expect(theOne(template, 'AWS::ApiGateway::Stage').Properties).toHaveProperty(
      'AccessLogSetting',
    );
    // Kept when the stack goes: by then other APIs write with it.
    expect(byRole(made).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain']);
  });
});

describe('the preflight', () => {
  const origins = ['https://a.example', 'https://b.example', 'https://c.example'];
  const corsHeaders = 'sentry-trace,Source-Context,Baggage';
  const answer = method('OPTIONS', synthesised({ corsOrigins: origins, corsHeaders })).Integration
    .IntegrationResponses[0];

  it('lets in the configured origins alone', () => {
    const first = answer.ResponseParameters['method.response.header.Access-Control-Allow-Origin'];
    // CDK answers with the first origin, or by template with the one of the others that asked.
    const others = answer.ResponseTemplates['application/json'].matchAll(/== "(.+?)"/g);

    expect([first, ...Array.from(others, ([, origin]) => `'${origin}'`)]).toEqual(
      origins.map((origin) => `'${origin}'`),
    );
    expect(answer.ResponseParameters['method.response.header.Vary']).toBe("'Origin'");
  });

  it('allows the methods and headers of the operations', () => {
    const list = (name: string) =>
      answer.ResponseParameters[`method.response.header.Access-Control-Allow-${name}`]
        .replaceAll("'", '')
        .split(',');

    expect(list('Methods')).toEqual(['GET', 'HEAD', 'PATCH']);
    const conditions = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
    const known = ['authorization', 'content-type', ...conditions];
    const traced = ['traceparent', 'tracestate', 'baggage'];
    expect(list('Headers')).toEqual(
      expect.arrayContaining([...known, ...traced, 'sentry-trace', 'source-context']),
    );
    // A header that is named twice is listed once, in any letter case.
    expect(new Set(list('Headers')).size).toBe(list('Headers').length);
  });

  it('needs no token', () => {
    expect(method('OPTIONS').AuthorizationType).toBe('NONE');
  });

  it('refuses a body of any media type but JSON, which would become a 500', () => {
    expect(method('OPTIONS').Integration.PassthroughBehavior).toBe('NEVER');
  });

  it('is missing when no origin may call', () => {
    expect(method('OPTIONS', synthesised({ corsOrigins: '' }))).toBeUndefined();
  });
});
