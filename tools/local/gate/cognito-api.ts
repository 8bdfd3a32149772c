/** Cognito's JSON API as the gate meets it: requests read, refusals made, the emulator asked. */
import * as v from 'valibot';
import type { Forward, GateRequest, GateResponse } from './gate.ts';

const TARGET = 'AWSCognitoIdentityProviderService.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';

const JsonObjectSchema = v.record(v.string(), v.unknown());
/** A parsed JSON object. */
export type Json = v.InferOutput<typeof JsonObjectSchema>;

/** A call of a Cognito operation. */
export interface CognitoCall {
  operation: string;
  input: Json;
  request: GateRequest;
  forward: Forward;
}

/** A JSON object, or empty if the bytes are none. */
export function jsonOf(body: Buffer | string): Json {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), JsonObjectSchema), String(body));
  return parsed.success ? parsed.output : {};
}

/** A member of that name if it is a text. */
export function textOf(input: Json, name: string): string {
  const value = input[name];
  return typeof value === 'string' ? value : '';
}

/** A behaviour for calls of Cognito's API; everything else passes. */
export function onCognitoCall(handle: (call: CognitoCall) => Promise<GateResponse>) {
  return (request: GateRequest, forward: Forward): Promise<GateResponse> => {
    const target = request.headers['x-amz-target'];
    if (typeof target !== 'string' || !target.startsWith(TARGET)) return forward(request);
    const operation = target.slice(TARGET.length);
    return handle({ operation, input: jsonOf(request.body), request, forward });
  };
}

/** The same request with another input. */
export function withInput(request: GateRequest, input: Json): GateRequest {
  return { ...request, body: Buffer.from(JSON.stringify(input)) };
}

/** Calls the emulator, without credentials: its default account and region. */
export function callCognito(forward: Forward, operation: string, input: Json) {
  const headers = { 'content-type': CONTENT_TYPE, 'x-amz-target': `${TARGET}${operation}` };
  const body = Buffer.from(JSON.stringify(input));
  return forward({ method: 'POST', url: '/', headers, body });
}

/** A successful response. */
export const succeeded = (output: Json = {}): GateResponse => respond(200, output);

/** An error of the operation, in the form that SDK clients read. */
export const refused = (name: string, message: string): GateResponse =>
  respond(400, { __type: name, message });

/** Name of the error that a response carries; null for a success. */
export function refusalOf(response: GateResponse): string | null {
  if (response.status < 400) return null;
  return textOf(jsonOf(response.body), '__type').split('#').at(-1) ?? '';
}

function respond(status: number, output: Json): GateResponse {
  return {
    status,
    headers: {
      'content-type': CONTENT_TYPE,
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    },
    body: Buffer.from(JSON.stringify(output)),
  };
}
