/**
 * The one chain of middleware of both operations: who calls, what is asked, and the answer with
 * its headers, problems included. Knows no AWS service but the gateway.
 */
import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { AccountRecord } from '../domain/account-record.ts';
import type { Caller } from '../domain/caller.ts';
import type { Ports, Request } from '../domain/current-user.ts';
import { RequestRefusedError } from '../domain/errors.ts';
import { toUser } from '../domain/user.ts';
import type { UpdateRules } from '../domain/user-update.ts';
import { createLog, describeError, type Log } from '../log.ts';
import { type ApiRequest, parseApiRequest } from './api-request.ts';
import { entityTag } from './conditional.ts';
import { PROBLEMS, toProblemResponse, toRefusal } from './problem.ts';

/** What both handlers are made of. */
export interface ApiOptions {
  /** What one request works with; every call ends, as unavailable, when the signal says so. */
  openPorts: (signal: AbortSignal) => Ports;
  rules: UpdateRules;
  /** Claims of the authorizer to the caller; throws RequestRefusedError. */
  identify: (claims: unknown) => Caller;
  /** Origins a browser may call from. */
  corsOrigins: string[];
  /** Takes one line of log. */
  writeLine: (line: string) => void;
}

/** A request whose caller is known. */
export interface ApiCall extends ApiRequest {
  /** Null until the token was checked. */
  caller: Caller | null;
}

/** Headers of every answer. */
const COMMON_HEADERS = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Authorization, Accept',
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
export function apiChain(operation: string, options: ApiOptions) {
  const { corsOrigins: origins, identify, writeLine } = options;
  return middy<ApiCall, APIGatewayProxyResult>({ timeoutEarlyInMillis: TIMEOUT_MARGIN_MS })
    .use(httpCors({ origins, exposeHeaders: EXPOSED_HEADERS }))
    .use({
      before: (request) => {
        request.event = { ...parseApiRequest(request.event), caller: null };
        request.event.caller = identify(request.event.claims);
      },
      after: ({ event, response }) => {
        if (response) addCommonHeaders(response, event.requestId);
      },
      onError: (request) => {
        const { event, error } = request;
        logRefusal(logOf(event, writeLine), operation, event.caller ?? null, error);
        // An event that is no gateway's has no request id.
        const requestId = event.requestId ?? 'unknown';
        request.response = toProblemResponse(toRefusal(error), requestId);
        addCommonHeaders(request.response, requestId);
      },
    });
}

/** What a use case needs to know of a request. @throws RequestRefusedError without a caller */
export function requestOf(call: ApiCall, options: ApiOptions): Request {
  if (call.caller === null) throw new RequestRefusedError('invalid_token');
  return { caller: call.caller, report: logOf(call, options.writeLine) };
}

/** The 200 of both operations: exactly the 17 fields, and the entity tag. */
export function accountResponse(record: AccountRecord): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json', ETag: entityTag(record) },
    body: JSON.stringify(toUser(record.account)),
  };
}

function logOf(call: ApiCall, writeLine: ApiOptions['writeLine']): Log {
  return createLog({ requestId: call.requestId, traceId: call.traceId }, writeLine);
}

function addCommonHeaders(response: APIGatewayProxyResult, requestId: string): void {
  response.headers = { ...COMMON_HEADERS, 'X-Request-Id': requestId, ...response.headers };
}

function logRefusal(log: Log, operation: string, caller: Caller | null, error: unknown): void {
  const { code, faults } = toRefusal(error);
  log({ event: 'REQUEST_REFUSED', operation, code, status: PROBLEMS[code].status });
  if (code === 'internal_error' || code === 'unavailable') {
    log({ event: 'REQUEST_FAILED', operation, ...describeError(error) });
  }
  if (code === 'privileged_field' && caller !== null) {
    const fields = faults.map(({ pointer }) => pointer.slice(1));
    log({ event: 'PRIVILEGED_CHANGE_REFUSED', subject: caller.subject, fields });
  }
}
