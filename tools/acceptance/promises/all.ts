/** Every promise that acceptance tries, in order. */
import type { AcceptanceContext } from '../context.ts';
import { cannotBeTried } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';
import { CORS } from './cors.ts';
import { FIELD_VALUES } from './fields.ts';
import { GATEWAY } from './gateway.ts';
import { LOGS } from './logs.ts';
import { MONITORING } from './monitoring.ts';
import { NEGOTIATION } from './negotiation.ts';
import { PERMISSIONS } from './permissions.ts';
import { READING } from './reading.ts';
import { SERVICES } from './services.ts';
import { SESSIONS } from './sessions.ts';
import { SIGN_IN } from './sign-in.ts';
import { UPDATES } from './updates.ts';

const NEEDS_A_FAULT = 'would need a fault of the table, the pool or the functions';
const NEEDS_LOAD = 'would need more load than a deployment with users should get';

/** Problems that a healthy deployment does not show; `npm test` shows each. */
const UNTRIED = [
  cannotBeTried(
    'unavailable',
    'A fault of the table or the pool is 503 with Retry-After',
    NEEDS_A_FAULT,
  ),
  cannotBeTried(
    'internal_error',
    'Any other fault is 500 with the request id alone',
    NEEDS_A_FAULT,
  ),
  cannotBeTried('bad_gateway', 'A function without a response is 502', NEEDS_A_FAULT),
  cannotBeTried('gateway_timeout', 'A function that takes too long is 504', NEEDS_A_FAULT),
  cannotBeTried(
    'too_many_requests',
    'Requests beyond the limits are 429 with Retry-After',
    NEEDS_LOAD,
  ),
  cannotBeTried('access_denied', 'What a resource policy refuses is 403', NEEDS_A_FAULT),
  cannotBeTried('request_blocked', 'What the web ACL refuses is 403', NEEDS_A_FAULT),
  cannotBeTried('bad_request', 'What the gateway cannot parse is 400', 'no HTTP client sends it'),
] satisfies AcceptancePromise<AcceptanceContext>[];

/** Every promise of the API, of sign-in and of operation. */
export const PROMISES: readonly AcceptancePromise<AcceptanceContext>[] = [
  ...READING,
  ...NEGOTIATION,
  ...FIELD_VALUES,
  ...UPDATES,
  ...GATEWAY,
  ...CORS,
  ...PERMISSIONS,
  ...SIGN_IN,
  ...SESSIONS,
  ...SERVICES,
  ...LOGS,
  ...MONITORING,
  ...UNTRIED,
];
