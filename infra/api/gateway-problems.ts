/**
 * Responses of the API gateway itself, before or instead of a function: problem documents (RFC
 * 9457) like those of the functions. Knows no operation.
 */
import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  EXPOSED_HEADERS,
  PROBLEM_TYPE,
  PROBLEM_TYPE_PREFIX,
  REQUEST_ID_HEADER,
} from '../../lib/contract.ts';

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
  detail: 'There is no such operation. Use GET, HEAD or PATCH on /users/me.',
};
/** For any other method on an operation's path; each API adds its own `Allow`. */
export const METHOD_NOT_ALLOWED: GatewayProblem = {
  status: 405,
  code: 'method_not_allowed',
  title: 'Method Not Allowed',
  detail: 'There is no such operation. Use GET, HEAD or PATCH on /users/me.',
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
  // Only paths without an operation ask for a key: see unserved-requests.ts.
  INVALID_API_KEY: NOT_FOUND,
  WAF_FILTERED: {
    ...ACCESS_DENIED,
    code: 'request_blocked',
    detail: 'The request was refused by a firewall rule.',
  },
  MISSING_AUTHENTICATION_TOKEN: NOT_FOUND,
  RESOURCE_NOT_FOUND: NOT_FOUND,
  BAD_REQUEST_BODY: BAD_REQUEST,
  BAD_REQUEST_PARAMETERS: BAD_REQUEST,
  // Ignored by AWS so far: over 10 MB it responds in its own form.
  REQUEST_TOO_LARGE: {
    status: 413,
    code: 'content_too_large',
    title: 'Content Too Large',
    detail: 'The request is larger than this API takes.',
  },
  // The functions check media types themselves; other methods of their path do not: as above.
  UNSUPPORTED_MEDIA_TYPE: METHOD_NOT_ALLOWED,
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

/**
 * Makes every response of the gateway itself a problem document, readable from any origin. `allow` is
 * the value of `Allow` in a 405 (RFC 9110 section 15.5.6).
 */
export function addGatewayProblems(api: RestApi, allow: string): void {
  for (const [type, problem] of Object.entries(GATEWAY_PROBLEMS)) {
    api.addGatewayResponse(type, {
      type: ResponseType.of(type),
      statusCode: String(problem.status),
      responseHeaders: headersOf(problem, allow),
      templates: { 'application/json': templateOf(problem) },
    });
  }
}

/** Headers in the gateway's syntax: a literal in single quotes, or a mapping expression. */
export function headersOf(problem: GatewayProblem, allow: string): Record<string, string> {
  const quoted = Object.entries(fixedHeaders(problem, allow)).map(([name, value]) => [
    name,
    `'${value}'`,
  ]);
  return { ...Object.fromEntries(quoted), [REQUEST_ID_HEADER]: 'context.requestId' };
}

function fixedHeaders(problem: GatewayProblem, allow: string): Record<string, string> {
  return {
    'Content-Type': PROBLEM_TYPE,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Safe for any origin: no cookies are used, and these responses hold no account data.
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(','),
    ...(problem === METHOD_NOT_ALLOWED && { Allow: allow }),
    ...problem.headers,
  };
}

/** Only fixed text and the request id: an echoed request value could break out of the JSON. */
export function templateOf({ status, code, title, detail }: GatewayProblem): string {
  const type = `${PROBLEM_TYPE_PREFIX}${code}`;
  const request_id = '$context.requestId';
  return JSON.stringify({ type, title, status, detail, code, errors: [], request_id });
}
