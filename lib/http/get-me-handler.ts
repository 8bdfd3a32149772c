/**
 * `GET /users/me` over HTTP: the caller's account, or 304 for a client that has it; to a client that
 * accepts it, what the caller may edit now (docs/decisions/0011).
 */

import { ProblemError } from '../account/errors.ts';
import { capabilitiesOf } from '../self-service/capabilities.ts';
import { getMe } from '../self-service/current-user.ts';
import { type ApiOptions, accountResponse, apiPipeline, requestOf } from './api-handler.ts';
import { accepts } from './api-request.ts';
import { entityTag, evaluate, parseConditions } from './conditional.ts';

/** Media type of the answer that says which fields may be edited. */
export const CAPABILITIES_TYPE = 'application/vnd.current-user.capabilities+json';

/** The Lambda handler of GET. */
export function getMeHandler(options: ApiOptions) {
  const { openPorts, rules } = options;
  return apiPipeline('getMe', options).handler(async (call, _context, { signal }) => {
    const ports = call.watch.timed(openPorts(signal));
    const request = requestOf(call, options);
    const record = await getMe(ports, rules, request);
    const tag = entityTag(record);
    const outcome = evaluate(parseConditions(call.headers), tag, 'GET');
    if (outcome === 'failed') throw new ProblemError('precondition_failed');
    if (accepts(call, CAPABILITIES_TYPE)) {
      const now = ports.runtime.nowSeconds();
      // No entity tag: it changes as the sign-in grows older, not with the account's version.
      return {
        statusCode: 200,
        headers: { 'Content-Type': CAPABILITIES_TYPE },
        body: JSON.stringify(capabilitiesOf(record, request.caller, rules, now)),
      };
    }
    if (outcome === 'not_modified') return { statusCode: 304, headers: { ETag: tag }, body: '' };
    return accountResponse(record);
  });
}
