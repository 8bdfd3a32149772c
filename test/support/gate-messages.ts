/** Requests and responses as the gate of the local cloud handles them, and what stands behind it. */
import type { Forward, GateRequest, GateResponse } from '../../tools/local/gate/gate.ts';

const API_PATH = '/_aws/execute-api/abc123/v1';

/** A call of the REST API `abc123` by default; headers by lower-case name. */
export function aRequest(
  given: Partial<Omit<GateRequest, 'body'>> & { body?: string } = {},
): GateRequest {
  const { method = 'GET', url = `${API_PATH}/users/me`, headers = {}, body = '', ...rest } = given;
  return { method, url, headers, body: Buffer.from(body), ...rest };
}

/** A response; what is no text is sent as JSON. */
export function aResponse(given: {
  status?: number;
  headers?: GateResponse['headers'];
  body?: unknown;
}): GateResponse {
  const { status = 200, headers = {}, body = '' } = given;
  return {
    status,
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

/** Answers by the first entry whose `<method> <path>` matches, and keeps all requests. */
export function recordingForward(
  responses: readonly (readonly [RegExp, GateResponse | Promise<GateResponse>])[],
) {
  const received: GateRequest[] = [];
  const forward: Forward = async (request) => {
    received.push(request);
    const line = `${request.method} ${request.url}`;
    const response = responses.find(([pattern]) => pattern.test(line))?.[1];
    if (response === undefined) throw new Error(`Unexpected request: ${line}`);
    return response;
  };
  return { forward, received };
}
