/**
 * The one chain of middleware of both operations: who calls, what is asked, and the answer with
 * its headers, problems included. Knows no AWS service but the gateway.
 */
import middy from '@middy/core';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { toAccountView } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import { type ProblemCode, ProblemError } from '../account/errors.ts';
import { createLog, describeError, type Log, type Origin } from '../log.ts';
import { type DependencyCall, embeddedMetrics } from '../metrics.ts';
import type { AccountPolicy } from '../self-service/account-update.ts';
import type { Caller } from '../self-service/caller.ts';
import type { CallContext } from '../self-service/current-user.ts';
import type { EventSink } from '../self-service/events.ts';
import type { Ports } from '../self-service/ports.ts';
import { type ApiRequest, parseApiRequest } from './api-request.ts';
import { entityTag } from './conditional.ts';
import { toProblemError, toProblemResponse } from './problem.ts';
import { type RequestMetrics, startRequestMetrics } from './request-metrics.ts';

/** What both handlers are made of. */
export interface ApiOptions {
  /** What one request works with; every call ends, as unavailable, when the signal says so. */
  openPorts: (signal: AbortSignal) => Ports;
  rules: AccountPolicy;
  /** Claims of the authorizer to the caller; throws ProblemError. */
  identify: (claims: unknown) => Caller;
  /** Origins a browser may call from. */
  corsOrigins: string[];
  /** Takes the calls of a request that was answered. @default nobody does */
  traceCalls?: (calls: readonly DependencyCall[]) => void;
  /** Takes one line of log. */
  writeLine: (line: string) => void;
}

/** A request whose caller is known. */
export interface ApiCall extends ApiRequest {
  /** Null until the token was checked. */
  caller: Caller | null;
  watch: RequestMetrics;
}

/** What stands for an event that is no gateway's, so that it is refused as every other is. */
const NO_REQUEST = parseApiRequest({ requestContext: { requestId: 'unknown' } });

/** Headers of every answer. */
const COMMON_HEADERS = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Authorization, Accept, Origin',
  'X-Content-Type-Options': 'nosniff',
};

/** Response headers a browser's script may read, besides the safelisted ones. */
const EXPOSED_HEADERS = [
  'ETag',
  'WWW-Authenticate',
  'x-amzn-Remapped-WWW-Authenticate',
  'X-Request-Id',
  'Retry-After',
  'Accept-Patch',
].join(', ');

/** Time left for a problem document before Lambda ends the function. */
const TIMEOUT_MARGIN_MS = 500;

/** The chain of one operation, without its handler and, for PATCH, its body parser. */
export function apiPipeline(operation: string, options: ApiOptions) {
  const { corsOrigins, identify, traceCalls, writeLine } = options;
  let isCold = true;
  const watch = () => {
    const started = startRequestMetrics(isCold);
    isCold = false;
    return started;
  };
  const conclude = (
    { event, context }: { event: ApiCall; context: Context },
    response: APIGatewayProxyResult,
    code: ProblemCode | null,
  ) => {
    addCommonHeaders(response, event, corsOrigins);
    const answer = { operation, status: response.statusCode, code };
    logAnswer(logOf(event, writeLine), event.watch, context.functionName, answer);
    traceCalls?.(event.watch.calls);
  };
  return middy<ApiCall, APIGatewayProxyResult>({ timeoutEarlyInMillis: TIMEOUT_MARGIN_MS }).use({
    before: (request) => {
      const event: unknown = request.event;
      request.event = { ...NO_REQUEST, caller: null, watch: watch() };
      request.event = { ...request.event, ...parseApiRequest(event) };
      request.event.caller = identify(request.event.claims);
    },
    after: (request) => {
      if (request.response) conclude(request, request.response, null);
    },
    onError: (request) => {
      const { event, error } = request;
      logRefusal(logOf(event, writeLine), operation, event, error);
      const refusal = toProblemError(error);
      request.response = toProblemResponse(refusal, event.requestId);
      conclude(request, request.response, refusal.code);
    },
  });
}

/** What a use case needs to know of a request. @throws ProblemError without a caller */
export function requestOf(call: ApiCall, options: ApiOptions): CallContext {
  if (call.caller === null) throw new ProblemError('invalid_token');
  const { caller, watch } = call;
  const origin = originOf(call, call.caller);
  const log = logOf(call, options.writeLine);
  const report: EventSink = (event) => {
    watch.note(event);
    log(event.event === 'ACCOUNT_CHANGED' ? { ...event, ...origin } : event);
  };
  return { caller, report };
}

/** The 200 of both operations: exactly the 17 fields, and the entity tag. */
export function accountResponse(record: AccountRecord): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json', ETag: entityTag(record) },
    body: JSON.stringify(toAccountView(record.account)),
  };
}

function logOf(call: ApiCall, writeLine: ApiOptions['writeLine']): Log {
  return createLog({ requestId: call.requestId, traceId: call.traceId }, writeLine);
}

function addCommonHeaders(
  response: APIGatewayProxyResult,
  { requestId, headers }: ApiCall,
  corsOrigins: readonly string[],
): void {
  const origin = headers['origin'] ?? '';
  response.headers = {
    ...COMMON_HEADERS,
    'X-Request-Id': requestId,
    // Without credentials: nothing here is sent by cookie.
    ...(corsOrigins.includes(origin) && {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': EXPOSED_HEADERS,
    }),
    ...response.headers,
  };
}

interface Answer {
  operation: string;
  status: number;
  code: ProblemCode | null;
}

function logAnswer(log: Log, watch: RequestMetrics, functionName: string, answer: Answer): void {
  const metrics = embeddedMetrics(functionName, watch.measured(answer), Date.now());
  log({ event: 'REQUEST_COMPLETED', ...answer, ...metrics });
}

function originOf({ sourceAddress }: ApiCall, { subject, originJti }: Caller): Origin {
  return { actor: subject, session: originJti, sourceAddress };
}

function logRefusal(log: Log, operation: string, call: ApiCall, error: unknown): void {
  const { code, faults } = toProblemError(error);
  if (code === 'internal_error' || code === 'unavailable') {
    log({ event: 'REQUEST_FAILED', operation, ...describeError(error) });
  }
  if (code === 'privileged_field' && call.caller !== null) {
    const fields = faults.map(({ pointer }) => pointer.slice(1));
    const { subject } = call.caller;
    log({
      event: 'PRIVILEGED_CHANGE_REFUSED',
      subject,
      fields,
      ...originOf(call, call.caller),
    });
  }
}
