import { describe, expect, it } from 'vitest';
import { refuseForeignSignature } from '../../../../../tools/local/gate/rest-unknown-path.ts';
import { aRequest, aResponse, recordingForward } from '../../../../support/gate-messages.ts';

const MISSING = aResponse({
  status: 404,
  headers: { 'x-amzn-errortype': 'MissingAuthenticationTokenException' },
  body: 'not found',
});
const CUSTOM = aResponse({
  body: {
    statusCode: '400',
    responseParameters: {
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.X-Request-Id': 'context.requestId',
      'gatewayresponse.header.X-Other': 'method.request.header.x',
    },
    responseTemplates: { 'application/json': '{"code":"bad_request","id":"$context.requestId"}' },
  },
});
const DEFAULT = aResponse({ body: { responseType: 'DEFAULT_4XX', defaultResponse: true } });

const answer = async (authorization: string | null, passed = MISSING, custom = CUSTOM) => {
  const { forward } = recordingForward([
    [/^GET \/restapis\/abc123\/gatewayresponses\/DEFAULT_4XX$/, custom],
    [/./, passed],
  ]);
  const headers = authorization === null ? {} : { authorization };
  return refuseForeignSignature(aRequest({ headers }), forward);
};

describe('an unknown path of a REST API', () => {
  it.each(['Bearer abc', 'Basic abc', 'abc'])(
    'gets the gateway response DEFAULT_4XX with the header %s',
    async (authorization) => {
      const { status, headers, body } = await answer(authorization);

      const requestId = headers['x-amzn-requestid'];
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(status).toBe(400);
      expect(headers).toEqual({
        'content-type': 'application/problem+json',
        'x-request-id': requestId,
        'x-amzn-errortype': 'IncompleteSignatureException',
        'x-amzn-requestid': requestId,
      });
      expect(JSON.parse(String(body))).toEqual({ code: 'bad_request', id: requestId });
    },
  );

  it('gets 403 with a message that does not repeat the token where the API says nothing', async () => {
    const { status, body } = await answer('Bearer secret', MISSING, DEFAULT);

    expect(status).toBe(403);
    expect(JSON.parse(String(body)).message).toMatch(/^Invalid key=value pair .*'[\w+/]{43}='\.$/);
    expect(String(body)).not.toContain('secret');
  });

  it('gets MISSING_AUTHENTICATION_TOKEN without the header or with a signature', async () => {
    expect(await answer(null)).toBe(MISSING);
    expect(await answer('AWS4-HMAC-SHA256 Credential=a')).toBe(MISSING);
  });

  it('is no path that the API has', async () => {
    const passed = aResponse({ headers: { 'x-amzn-errortype': 'UnauthorizedException' } });

    expect(await answer('Bearer abc', passed)).toBe(passed);
  });
});
