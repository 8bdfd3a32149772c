/** The deployed functions invoked past the gateway, as somebody with that right could. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Claims } from './claims.ts';
import { stack } from './deployed-service.ts';

/** What a function returned, its body parsed. */
export interface Returned {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  body: any;
}

/** Invokes a function with any event and waits for what it returns. */
export async function invoke(functionName: string, event: unknown): Promise<Returned> {
  const path = `/2015-03-31/functions/${functionName}/invocations`;
  const answer = await fetch(new URL(path, stack.endpointUrl), {
    method: 'POST',
    body: JSON.stringify(event),
  });
  const { statusCode, headers = {}, body } = (await answer.json()) as APIGatewayProxyResult;
  return { status: statusCode, headers, body: body === '' ? '' : JSON.parse(body) };
}

/** The claims of a token as the gateway of the local cloud hands them over: all of them strings. */
export function claimsIn(token: string): Claims {
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
}
