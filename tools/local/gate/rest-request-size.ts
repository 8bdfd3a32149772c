/**
 * Refuses requests of more than 10 MB as API Gateway does, before any method is looked up: with its
 * own body and without the headers of a gateway response, which cannot be customised for this.
 *
 * Source: Amazon API Gateway developer guide, "Quotas for configuring and running a REST API"
 * (payload size) and "Amazon API Gateway important notes" (413 REQUEST_TOO_LARGE).
 */
import type { Behaviour } from './gate.ts';
import { parseRestCall } from './rest-url.ts';

export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

export const limitRequestSize: Behaviour = async (request, forward) => {
  if (parseRestCall(request) === null || request.body.length <= MAX_REQUEST_BYTES) {
    return forward(request);
  }
  return {
    status: 413,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': 'RequestTooLargeException',
    },
    body: Buffer.from('{"message":"Request Too Long"}'),
  };
};
