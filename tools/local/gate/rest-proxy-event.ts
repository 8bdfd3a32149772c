/**
 * The event of a Lambda proxy integration as AWS builds it (payload version 1.0).
 *
 * Source: Amazon API Gateway developer guide, "Lambda proxy integrations in API Gateway" (input
 * format) and "Amazon API Gateway important notes" (headers dropped on the way to a function).
 */
import { randomBytes } from 'node:crypto';
import { ACCOUNT_NUMBER, REGION } from '../../support/cloud-access.ts';
import type { GateRequest } from './gate.ts';
import type { RestCall } from './rest-url.ts';

/** Headers that reach no function. */
const DROPPED = [
  'connection',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
];
/** The gate listens on this address alone. */
const SOURCE_IP = '127.0.0.1';

/** What the gateway knows of a request beside its text. */
export interface ProxyContext {
  requestId: string;
  extendedRequestId: string;
  resourceId: string;
  resourcePath: string;
  /** Null for a method without an authorizer. */
  claims: Readonly<Record<string, string>> | null;
  now: Date;
}

/** No API here has path parameters, stage variables or binary media types. */
export function proxyEvent(request: GateRequest, call: RestCall, context: ProxyContext) {
  const { requestId, extendedRequestId, resourceId, resourcePath, claims, now } = context;
  const domainName = `${call.apiId}.execute-api.${REGION}.amazonaws.com`;
  const multiValueHeaders = headersOf(request, domainName, now);
  const query = valuesByName([...new URLSearchParams(call.query)]);
  const hasQuery = Object.keys(query).length > 0;
  return {
    resource: resourcePath,
    path: call.path,
    httpMethod: request.method,
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: hasQuery ? lastValues(query) : null,
    multiValueQueryStringParameters: hasQuery ? query : null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId,
      ...(claims === null ? {} : { authorizer: { claims } }),
      resourcePath,
      httpMethod: request.method,
      extendedRequestId,
      requestTime: accessLogTime(now),
      path: `/${call.stage}${call.path}`,
      accountId: ACCOUNT_NUMBER,
      protocol: 'HTTP/1.1',
      stage: call.stage,
      domainPrefix: call.apiId,
      requestTimeEpoch: now.getTime(),
      requestId,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: SOURCE_IP,
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: request.headers['user-agent'] ?? null,
        user: null,
      },
      domainName,
      apiId: call.apiId,
    },
    body: request.body.length > 0 ? request.body.toString() : null,
    isBase64Encoded: false,
  };
}

type Values = Record<string, string[]>;

/** Names as sent; the gateway's own headers replace those of a client. */
function headersOf(request: GateRequest, domainName: string, now: Date): Values {
  const raw = request.rawHeaders ?? Object.entries(request.headers).flat().map(String);
  const sent = raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : [],
  );
  const own = ['host', 'x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port'];
  const replaced = new Set([...DROPPED, ...own, 'x-forwarded-proto']);
  const forwardedFor = request.headers['x-forwarded-for'];
  const second = Math.floor(now.getTime() / 1000).toString(16);
  return {
    ...valuesByName(sent.filter(([name]) => !replaced.has(name.toLowerCase()))),
    Host: [domainName],
    'X-Amzn-Trace-Id': [`Root=1-${second}-${randomBytes(12).toString('hex')}`],
    'X-Forwarded-For': [forwardedFor ? `${forwardedFor}, ${SOURCE_IP}` : SOURCE_IP],
    'X-Forwarded-Port': ['443'],
    'X-Forwarded-Proto': ['https'],
  };
}

function valuesByName(pairs: (readonly [string, string])[]): Values {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

function lastValues(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

/** For example `06/Dec/2023:16:22:52 +0000`. */
function accessLogTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
