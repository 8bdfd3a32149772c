import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { EXPOSED_HEADERS, PROBLEM_TYPE_PREFIX } from '../../lib/contract.ts';
import { documentedProblems } from '../../tools/acceptance/documented-problems.ts';
import { resourcesOf, templateOf } from './synthesised.ts';

const responses = resourcesOf(templateOf('dev'), 'AWS::ApiGateway::GatewayResponse').map(
  ({ Properties }) => ({
    type: Properties.ResponseType as string,
    status: Properties.StatusCode as string,
    headers: Properties.ResponseParameters as Record<string, string>,
    template: Properties.ResponseTemplates['application/json'] as string,
  }),
);
const byType = new Map(responses.map((response) => [response.type, response]));
const header = (type: string, name: string) =>
  byType.get(type)?.headers[`gatewayresponse.header.${name}`];

describe('responses of the gateway itself', () => {
  it('are defined for every kind CDK knows', () => {
    const known = Object.values(ResponseType)
      .filter((value) => value instanceof ResponseType)
      .map(({ responseType }) => responseType);

    expect(known.length).toBeGreaterThan(20);
    expect([...byType.keys()].sort()).toEqual(known.sort());
  });

  it.each(responses)('$type is a problem document', ({ type, status, template }) => {
    const problem = JSON.parse(template);

    expect(problem).toEqual({
      type: `${PROBLEM_TYPE_PREFIX}${problem.code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status: Number(status),
      detail: expect.stringMatching(/\.$/),
      code: expect.stringMatching(/^[a-z_]+$/),
      errors: [],
      request_id: '$context.requestId',
    });
    expect(template.match(/\$[\w.]+/g)).toEqual(['$context.requestId']);
    expect(header(type, 'Content-Type')).toBe("'application/problem+json'");
  });

  it.each(responses.filter(({ status }) => status !== '413'))(
    '$type is documented as it is',
    ({ template }) => {
      const { request_id: _left, ...problem } = JSON.parse(template);

      expect(documentedProblems()).toContainEqual(expect.objectContaining(problem));
    },
  );

  it.each(responses)('$type can be read by a page of any origin', ({ type }) => {
    expect(header(type, 'Access-Control-Allow-Origin')).toBe("'*'");
    expect(header(type, 'Access-Control-Expose-Headers')).toBe(`'${EXPOSED_HEADERS.join(',')}'`);
    expect(header(type, 'X-Request-Id')).toBe('context.requestId');
    expect(header(type, 'Cache-Control')).toBe("'no-store'");
  });

  it.each(responses.filter(({ status }) => status === '401'))(
    '$type asks for a token',
    ({ type }) => {
      expect(header(type, 'WWW-Authenticate')).toBe("'Bearer'");
    },
  );

  it.each(responses.filter(({ status }) => status === '429'))(
    '$type says when to return',
    ({ type }) => {
      expect(header(type, 'Retry-After')).toBe("'1'");
    },
  );

  it.each([
    ['UNAUTHORIZED', '401', 'invalid_token'],
    ['EXPIRED_TOKEN', '401', 'invalid_token'],
    ['ACCESS_DENIED', '403', 'access_denied'],
    ['WAF_FILTERED', '403', 'request_blocked'],
    ['MISSING_AUTHENTICATION_TOKEN', '404', 'not_found'],
    ['INVALID_API_KEY', '404', 'not_found'],
    ['REQUEST_TOO_LARGE', '413', 'content_too_large'],
    ['UNSUPPORTED_MEDIA_TYPE', '405', 'method_not_allowed'],
    ['THROTTLED', '429', 'too_many_requests'],
    ['INTEGRATION_TIMEOUT', '504', 'gateway_timeout'],
    ['DEFAULT_5XX', '500', 'internal_error'],
  ])('%s responds with %s %s', (type, status, code) => {
    expect(byType.get(type)?.status).toBe(status);
    expect(JSON.parse(byType.get(type)?.template ?? '{}').code).toBe(code);
  });
});
