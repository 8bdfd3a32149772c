/**
 * `GET /users/me` over HTTP: the caller's account, or 304 for a client that has it; to a client that
 * accepts it, what the caller may edit now (docs/decisions/0011).
 */
import { CAPABILITIES_TYPE } from '../contract.ts';
import { getMe } from '../self-service/own-account.ts';
import { authorise, READ_ACCESS } from './access.ts';
import {
  type ApiOptions,
  accountHeaders,
  accountResponse,
  apiPipeline,
  toCallContext,
} from './api-handler.ts';
import { accepts } from './api-request.ts';
import { evaluatePreconditions, parseConditions } from './conditional.ts';

/** The Lambda handler of GET. */
export function getMeHandler(options: ApiOptions) {
  const { authenticate, openPorts, patchClientIds, rules } = options;
  return apiPipeline('getMe', options, async (context, signal) => {
    const { request, metrics } = context;
    const caller = authorise(authenticate(request.claims), READ_ACCESS, patchClientIds);
    const ports = metrics.instrument(openPorts(signal));
    const record = await getMe(ports, rules, toCallContext(context, caller));
    const conditions = parseConditions(request.headers);
    const now = ports.runtime.nowSeconds();
    const outcome = evaluatePreconditions(conditions, record, 'GET', now);
    if (outcome === 'failed') {
      const { preconditionFailed } = await import('./precondition-failed.ts');
      throw preconditionFailed(conditions, record);
    }
    if (accepts(request, CAPABILITIES_TYPE)) {
      const { capabilitiesOf } = await import('../self-service/capabilities.ts');
      // No validator: it changes as the sign-in grows older, not with the account's version.
      return {
        statusCode: 200,
        headers: { 'Content-Type': CAPABILITIES_TYPE },
        body: JSON.stringify(capabilitiesOf(record, caller, rules, now)),
      };
    }
    if (outcome === 'not_modified') {
      return { statusCode: 304, headers: accountHeaders(record, now), body: '' };
    }
    return accountResponse(record, now);
  });
}
