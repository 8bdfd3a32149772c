/**
 * The responses of both operations as the OpenAPI document shows them: every status with the codes of
 * its problems, from the functions and from the gateway. A code without a place does not compile.
 */
import { GATEWAY_PROBLEMS } from '../../infra/api/gateway-problems.ts';
import { PROBLEM_DETAILS, type ProblemCode } from '../../lib/account/errors.ts';
import { CAPABILITIES_TYPE, EMAIL_CHANGE_HEADER } from '../../lib/contract.ts';
import { PROBLEMS } from '../../lib/http/problem.ts';
import { capabilitiesExample, type PossibleProblem, problemExample } from './openapi-examples.ts';
import type { Schema } from './openapi-field-texts.ts';
import { EXAMPLE_USER } from './openapi-fields.ts';

/** The operations that can return each problem. */
const OPERATIONS_OF = {
  invalid_token: 'both',
  insufficient_scope: 'patch',
  client_not_allowed: 'patch',
  unsupported_media_type: 'patch',
  content_too_large: 'patch',
  invalid_json: 'patch',
  account_not_found: 'both',
  session_revoked: 'both',
  account_inactive: 'both',
  service_account_not_registered: 'both',
  service_account_not_editable: 'patch',
  internal_account_not_editable: 'patch',
  admin_account_not_editable: 'patch',
  invalid_precondition: 'both',
  precondition_failed: 'both',
  invalid_fields: 'patch',
  managed_by_identity_provider: 'patch',
  username_reserved: 'patch',
  privileged_field: 'patch',
  insufficient_user_authentication: 'patch',
  too_many_attempts: 'patch',
  username_taken: 'patch',
  email_taken: 'patch',
  last_superuser: 'patch',
  unavailable: 'both',
  internal_error: 'both',
} as const satisfies Record<ProblemCode, 'both' | 'patch'>;

function problemsOf(operation: 'get' | 'patch'): PossibleProblem[] {
  const own = Object.entries(PROBLEM_DETAILS).map(([code, detail]) => ({ code, detail }));
  const functions = own.flatMap(({ code, detail }): PossibleProblem[] => {
    const place = Object.entries(OPERATIONS_OF).find(([name]) => name === code)?.[1];
    const problem = Object.entries(PROBLEMS).find(([name]) => name === code)?.[1];
    if (!problem || (place === 'patch' && operation === 'get')) return [];
    return [{ ...problem, code, detail, byGateway: false }];
  });
  // 405 is the response to other methods; the gateway's own 413 cannot be changed on AWS.
  const gateway = Object.values(GATEWAY_PROBLEMS).filter(
    ({ status }) => ![405, 413].includes(status),
  );
  return [...functions, ...gateway.map((problem) => ({ ...problem, byGateway: true }))];
}

/** Header objects of the document, by name. */
export const HEADERS: Record<string, Schema> = {
  ETag: {
    description: 'Strong entity tag of the account at its version.',
    schema: { type: 'string' },
  },
  'Last-Modified': {
    description:
      'When the account last changed, as a weak validator (RFC 9110 section 8.8.2.2); absent where that was before this was noted, and with capabilities.',
    schema: { type: 'string' },
  },
  [EMAIL_CHANGE_HEADER]: {
    description:
      'Present while a new e-mail waits to be proven: since when its code was asked for, as a structured field (RFC 9651).',
    schema: { type: 'string', pattern: '^pending;since=@[0-9]+$' },
    example: 'pending;since=@1767225600',
  },
  'X-Request-Id': {
    description: 'Names the request in logs and problems.',
    schema: { type: 'string' },
  },
  'WWW-Authenticate': {
    description:
      'The challenge of RFC 6750 or RFC 9470. On responses of the functions a REST API sends it as `x-amzn-Remapped-WWW-Authenticate`; `max_age` and `scope` stand in the body as well.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } },
  'Accept-Patch': { description: 'The media types a PATCH takes.', schema: { type: 'string' } },
};

const STATUS_HEADERS: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  412: ['ETag'],
  415: ['Accept-Patch'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

const headers = (...names: string[]) =>
  Object.fromEntries(
    ['X-Request-Id', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );

/** The responses of one operation, by status. */
export function responsesOf(operation: 'get' | 'patch'): Record<string, Schema> {
  const possible = problemsOf(operation);
  const statuses = [...new Set(possible.map(({ status }) => status))].sort((a, b) => a - b);
  const problems = statuses.map((status) => [
    String(status),
    problemResponse(
      status,
      possible.filter((problem) => problem.status === status),
    ),
  ]);
  return { ...successes(operation), ...Object.fromEntries(problems) };
}

function successes(operation: 'get' | 'patch'): Record<string, Schema> {
  const account = {
    'application/json': { schema: { $ref: '#/components/schemas/User' }, example: EXAMPLE_USER },
  };
  const unchanged = {
    description: 'The client has the current account (`If-None-Match`, `If-Modified-Since`).',
    headers: headers('ETag', EMAIL_CHANGE_HEADER),
  };
  const capabilities = {
    [CAPABILITIES_TYPE]: {
      schema: { $ref: '#/components/schemas/Capabilities' },
      example: capabilitiesExample(),
    },
  };
  const ofAccount = headers('ETag', 'Last-Modified', EMAIL_CHANGE_HEADER);
  if (operation === 'patch') {
    const description =
      'The account after the change, or as it was where nothing changed. A new e-mail that has to be proven first is not in it: see the header `Email-Change`.';
    return {
      200: { description, headers: ofAccount, content: account },
    };
  }
  const description = `The account; or, to a client that accepts \`${CAPABILITIES_TYPE}\`, which fields the caller may edit now, with the state of the account.`;
  return {
    200: {
      description,
      headers: ofAccount,
      content: { ...account, ...capabilities },
    },
    304: unchanged,
  };
}

function problemResponse(status: number, possible: PossibleProblem[]): Schema {
  const codes = [...new Set(possible.map(({ code }) => code))];
  const lines = codes.map((code) => {
    const of = possible.filter((problem) => problem.code === code);
    const makers = of.map(({ byGateway }) => (byGateway ? 'gateway' : 'function'));
    return `- \`${code}\` (${[...new Set(makers)].join(', ')}): ${of[0]?.detail}`;
  });
  const isGateway = possible.every(({ byGateway }) => byGateway);
  return {
    description: `${possible[0]?.title}.\n\n${lines.join('\n')}`,
    ...(isGateway ? { 'x-made-by': 'gateway' } : {}),
    headers: headers(...(STATUS_HEADERS[status] ?? [])),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: codes } } },
          ],
        },
        examples: Object.fromEntries(possible.map(problemExample)),
      },
    },
  };
}
