/**
 * Responses of the API gateway itself, before or instead of a function: problem documents (RFC
 * 9457) like those of the functions. Knows no operation.
 */
import {
  AuthorizationType,
  type Method,
  MockIntegration,
  PassthroughBehavior,
  type Resource,
  ResponseType,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';

/** Response headers that browsers expose to scripts of other origins. */
const EXPOSED_HEADERS = ['www-authenticate', 'x-request-id', 'retry-after', 'accept-patch'];

/** The problem document of one kind of gateway response. */
export interface GatewayProblem {
  status: number;
  code: string;
  title: string;
  detail: string;
  headers?: Record<string, string>;
}

const INVALID_TOKEN: GatewayProblem = {
  status: 401,
  code: 'invalid_token',
  title: 'Unauthorized',
  detail: 'Send an access token with a scope of this API as "Authorization: Bearer <token>".',
  headers: { 'WWW-Authenticate': 'Bearer' },
};
const ACCESS_DENIED: GatewayProblem = {
  status: 403,
  code: 'access_denied',
  title: 'Forbidden',
  detail: 'The access token does not allow this operation.',
};
const NOT_FOUND: GatewayProblem = {
  status: 404,
  code: 'not_found',
  title: 'Not Found',
  detail: 'There is no such operation. Use GET or PATCH on /users/me.',
};
const BAD_REQUEST: GatewayProblem = {
  status: 400,
  code: 'bad_request',
  title: 'Bad Request',
  detail: 'The request cannot be understood.',
};
const TOO_MANY_REQUESTS: GatewayProblem = {
  status: 429,
  code: 'too_many_requests',
  title: 'Too Many Requests',
  detail: 'Too many requests at once. Try again shortly.',
  headers: { 'Retry-After': '1' },
};
const INTERNAL_ERROR: GatewayProblem = {
  status: 500,
  code: 'internal_error',
  title: 'Internal Server Error',
  detail: 'Something went wrong on our side.',
};

/**
 * The problem for every type of gateway response. Each states its status, because a template cannot
 * read the status it is sent with; the two defaults cover types that AWS adds later.
 */
export const GATEWAY_PROBLEMS: Record<string, GatewayProblem> = {
  UNAUTHORIZED: INVALID_TOKEN,
  EXPIRED_TOKEN: INVALID_TOKEN,
  INVALID_SIGNATURE: INVALID_TOKEN,
  ACCESS_DENIED,
  INVALID_API_KEY: ACCESS_DENIED,
  WAF_FILTERED: { ...ACCESS_DENIED, detail: 'The request was refused by a firewall rule.' },
  // REST APIs use this type for an unknown path or method, with 403 by default.
  MISSING_AUTHENTICATION_TOKEN: NOT_FOUND,
  RESOURCE_NOT_FOUND: NOT_FOUND,
  BAD_REQUEST_BODY: BAD_REQUEST,
  BAD_REQUEST_PARAMETERS: BAD_REQUEST,
  REQUEST_TOO_LARGE: {
    status: 413,
    code: 'content_too_large',
    title: 'Content Too Large',
    detail: 'The request is larger than this API takes.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    title: 'Unsupported Media Type',
    detail: 'Send application/json or application/merge-patch+json.',
    headers: { 'Accept-Patch': 'application/json, application/merge-patch+json' },
  },
  THROTTLED: TOO_MANY_REQUESTS,
  QUOTA_EXCEEDED: TOO_MANY_REQUESTS,
  API_CONFIGURATION_ERROR: INTERNAL_ERROR,
  AUTHORIZER_CONFIGURATION_ERROR: INTERNAL_ERROR,
  AUTHORIZER_FAILURE: INTERNAL_ERROR,
  INTEGRATION_FAILURE: {
    status: 502,
    code: 'bad_gateway',
    title: 'Bad Gateway',
    detail: 'The service did not answer as it should. Try again.',
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    code: 'gateway_timeout',
    title: 'Gateway Timeout',
    detail: 'The service did not answer in time. Read the account before you try again.',
  },
  DEFAULT_4XX: BAD_REQUEST,
  DEFAULT_5XX: INTERNAL_ERROR,
};

/** Makes every response of the gateway itself a problem document, readable from any origin. */
export function addGatewayProblems(api: RestApi): void {
  for (const [type, problem] of Object.entries(GATEWAY_PROBLEMS)) {
    api.addGatewayResponse(type, {
      type: ResponseType.of(type),
      statusCode: String(problem.status),
      responseHeaders: headersOf(problem),
      templates: { 'application/json': templateOf(problem) },
    });
  }
}

/** Headers in the gateway's syntax: a literal in single quotes, or a mapping expression. */
function headersOf(problem: GatewayProblem): Record<string, string> {
  const quoted = Object.entries(fixedHeaders(problem)).map(([name, value]) => [name, `'${value}'`]);
  return { ...Object.fromEntries(quoted), 'X-Request-Id': 'context.requestId' };
}

function fixedHeaders(problem: GatewayProblem): Record<string, string> {
  return {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Safe for any origin: no cookies are used, and these responses hold no account data.
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(','),
    ...problem.headers,
  };
}

/** Response to any other method on an operation's path (RFC 9110 section 15.5.6). */
const METHOD_NOT_ALLOWED: GatewayProblem = {
  status: 405,
  code: 'method_not_allowed',
  title: 'Method Not Allowed',
  detail: 'There is no such operation. Use GET or PATCH on /users/me.',
  headers: { Allow: 'GET, PATCH, OPTIONS' },
};

/** Rejects every method without an operation, without needing a token or a function. */
export function addMethodNotAllowed(resource: Resource): Method {
  const statusCode = String(METHOD_NOT_ALLOWED.status);
  const headers = Object.entries(headersOf(METHOD_NOT_ALLOWED)).map(
    ([name, value]) => [`method.response.header.${name}`, value] as const,
  );
  const integration = new MockIntegration({
    passthroughBehavior: PassthroughBehavior.NEVER,
    requestTemplates: { 'application/json': JSON.stringify({ statusCode: 405 }) },
    integrationResponses: [
      {
        statusCode,
        responseParameters: Object.fromEntries(headers),
        responseTemplates: { 'application/json': templateOf(METHOD_NOT_ALLOWED) },
      },
    ],
  });
  const responseParameters = Object.fromEntries(headers.map(([name]) => [name, true]));
  return resource.addMethod('ANY', integration, {
    authorizationType: AuthorizationType.NONE,
    methodResponses: [{ statusCode, responseParameters }],
  });
}

/** Only fixed text and the request id: an echoed request value could break out of the JSON. */
function templateOf({ status, code, title, detail }: GatewayProblem): string {
  const type = `urn:current-user-service:problem:${code}`;
  const request_id = '$context.requestId';
  return JSON.stringify({ type, title, status, detail, code, errors: [], request_id });
}
