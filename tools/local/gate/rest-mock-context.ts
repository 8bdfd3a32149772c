/**
 * Fills in the request id where a mock integration names it; the emulator leaves the place as it is.
 *
 * Source: Amazon API Gateway developer guide, "Variables for data transformations" and "Parameter
 * mapping source reference" (`context.requestId`).
 */
import type { Behaviour } from './gate.ts';
import { parseRestCall } from './rest-url.ts';

const PLACE = '$context.requestId';

/** Sees responses of the emulator's gateway alone, so it comes after the one that calls functions. */
export const fillInRequestId: Behaviour = async (request, forward) => {
  const response = await forward(request);
  const requestId = response.headers['x-amzn-requestid'];
  if (parseRestCall(request) === null || typeof requestId !== 'string') return response;
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name,
    value === 'context.requestId' ? requestId : value,
  ]);
  const body = response.body.includes(PLACE)
    ? Buffer.from(String(response.body).replaceAll(PLACE, requestId))
    : response.body;
  return { ...response, headers: Object.fromEntries(headers), body };
};
