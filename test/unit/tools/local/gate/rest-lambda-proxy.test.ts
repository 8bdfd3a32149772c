import { describe, expect, it } from 'vitest';
import type { GateResponse } from '../../../../../tools/local/gate/gate.ts';
import { createLambdaProxy } from '../../../../../tools/local/gate/rest-lambda-proxy.ts';
import { aRequest, aResponse, recordingForward } from '../../../../support/gate-messages.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:get-me:live';
const URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;
const METHOD = {
  authorizationType: 'COGNITO_USER_POOLS',
  methodIntegration: { type: 'AWS_PROXY', uri: URI, timeoutInMillis: 29_000 },
};
const MARK = {
  uri: URI,
  timeoutInMillis: 29_000,
  authorizationType: 'COGNITO_USER_POOLS',
  resourceId: 'res1',
  resourcePath: '/users/me',
};
const RESOURCES = aResponse({
  body: {
    item: [
      { id: 'root', path: '/' },
      {
        id: 'res1',
        path: '/users/me',
        resourceMethods: {
          GET: METHOD,
          ANY: {
            authorizationType: 'NONE',
            methodIntegration: { type: 'MOCK', timeoutInMillis: 1 },
          },
        },
      },
    ],
  },
});
const marked = (mark: object = MARK) =>
  aResponse({ headers: { 'x-gate-integration': JSON.stringify(mark) }, body: '{}' });
const PROBLEM = aResponse({
  body: { responseParameters: {}, responseTemplates: { 'application/json': 'a problem' } },
});

const TOKEN = `x.${Buffer.from('{"sub":"s-1","exp":0}').toString('base64url')}.y`;
const SIGNED = { authorization: `Bearer ${TOKEN}` };

const OK = { statusCode: 200, body: 'ok' };

/** A cloud whose gateway answers with the first and whose function answers with the second. */
function aCloud(
  gateway: GateResponse,
  lambda: GateResponse | Promise<GateResponse> = aResponse({
    body: { statusCode: 200, body: 'ok' },
  }),
) {
  const { forward, received } = recordingForward([
    [/ \/restapis\/abc123\/gatewayresponses\//, PROBLEM],
    [/^GET \/restapis\/abc123\/resources/, RESOURCES],
    [/^(PUT|PATCH) \/restapis\/abc123\/resources/, aResponse({})],
    [/^POST \/2015-03-31\/functions\//, lambda],
    [/./, gateway],
  ]);
  const proxy = createLambdaProxy();
  const lines = () => received.map(({ method, url }) => `${method} ${url}`);
  const sent = (pattern: RegExp) =>
    received
      .filter(({ method, url }) => pattern.test(`${method} ${url}`))
      .map(({ body }) => JSON.parse(String(body)));
  return { ask: (request = aRequest({ headers: SIGNED })) => proxy(request, forward), lines, sent };
}

describe('a call that ends in a function', () => {
  it('is authorised by the emulator and invokes the function with the event of AWS', async () => {
    const cloud = aCloud(marked());

    const response = await cloud.ask();

    const invocation = `/2015-03-31/functions/${encodeURIComponent(FUNCTION)}/invocations`;
    expect(cloud.lines().slice(-2)).toEqual([
      'GET /_aws/execute-api/abc123/v1/users/me',
      `POST ${invocation}`,
    ]);
    const [event] = cloud.sent(/^POST/);
    expect(event).toMatchObject({
      resource: '/users/me',
      requestContext: {
        resourceId: 'res1',
        requestId: response.headers['x-amzn-requestid'],
        extendedRequestId: response.headers['x-amz-apigw-id'],
        authorizer: { claims: { sub: 's-1', exp: 'Thu Jan 01 00:00:00 UTC 1970' } },
      },
    });
    expect(String(response.body)).toBe('ok');
    expect(response.headers).not.toHaveProperty('x-gate-integration');
  });

  it('has its claims in the other form where a test asks for it, unseen by the function', async () => {
    const cloud = aCloud(marked());
    const headers = { ...SIGNED, 'x-gate-claim-dates': 'epoch' };
    const rawHeaders = ['X-Gate-Claim-Dates', 'epoch', 'Authorization', SIGNED.authorization];

    await cloud.ask(aRequest({ headers, rawHeaders }));

    const [event] = cloud.sent(/^POST/);
    expect(event.requestContext.authorizer.claims.exp).toBe('0');
    expect(Object.keys(event.headers)).toContain('Authorization');
    expect(Object.keys(event.headers)).not.toContain('X-Gate-Claim-Dates');
  });

  it('has no claims where the method has no authorizer', async () => {
    const cloud = aCloud(marked({ ...MARK, authorizationType: 'NONE' }));

    await cloud.ask(aRequest());

    expect(cloud.sent(/^POST/)[0].requestContext).not.toHaveProperty('authorizer');
  });

  it('is what the emulator answers where the emulator refuses', async () => {
    const refused = aResponse({ status: 401, body: 'refused' });
    const cloud = aCloud(refused);

    expect(await cloud.ask()).toBe(refused);
    expect(cloud.sent(/^POST/)).toEqual([]);
  });

  it.each([
    ['crashes', aResponse({ headers: { 'x-amz-function-error': 'Unhandled' }, body: OK })],
    ['is throttled', aResponse({ status: 429, body: OK })],
    ['answers with no proxy response', aResponse({ body: { statusCode: 'ok' } })],
  ])('is INTEGRATION_FAILURE where the function %s', async (_, lambda) => {
    const cloud = aCloud(marked(), lambda);

    const response = await cloud.ask();

    expect(cloud.lines().at(-1)).toBe('GET /restapis/abc123/gatewayresponses/INTEGRATION_FAILURE');
    expect(response.status).toBe(502);
    expect(String(response.body)).toBe('a problem');
  });

  it('is INTEGRATION_TIMEOUT where the function is late', async () => {
    const cloud = aCloud(marked({ ...MARK, timeoutInMillis: 1 }), new Promise(() => {}));

    const response = await cloud.ask();

    expect(cloud.lines().at(-1)).toBe('GET /restapis/abc123/gatewayresponses/INTEGRATION_TIMEOUT');
    expect(response.status).toBe(504);
  });
});

describe('the integrations of an API', () => {
  const CHANGES = [
    'PUT /restapis/abc123/resources/res1/methods/GET/integration/responses/200',
    'PATCH /restapis/abc123/resources/res1/methods/GET/integration',
  ];
  const changes = (lines: string[]) => lines.filter((line) => /^P(UT|ATCH) /.test(line));

  it('become mocks that name their function, once for all calls', async () => {
    const cloud = aCloud(marked());

    await Promise.all([cloud.ask(), cloud.ask(), cloud.ask()]);

    expect(changes(cloud.lines())).toEqual(CHANGES);
    const name = 'method.response.header.x-gate-integration';
    const [response, change] = cloud.sent(/^P(UT|ATCH)/);
    expect(JSON.parse(response.responseParameters[name].slice(1, -1))).toEqual(MARK);
    expect(change.patchOperations).toEqual([{ op: 'replace', path: '/type', value: 'MOCK' }]);
  });

  it('are tried again where that failed', async () => {
    const { forward } = recordingForward([
      [/^GET \/restapis/, RESOURCES],
      [/./, aResponse({ body: 'passed' })],
    ]);
    let failures = 1;
    const proxy = createLambdaProxy();
    const ask = () =>
      proxy(aRequest(), (request) => {
        failures -= 1;
        return failures < 0 ? forward(request) : Promise.reject(new Error('a reset'));
      });

    await expect(ask()).rejects.toThrow('a reset');
    expect(String((await ask()).body)).toBe('passed');
  });

  it.each(['cloudformation', 'apigateway'])('do so again after a call of %s', async (service) => {
    const cloud = aCloud(marked());
    const scope = `20260101/us-east-1/${service}/aws4_request`;
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, Signature=x` };

    await cloud.ask();
    await cloud.ask(aRequest({ method: 'POST', url: '/', headers }));
    await cloud.ask();

    expect(changes(cloud.lines())).toEqual([...CHANGES, ...CHANGES]);
  });
});
