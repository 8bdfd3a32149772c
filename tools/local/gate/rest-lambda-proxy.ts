/**
 * Calls of a REST API that end in a function: the function gets AWS's event and the client AWS's
 * form of the response. A function that fails or is late is a refusal of the gateway.
 *
 * Source: Amazon API Gateway developer guide, "Gateway response types for API Gateway"
 * (INTEGRATION_FAILURE, INTEGRATION_TIMEOUT).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Behaviour, Forward, GateRequest, GateResponse } from './gate.ts';
import { authorizerClaims, type DateForm } from './rest-claims.ts';
import { gatewayResponse } from './rest-gateway-response.ts';
import {
  type Integration,
  integrationOf,
  invoke,
  takeOverIntegrations,
} from './rest-integration.ts';
import { proxyEvent } from './rest-proxy-event.ts';
import { proxyResponse } from './rest-proxy-response.ts';
import { parseRestCall, type RestCall } from './rest-url.ts';

/** Request header by which a test asks for `exp` and `iat` in the other form; no function sees it. */
const DATE_FORM_HEADER = 'x-gate-claim-dates';

const REFUSAL = { message: 'Internal server error', errorType: 'InternalServerErrorException' };
const FAILURE = { ...REFUSAL, responseType: 'INTEGRATION_FAILURE', status: 502 } as const;
const TIMEOUT = {
  responseType: 'INTEGRATION_TIMEOUT',
  status: 504,
  message: 'Endpoint request timed out',
  errorType: 'InternalServerErrorException',
} as const;

/** A behaviour that remembers which APIs it has taken over. */
export function createLambdaProxy(): Behaviour {
  const takenOver = new Map<string, Promise<void>>();
  return async (request, forward) => {
    const call = parseRestCall(request);
    if (call === null) {
      // A deployment may put integrations back.
      if (definesApis(request)) takenOver.clear();
      return forward(request);
    }
    const ready = takenOver.get(call.apiId) ?? takeOverIntegrations(call.apiId, forward);
    takenOver.set(call.apiId, ready);
    await ready.catch((error: unknown) => {
      takenOver.delete(call.apiId);
      throw error;
    });
    const response = await forward(request);
    const integration = integrationOf(response);
    return integration === null ? response : respond(request, call, integration, forward);
  };
}

/** True for requests to API Gateway or CloudFormation, by the scope of their signature. */
function definesApis({ headers }: GateRequest): boolean {
  return /\/(?:apigateway|cloudformation)\/aws4_request/.test(headers.authorization ?? '');
}

async function respond(
  request: GateRequest,
  call: RestCall,
  integration: Integration,
  forward: Forward,
): Promise<GateResponse> {
  const requestId = randomUUID();
  const extendedRequestId = randomBytes(11).toString('base64');
  const { resourceId, resourcePath, timeoutInMillis } = integration;
  const context = { requestId, extendedRequestId, resourceId, resourcePath, now: new Date() };
  const { sent, form } = withoutDateForm(request);
  const event = proxyEvent(sent, call, { ...context, claims: claimsOf(sent, integration, form) });
  const { payload, late } = await withTimeout(invoke(integration, event, forward), timeoutInMillis);
  const response = proxyResponse(payload);
  if (response === null) {
    return gatewayResponse(call.apiId, requestId, late ? TIMEOUT : FAILURE, forward);
  }
  const ids = { 'x-amzn-requestid': requestId, 'x-amz-apigw-id': extendedRequestId };
  return { ...response, headers: { ...response.headers, ...ids } };
}

function withoutDateForm(request: GateRequest): { sent: GateRequest; form: DateForm } {
  const { [DATE_FORM_HEADER]: asked, ...headers } = request.headers;
  const rawHeaders = request.rawHeaders?.filter((_, index, all) => {
    const name = all[index - (index % 2)];
    return name?.toLowerCase() !== DATE_FORM_HEADER;
  });
  const sent = { ...request, headers, ...(rawHeaders && { rawHeaders }) };
  return { sent, form: asked === 'epoch' ? 'epoch' : 'date' };
}

function claimsOf({ headers }: GateRequest, integration: Integration, form: DateForm) {
  if (integration.authorizationType !== 'COGNITO_USER_POOLS') return null;
  const token = (headers.authorization ?? '').replace(/^bearer\s+/i, '').trim();
  return authorizerClaims(token, form);
}

async function withTimeout(result: Promise<unknown>, milliseconds: number) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ payload: null; late: true }>((resolve) => {
    timer = setTimeout(() => resolve({ payload: null, late: true }), milliseconds);
  });
  try {
    return await Promise.race([result.then((payload) => ({ payload, late: false })), late]);
  } finally {
    clearTimeout(timer);
  }
}
