/** Proxy events of a REST API (payload version 1.0), as recorded from API Gateway. */
import type { Claims } from './claims.ts';

export const REQUEST_ID = '1f0c7a52-3b6d-4c1a-9a7e-2d4c6b8a0e13';
const EXTENDED_REQUEST_ID = 'Jx3kQF0VliAEr9Q=';
/** The ids of the event's request, as every line of its log has them. */
export const LOGGED_IDS = { request_id: REQUEST_ID, extended_request_id: EXTENDED_REQUEST_ID };

/** Parts of an event that a test can set. */
export interface GivenEvent {
  method?: 'GET' | 'HEAD' | 'PATCH';
  /** Claims of the authorizer; null for a request without an authorizer. */
  claims?: Claims | null;
  /** By name as sent; a list for a repeated header. */
  headers?: Record<string, string | string[]>;
  query?: Record<string, string>;
  body?: string | null;
  isBase64Encoded?: boolean;
}

/** An event as API Gateway passes it to a function. */
export function anApiEvent(given: GivenEvent = {}) {
  const { method = 'GET', claims = null, body = null, isBase64Encoded = false } = given;
  const sent = { Host: 'abc123.execute-api.eu-central-1.amazonaws.com', ...given.headers };
  const lists = Object.entries(sent).map(([name, value]) => [name, [value].flat()] as const);
  return {
    resource: '/users/me',
    path: '/users/me',
    httpMethod: method,
    // API Gateway keeps the last value of a repeated header here, and all values below.
    headers: Object.fromEntries(lists.map(([name, values]) => [name, values.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(lists),
    queryStringParameters: given.query ?? null,
    multiValueQueryStringParameters: given.query
      ? Object.fromEntries(Object.entries(given.query).map(([name, value]) => [name, [value]]))
      : null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: 'x7k2p9',
      resourcePath: '/users/me',
      httpMethod: method,
      extendedRequestId: EXTENDED_REQUEST_ID,
      requestTime: '01/Jan/2026:00:00:00 +0000',
      path: '/live/users/me',
      accountId: '123456789012',
      protocol: 'HTTP/1.1',
      stage: 'live',
      domainPrefix: 'abc123',
      requestTimeEpoch: 1_767_225_600_000,
      requestId: REQUEST_ID,
      identity: { sourceIp: '203.0.113.7', userAgent: 'curl/8.9.1', accountId: null },
      domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
      apiId: 'abc123',
      ...(claims === null ? {} : { authorizer: { claims } }),
    },
    body,
    isBase64Encoded,
  };
}

/** A PATCH of those fields, as JSON by default. */
export function aPatchEvent(fields: unknown, given: GivenEvent = {}) {
  const names = Object.keys(given.headers ?? {}).map((name) => name.toLowerCase());
  const type = names.includes('content-type') ? {} : { 'Content-Type': 'application/json' };
  return anApiEvent({
    method: 'PATCH',
    body: JSON.stringify(fields),
    ...given,
    headers: { ...type, ...given.headers },
  });
}
