import { describe, expect, it } from 'vitest';
import { proxyEvent } from '../../../../../tools/local/gate/rest-proxy-event.ts';
import { aRequest } from '../../../../support/gate-messages.ts';

const CALL = { apiId: 'abc123', stage: 'v1', path: '/users/me', query: '' };
const CONTEXT = {
  requestId: 'request-1',
  extendedRequestId: 'extended-1',
  resourceId: 'res1',
  resourcePath: '/users/me',
  claims: { sub: 's-1' },
  now: new Date(1_701_879_772_123),
};

const eventOf = (request = aRequest(), call: Partial<typeof CALL> = {}) =>
  proxyEvent(request, { ...CALL, ...call }, CONTEXT);

describe('the event of a function', () => {
  it('says who called what and when', () => {
    const event = eventOf(aRequest({ method: 'PATCH', headers: { 'user-agent': 'curl/8' } }));

    expect(event).toMatchObject({
      resource: '/users/me',
      path: '/users/me',
      httpMethod: 'PATCH',
      pathParameters: null,
      stageVariables: null,
      requestContext: {
        authorizer: { claims: { sub: 's-1' } },
        requestId: 'request-1',
        extendedRequestId: 'extended-1',
        resourceId: 'res1',
        resourcePath: '/users/me',
        httpMethod: 'PATCH',
        path: '/v1/users/me',
        stage: 'v1',
        apiId: 'abc123',
        domainPrefix: 'abc123',
        domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
        protocol: 'HTTP/1.1',
        requestTime: '06/Dec/2023:16:22:52 +0000',
        requestTimeEpoch: 1_701_879_772_123,
        identity: { sourceIp: '127.0.0.1', userAgent: 'curl/8', accountId: null },
      },
    });
  });

  it('has no authorizer where the method has none', () => {
    const { requestContext } = proxyEvent(aRequest(), CALL, { ...CONTEXT, claims: null });

    expect(requestContext).not.toHaveProperty('authorizer');
  });

  it('has headers under their names as sent, and all values of repeated ones', () => {
    const rawHeaders = ['If-Match', '"1"', 'X-Twice', 'a', 'X-Twice', 'b'];

    const { headers, multiValueHeaders } = eventOf(aRequest({ rawHeaders }));

    expect(headers).toMatchObject({ 'If-Match': '"1"', 'X-Twice': 'b' });
    expect(multiValueHeaders).toMatchObject({ 'If-Match': ['"1"'], 'X-Twice': ['a', 'b'] });
  });

  it("has the gateway's own headers instead of a client's", () => {
    const rawHeaders = [
      'host',
      'evil',
      'X-FORWARDED-PROTO',
      'http',
      'x-amzn-trace-id',
      'Root=evil',
    ];
    const headers = { 'x-forwarded-for': '203.0.113.7' };

    const event = eventOf(
      aRequest({ headers, rawHeaders: [...rawHeaders, 'x-forwarded-for', '203.0.113.7'] }),
    );

    expect(event.headers).toEqual({
      Host: 'abc123.execute-api.us-east-1.amazonaws.com',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-65709fdc-[0-9a-f]{24}$/),
      'X-Forwarded-For': '203.0.113.7, 127.0.0.1',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    });
    expect(event.requestContext.identity.sourceIp).toBe('127.0.0.1');
  });

  it.each(['Expect', 'TE', 'Content-MD5', 'WWW-Authenticate'])('has no header %s', (name) => {
    expect(eventOf(aRequest({ rawHeaders: [name, 'x'] })).headers).not.toHaveProperty(name);
  });

  it('has the query decoded, and null without one', () => {
    const query = 'a=1&a=%C3%AB&b=';

    expect(eventOf(aRequest(), { query })).toMatchObject({
      queryStringParameters: { a: 'ë', b: '' },
      multiValueQueryStringParameters: { a: ['1', 'ë'], b: [''] },
    });
    expect(eventOf()).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
    });
  });

  it('has the body as text, and null without one', () => {
    expect(eventOf(aRequest({ body: '{"name":"Zoë"}' }))).toMatchObject({
      body: '{"name":"Zoë"}',
      isBase64Encoded: false,
    });
    expect(eventOf().body).toBeNull();
  });
});
