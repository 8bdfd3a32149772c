/** Example responses of the OpenAPI document: a problem of each code, and capabilities. */

import {
  type Challenge,
  type FieldError,
  fieldError,
  PROBLEM_DETAILS,
  type ProblemCode,
  ProblemError,
} from '../../lib/account/errors.ts';
import {
  ACCOUNT_FIELDS,
  DENIAL_REASONS,
  type Field,
  fieldRecord,
  fieldRow,
} from '../../lib/account/fields.ts';
import { fieldRuleError } from '../../lib/account/update-schema.ts';
import { PROBLEM_TYPE_PREFIX, READ_SCOPE, WRITE_SCOPE } from '../../lib/contract.ts';
import { problemDocument } from '../../lib/http/problem.ts';
import type { Capabilities } from '../../lib/self-service/capabilities.ts';
import type { Schema } from './openapi-field-texts.ts';

/** The request id of every example. */
export const EXAMPLE_REQUEST_ID = '9536681f-4e52-4027-9df1-a0450180293b';
const EXAMPLE_MAX_AGE = 900;

/** A problem as a function makes it, and as the gateway does. */
export type PossibleProblem = { status: number; title: string; detail: string } & (
  | { byGateway: false; code: ProblemCode }
  | { byGateway: true; code: string }
);

const atField = (field: string, code: ProblemCode) => [
  fieldError(field, code, PROBLEM_DETAILS[code]),
];

/** The errors that problems of some codes list. */
const ERRORS: Partial<Record<ProblemCode, readonly FieldError[]>> = {
  invalid_fields: [
    fieldRuleError('nickname', 'unknown_field'),
    fieldRuleError('job_title', 'empty'),
  ],
  managed_by_identity_provider: atField('email', 'managed_by_identity_provider'),
  username_reserved: atField('username', 'username_reserved'),
  privileged_field: atField('is_superuser', 'privileged_field'),
  insufficient_user_authentication: atField('password', 'insufficient_user_authentication'),
  username_taken: atField('username', 'username_taken'),
  email_taken: atField('email', 'email_taken'),
  last_superuser: atField('is_superuser', 'last_superuser'),
};

/** What else a client needs with some codes. */
const CHALLENGES: Partial<Record<ProblemCode, Challenge>> = {
  insufficient_user_authentication: { maxAge: EXAMPLE_MAX_AGE },
  insufficient_scope: { scope: WRITE_SCOPE },
  precondition_failed: { changed: ['company'] },
};

/** The problem document of a problem. */
export function exampleDocument(problem: PossibleProblem): Schema {
  if (!problem.byGateway) {
    const { code } = problem;
    const error = new ProblemError(code, ERRORS[code], CHALLENGES[code]);
    return problemDocument(error, EXAMPLE_REQUEST_ID);
  }
  const { status, title, code, detail } = problem;
  const type = `${PROBLEM_TYPE_PREFIX}${code}`;
  return { type, title, status, detail, code, errors: [], request_id: EXAMPLE_REQUEST_ID };
}

/** The example of a problem, under a name of its own. */
export function problemExample(problem: PossibleProblem): [string, Schema] {
  const { code, byGateway } = problem;
  const value = exampleDocument(problem);
  return byGateway
    ? [`gateway_${code}`, { summary: `${code}, made by the gateway`, value }]
    : [code, { summary: code, value }];
}

/** What a person who signed in an hour ago may edit. */
export function capabilitiesExample(): Capabilities {
  const fields = fieldRecord(ACCOUNT_FIELDS, (field): Capabilities['fields'][Field] => {
    const reason = reasonOf(field);
    if (reason === undefined) return { editable: true };
    const isAge = reason === 'insufficient_user_authentication';
    return { editable: false, reason, ...(isAge ? { max_age: EXAMPLE_MAX_AGE } : {}) };
  });
  return {
    fields,
    pending_email: null,
    email_verified: true,
    created_at: '2026-01-01T09:00:00.000Z',
    updated_at: '2026-02-03T16:20:41.000Z',
    password_changed_at: null,
    auth_time: '2026-02-03T16:00:00.000Z',
    scopes: ['openid', READ_SCOPE, WRITE_SCOPE],
    sources: { name: 'directory', company: 'owner', job_title: null, avatar_url: 'directory' },
    password_rules: { min_length: 12, requires: ['lowercase', 'uppercase', 'digit', 'symbol'] },
  };
}

function reasonOf(field: Field) {
  const { accepts, denials } = fieldRow(field);
  if (accepts === null) return 'read_only';
  return DENIAL_REASONS.find(
    (reason) => reason !== 'managed_by_identity_provider' && denials.includes(reason),
  );
}
