/** Errors as problem documents (RFC 9457). The only place with status numbers of errors. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import {
  type Challenge,
  PROBLEM_DETAILS,
  type ProblemCode,
  ProblemError,
  UnavailableError,
} from '../account/errors.ts';
import { ACCEPT_PATCH, PROBLEM_TYPE, PROBLEM_TYPE_PREFIX } from '../contract.ts';

const UNAUTHORIZED = { status: 401, title: 'Unauthorized' };
const FORBIDDEN = { status: 403, title: 'Forbidden' };
const BAD_REQUEST = { status: 400, title: 'Bad Request' };
const UNPROCESSABLE = { status: 422, title: 'Unprocessable Content' };
const CONFLICT = { status: 409, title: 'Conflict' };

/** Status and title of every problem. */
export const PROBLEMS = {
  invalid_token: UNAUTHORIZED,
  insufficient_scope: FORBIDDEN,
  client_not_allowed: FORBIDDEN,
  unsupported_media_type: { status: 415, title: 'Unsupported Media Type' },
  content_too_large: { status: 413, title: 'Content Too Large' },
  invalid_json: UNPROCESSABLE,
  account_not_found: UNAUTHORIZED,
  session_revoked: UNAUTHORIZED,
  account_inactive: FORBIDDEN,
  service_account_not_registered: FORBIDDEN,
  service_account_not_editable: BAD_REQUEST,
  internal_account_not_editable: BAD_REQUEST,
  admin_account_not_editable: BAD_REQUEST,
  invalid_precondition: BAD_REQUEST,
  precondition_failed: { status: 412, title: 'Precondition Failed' },
  invalid_fields: UNPROCESSABLE,
  managed_by_identity_provider: BAD_REQUEST,
  username_reserved: BAD_REQUEST,
  privileged_field: FORBIDDEN,
  insufficient_user_authentication: UNAUTHORIZED,
  too_many_attempts: { status: 429, title: 'Too Many Requests' },
  username_taken: CONFLICT,
  email_taken: CONFLICT,
  last_superuser: CONFLICT,
  unavailable: { status: 503, title: 'Service Unavailable' },
  internal_error: { status: 500, title: 'Internal Server Error' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>;

/** The problem to respond with to an error; anything unknown is an `internal_error`. */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof UnavailableError || isTimeout(error)) {
    return new ProblemError('unavailable');
  }
  return new ProblemError(isBodyParserError(error) ? 'invalid_json' : 'internal_error');
}

/** True for malformed JSON and forged prototypes. Middy names the package in the cause of its errors. */
function isBodyParserError(error: unknown): boolean {
  if (!(error instanceof Error) || typeof error.cause !== 'object' || error.cause === null) {
    return false;
  }
  return 'package' in error.cause && error.cause.package === '@middy/http-json-body-parser';
}

// middy throws one just before the function's own timeout.
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/**
 * The response to a refused request. `max_age` and `scope` are in the body as well, because a REST
 * API renames the WWW-Authenticate header of its integrations.
 */
export function toProblemResponse(
  { code, faults, challenge }: ProblemError,
  requestId: string,
): APIGatewayProxyResult {
  const { status, title } = PROBLEMS[code];
  const body = {
    type: `${PROBLEM_TYPE_PREFIX}${code}`,
    title,
    status,
    detail: PROBLEM_DETAILS[code],
    code,
    errors: faults,
    request_id: requestId,
    ...(challenge.maxAge === undefined ? {} : { max_age: challenge.maxAge }),
    ...(challenge.scope === undefined ? {} : { scope: challenge.scope }),
    ...(challenge.changed === undefined ? {} : { changed: challenge.changed }),
  };
  return {
    statusCode: status,
    headers: { 'Content-Type': PROBLEM_TYPE, ...headersOf(code, challenge) },
    body: JSON.stringify(body),
  };
}

function headersOf(code: ProblemCode, challenge: Challenge): Record<string, string> {
  if (code === 'unavailable') return { 'Retry-After': '1' };
  if (code === 'too_many_attempts') return { 'Retry-After': String(challenge.retryAfter) };
  if (challenge.entityTag !== undefined) return { ETag: challenge.entityTag };
  if (code === 'unsupported_media_type') return { 'Accept-Patch': ACCEPT_PATCH };
  const value = authenticateHeader(code, challenge);
  return value === null ? {} : { 'WWW-Authenticate': value };
}

/** The challenge of RFC 6750 section 3 and, for a more recent sign-in, RFC 9470 section 3. */
function authenticateHeader(code: ProblemCode, { scope, maxAge }: Challenge): string | null {
  if (code === 'insufficient_scope') return `Bearer error="insufficient_scope", scope="${scope}"`;
  if (code === 'insufficient_user_authentication') {
    return `Bearer error="insufficient_user_authentication", max_age=${maxAge}`;
  }
  return PROBLEMS[code].status === 401 ? 'Bearer error="invalid_token"' : null;
}
