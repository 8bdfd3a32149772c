/**
 * A path or method that a REST API does not have, called with a bearer token: API Gateway takes the
 * `Authorization` header for a signature of AWS and refuses it with DEFAULT_4XX. Without the header
 * it is MISSING_AUTHENTICATION_TOKEN, which is what the emulator always says.
 *
 * Source: AWS knowledge center, "Missing Authentication Token" and "IncompleteSignatureException"
 * errors of API Gateway; access logs in public issues show the type DEFAULT_4XX.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Behaviour } from './gate.ts';
import { gatewayResponse } from './rest-gateway-response.ts';
import { parseRestCall } from './rest-url.ts';

export const refuseForeignSignature: Behaviour = async (request, forward) => {
  const response = await forward(request);
  const call = parseRestCall(request);
  const { authorization } = request.headers;
  const isUnknown = response.headers['x-amzn-errortype'] === 'MissingAuthenticationTokenException';
  if (call === null || !isUnknown || !authorization || authorization.startsWith('AWS4-')) {
    return response;
  }
  const hash = createHash('sha256').update(authorization).digest('base64');
  const message = `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`;
  const errorType = 'IncompleteSignatureException';
  const error = { responseType: 'DEFAULT_4XX', status: 403, message, errorType } as const;
  return gatewayResponse(call.apiId, randomUUID(), error, forward);
};
