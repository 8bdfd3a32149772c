/**
 * Requests with claims that no fresh token has: a sign-in of an hour ago, a token that has expired.
 * The deployed function is invoked as the gateway invokes it, because waiting would take that long.
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { JSON_TYPE } from '../../lib/contract.ts';
import { type ApiResponse, objectIn } from './api-client.ts';
import type { AcceptanceContext } from './context.ts';

const ClaimsSchema = v.pipe(
  v.string(),
  v.transform((token) => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
  v.parseJson(),
  v.record(v.string(), v.unknown()),
);
const ResultSchema = v.object({
  statusCode: v.number(),
  headers: v.optional(v.record(v.string(), v.union([v.string(), v.number()])), {}),
  body: v.string(),
});

/** Claims of an access token, without a check of its signature. */
export function claimsOf(token: string): Record<string, unknown> {
  return v.parse(ClaimsSchema, token);
}

/** A request, and the claims of its token that are replaced. */
export interface OldRequest {
  token: string;
  /** Seconds since the sign-in. */
  signedInAgo?: number;
  /** Seconds since the token expired. */
  expiredAgo?: number;
  /** A PATCH with these fields. @default a GET */
  fields?: object;
  headers?: Record<string, string>;
}

/** Invokes the function of an operation with the claims of a token, made older. */
export async function sendAsOld(
  { target, aws, made }: AcceptanceContext,
  request: OldRequest,
): Promise<ApiResponse> {
  const { getMeFunctionName, patchMeFunctionName } = target;
  made.assertSubject(String(claimsOf(request.token)['sub']));
  const start = performance.now();
  const { Payload = new Uint8Array(), FunctionError } = await aws.lambda.send(
    new InvokeCommand({
      FunctionName: request.fields === undefined ? getMeFunctionName : patchMeFunctionName,
      Payload: Buffer.from(JSON.stringify(eventOf(request))),
    }),
  );
  if (FunctionError !== undefined) throw new Error('The function ended without a response');
  const { statusCode, headers, body } = v.parse(
    ResultSchema,
    JSON.parse(Buffer.from(Payload).toString()),
  );
  return {
    status: statusCode,
    headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: objectIn(body),
    text: body,
    milliseconds: performance.now() - start,
  };
}

/** The parts of a proxy event (payload version 1.0) that the functions read. */
function eventOf({ token, signedInAgo = 0, expiredAgo, fields, headers = {} }: OldRequest) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...claimsOf(token),
    auth_time: now - signedInAgo,
    ...(expiredAgo === undefined ? {} : { iat: now - 3600, exp: now - expiredAgo }),
  };
  // The authorizer hands every claim over as a string.
  const texts = Object.entries(claims).map(([name, value]) => [name, String(value)]);
  return {
    httpMethod: fields === undefined ? 'GET' : 'PATCH',
    path: '/users/me',
    headers: { 'Content-Type': JSON_TYPE, ...headers },
    body: fields === undefined ? null : JSON.stringify(fields),
    isBase64Encoded: false,
    requestContext: {
      requestId: crypto.randomUUID(),
      authorizer: { claims: Object.fromEntries(texts) },
    },
  };
}
