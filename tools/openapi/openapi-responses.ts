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
import { headers, STATUS_HEADERS } from './openapi-headers.ts';
import { statusProblem } from './openapi-problems.ts';

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

const CODES = Object.keys(PROBLEM_DETAILS) as ProblemCode[]; // A literal has no other keys.

/** Every problem that the functions make. */
export const FUNCTION_PROBLEMS: readonly PossibleProblem[] = CODES.map((code) => ({
  ...PROBLEMS[code],
  code,
  detail: PROBLEM_DETAILS[code],
  byGateway: false,
}));

/** Every problem that the gateway makes, by the type of its response. */
export const GATEWAY_RESPONSES: readonly PossibleProblem[] = Object.values(GATEWAY_PROBLEMS)
  // Its own 413 cannot be changed on AWS.
  .filter(({ status }) => status !== 413)
  .map(({ status, title, code, detail }) => ({ status, title, code, detail, byGateway: true }));

function problemsOf(operation: 'get' | 'patch'): PossibleProblem[] {
  const operations: Partial<Record<string, 'both' | 'patch'>> = OPERATIONS_OF;
  const functions = FUNCTION_PROBLEMS.filter(
    ({ code }) => operation === 'patch' || operations[code] === 'both',
  );
  // 405 is the response to other methods.
  return [...functions, ...GATEWAY_RESPONSES.filter(({ status }) => status !== 405)];
}

/** The problems of an operation, by status. */
function problemsByStatus(operation: 'get' | 'patch'): [number, PossibleProblem[]][] {
  const all = Map.groupBy(problemsOf(operation), ({ status }) => status);
  return [...all].sort(([a], [b]) => a - b);
}

/** Name of the schema of the problems of one status. */
const problemName = (operation: 'get' | 'patch', status: number) =>
  `${operation === 'get' ? 'GetMe' : 'PatchMe'}Problem${status}`;

const distinctCodes = (problems: PossibleProblem[]) => [
  ...new Set(problems.map(({ code }) => code)),
];

/** The schemas of the problems of an operation, by name. */
export function problemSchemas(operation: 'get' | 'patch'): Record<string, Schema> {
  const schemas = problemsByStatus(operation).map(([status, possible]) =>
    statusProblem(problemName(operation, status), status, distinctCodes(possible)),
  );
  return Object.assign({}, ...schemas);
}

/** The responses of one operation, by status. */
export function responsesOf(operation: 'get' | 'patch'): Record<string, Schema> {
  const problems = problemsByStatus(operation).map(([status, possible]) => [
    String(status),
    problemResponse(problemName(operation, status), status, possible),
  ]);
  return { ...successes(operation), ...Object.fromEntries(problems) };
}

/** The responses to HEAD: those to GET without content. */
export function responsesToHead(): Record<string, Schema> {
  const withoutContent = Object.entries(responsesOf('get')).map(
    ([status, { content: _left, ...response }]) => [status, response],
  );
  return Object.fromEntries(withoutContent);
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

function problemResponse(schema: string, status: number, possible: PossibleProblem[]): Schema {
  const lines = distinctCodes(possible).map((code) => {
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
        schema: { $ref: `#/components/schemas/${schema}` },
        examples: Object.fromEntries(possible.map(problemExample)),
      },
    },
  };
}
