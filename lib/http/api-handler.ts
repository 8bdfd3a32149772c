/**
 * The pipeline of both operations around what an operation does itself: parses the event, and makes
 * every outcome a finished response with its log line and metrics. Knows no AWS service but the
 * gateway.
 */
import middy from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { toAccountView } from '../account/account.ts';
import { type AccountRecord, pendingEmailOf } from '../account/account-record.ts';
import type { ProblemCode, ProblemError } from '../account/errors.ts';
import { EMAIL_CHANGE_HEADER, EXPOSED_HEADERS, JSON_TYPE, REQUEST_ID_HEADER } from '../contract.ts';
import { type AuditActor, createLog, describeError, type Log } from '../log.ts';
import { type DependencyCall, embeddedMetrics } from '../metrics.ts';
import type { AccountPolicy } from '../self-service/account-update.ts';
import type { AccessToken, CallContext, Caller } from '../self-service/caller.ts';
import type { Ports } from '../self-service/ports.ts';
import { type ApiRequest, parseApiRequest } from './api-request.ts';
import { entityTag } from './conditional.ts';
import { toProblemError, toProblemResponse } from './problem.ts';
import { type RequestMetrics, startRequestMetrics } from './request-metrics.ts';

/** Dependencies of both handlers. */
export interface ApiOptions {
  /** What one request works with; every call ends, as unavailable, when the signal fires. */
  openPorts: (signal: AbortSignal) => Ports;
  rules: AccountPolicy;
  /** Checks the claims of the authorizer; throws ProblemError. */
  authenticate: (claims: unknown) => AccessToken;
  /** App clients whose tokens may change an account; empty for all. */
  patchClientIds: readonly string[];
  /** Origins a browser may call from. */
  corsOrigins: readonly string[];
  /** Takes the calls of a completed request. @default nobody does */
  traceCalls?: (calls: readonly DependencyCall[]) => void;
  /** Writes one line of log. */
  writeLine: (line: string) => void;
}

/** A parsed request, and what observes it until its response. */
export interface ApiContext {
  request: ApiRequest;
  metrics: RequestMetrics;
  log: Log;
}

/** What one operation does with a request; the signal fires just before the function's timeout. */
type Operation = (context: ApiContext, signal: AbortSignal) => Promise<APIGatewayProxyResult>;

/** Placeholder used until the event is parsed, so parse failures take the normal error path. */
const EMPTY_REQUEST = parseApiRequest({ requestContext: { requestId: 'unknown' } });

/** Headers of every response. */
const COMMON_HEADERS = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Authorization, Accept, Origin',
  'X-Content-Type-Options': 'nosniff',
};

/** Time left for a problem document before Lambda ends the function. */
const TIMEOUT_MARGIN_MS = 500;

/** The Lambda handler of the operation of that name. */
export function apiPipeline(name: string, options: ApiOptions, operation: Operation) {
  const { corsOrigins, traceCalls, writeLine } = options;
  let isCold = true;
  const toContext = (request: ApiRequest, metrics: RequestMetrics): ApiContext => {
    return { request, metrics, log: createLog(request, writeLine) };
  };
  const complete = (
    { request, metrics, log }: ApiContext,
    functionName: string,
    response: APIGatewayProxyResult,
    code: ProblemCode | null,
  ): APIGatewayProxyResult => {
    const outcome = { operation: name, status: response.statusCode, code };
    const measurements = metrics.toMetrics(outcome);
    const embedded = embeddedMetrics(functionName, measurements, Date.now());
    log({ event: 'REQUEST_COMPLETED', ...outcome, ...embedded });
    traceCalls?.(metrics.calls);
    return finalizeResponse(response, request, corsOrigins);
  };

  return middy<ApiContext, APIGatewayProxyResult>({ timeoutEarlyInMillis: TIMEOUT_MARGIN_MS })
    .before((invocation) => {
      const event: unknown = invocation.event;
      const metrics = startRequestMetrics(isCold);
      isCold = false;
      invocation.event = toContext(EMPTY_REQUEST, metrics);
      invocation.event = toContext(parseApiRequest(event), metrics);
    })
    .after(({ event, context, ...invocation }) => {
      if (!invocation.response) return undefined;
      return complete(event, context.functionName, invocation.response, null);
    })
    .onError(({ event, context, error }) => {
      const problem = toProblemError(error);
      logFailure(event.log, name, problem, error);
      const response = toProblemResponse(problem, event.request.requestId);
      return complete(event, context.functionName, response, problem.code);
    })
    .handler((event, _context, { signal }) => operation(event, signal));
}

/** What a use case needs to know of a request, whose caller was authorised. */
export function toCallContext({ request, metrics, log }: ApiContext, caller: Caller): CallContext {
  const actor = auditActor(request, caller);
  return {
    caller,
    report: (event) => {
      metrics.record(event);
      const isAudited = event.event === 'ACCOUNT_CHANGED' || event.event === 'EMAIL_CHANGE';
      log(isAudited ? { ...event, ...actor } : event);
    },
  };
}

/** Who audit lines of a request name. */
export function auditActor({ sourceAddress }: ApiRequest, caller: Caller): AuditActor {
  return { actor: caller.subject, session: caller.originJti, sourceAddress };
}

/** What a 200 with the account and a 304 say besides. */
export function accountHeaders(record: AccountRecord, nowSeconds: number): Record<string, string> {
  const pending = pendingEmailOf(record, nowSeconds);
  return {
    ETag: entityTag(record),
    ...(pending && { [EMAIL_CHANGE_HEADER]: `pending;since=@${pending.since}` }),
  };
}

/**
 * The 200 of both operations: exactly the 17 fields, and both validators. A 304 has the entity tag
 * alone (RFC 9110 section 15.4.5).
 */
export function accountResponse(record: AccountRecord, nowSeconds: number): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: {
      'Content-Type': JSON_TYPE,
      ...accountHeaders(record, nowSeconds),
      ...lastModified(record, nowSeconds),
    },
    body: JSON.stringify(toAccountView(record.account)),
  };
}

/** Never later than the response itself (RFC 9110 section 8.8.2.1). */
function lastModified({ updatedAt }: AccountRecord, nowSeconds: number): Record<string, string> {
  if (updatedAt === null) return {};
  return { 'Last-Modified': new Date(Math.min(updatedAt, nowSeconds) * 1000).toUTCString() };
}

/** The response with the headers that every response has. */
function finalizeResponse(
  response: APIGatewayProxyResult,
  { requestId, headers }: ApiRequest,
  corsOrigins: readonly string[],
): APIGatewayProxyResult {
  const origin = headers['origin'] ?? '';
  return {
    ...response,
    headers: {
      ...COMMON_HEADERS,
      [REQUEST_ID_HEADER]: requestId,
      // Without credentials: nothing here is sent by cookie.
      ...(corsOrigins.includes(origin) && {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(', '),
      }),
      ...response.headers,
    },
  };
}

/** Only failures that are not the sender's say more than the line of the completed request. */
function logFailure(log: Log, operation: string, { code }: ProblemError, error: unknown): void {
  if (code !== 'internal_error' && code !== 'unavailable') return;
  log({ event: 'REQUEST_FAILED', operation, ...describeError(error) });
}
