/** Invokes the deployed functions directly, bypassing the gateway. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Claims } from './claims.ts';
import { stack } from './deployed-service.ts';

/** Result of a function, with a parsed body. */
export interface Returned {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect arbitrary bodies
  body: any;
}

/** Invokes a function with an event and returns its result. */
export async function invoke(functionName: string, event: unknown): Promise<Returned> {
  const path = `/2015-03-31/functions/${functionName}/invocations`;
  const answer = await fetch(new URL(path, stack.endpointUrl), {
    method: 'POST',
    body: JSON.stringify(event),
  });
  const { statusCode, headers = {}, body } = (await answer.json()) as APIGatewayProxyResult;
  return { status: statusCode, headers, body: body === '' ? '' : JSON.parse(body) };
}

/** A token's claims as the local cloud's gateway passes them: all values are strings. */
export function claimsIn(token: string): Claims {
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
}
