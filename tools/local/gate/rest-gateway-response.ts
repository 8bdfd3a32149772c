/**
 * Renders a gateway response of a REST API, for refusals that the emulator does not know: the
 * `application/json` template and the headers that the API has for this type.
 *
 * Source: Amazon API Gateway developer guide, "Gateway responses for REST APIs in API Gateway".
 */
import * as v from 'valibot';
import type { Forward, GateResponse } from './gate.ts';

const ParametersSchema = v.nullish(v.record(v.string(), v.string()), {});
const GatewayResponseSchema = v.object({
  statusCode: v.nullish(v.pipe(v.union([v.string(), v.number()]), v.transform(Number))),
  responseParameters: ParametersSchema,
  responseTemplates: ParametersSchema,
});

/** An error of the gateway itself. */
export interface GatewayError {
  /** The type of the gateway response. */
  responseType: 'DEFAULT_4XX' | 'INTEGRATION_FAILURE' | 'INTEGRATION_TIMEOUT';
  /** Status where the API sets none for the type. */
  status: number;
  message: string;
  /** Value of `x-amzn-errortype`. */
  errorType: string;
}

/** @param forward reaches the API's definition */
export async function gatewayResponse(
  apiId: string,
  requestId: string,
  error: GatewayError,
  forward: Forward,
): Promise<GateResponse> {
  const url = `/restapis/${apiId}/gatewayresponses/${error.responseType}`;
  const { body } = await forward({ method: 'GET', url, headers: {}, body: Buffer.alloc(0) });
  const custom = v.parse(v.pipe(v.string(), v.parseJson(), GatewayResponseSchema), String(body));
  const headers = Object.entries(custom.responseParameters).flatMap(([target, source]) => {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1];
    const value = mapped(source, requestId);
    return name === undefined || value === null ? [] : [[name.toLowerCase(), value] as const];
  });
  const template = custom.responseTemplates['application/json'];
  return {
    status: custom.statusCode ?? error.status,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(headers),
      'x-amzn-errortype': error.errorType,
      'x-amzn-requestid': requestId,
    },
    body: Buffer.from(
      (template ?? '{"message":$context.error.messageString}')
        .replaceAll('$context.error.messageString', () => JSON.stringify(error.message))
        .replaceAll('$context.error.message', () => error.message)
        .replaceAll('$context.error.responseType', error.responseType)
        .replaceAll('$context.requestId', requestId),
    ),
  };
}

/** The mappings that the stack uses: a literal in single quotes, and the request id. */
function mapped(source: string, requestId: string): string | null {
  if (source === 'context.requestId') return requestId;
  return /^'(.*)'$/.exec(source)?.[1] ?? null;
}
