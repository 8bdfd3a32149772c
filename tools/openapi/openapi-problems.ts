/** Errors as schemas of the OpenAPI document: lists of codes, and the problems of each status. */

import { GATEWAY_PROBLEMS } from '../../infra/api/gateway-problems.ts';
import { PROBLEM_DETAILS } from '../../lib/account/errors.ts';
import { DENIAL_REASONS } from '../../lib/account/fields.ts';
import { FIELD_ERRORS } from '../../lib/account/update-schema.ts';
import { PROBLEM, PROBLEM_MEMBERS } from './openapi-components.ts';
import { ERRORS_OF, type Schema } from './openapi-field-texts.ts';

const codesOf = (description: string, ...codes: readonly string[][]): Schema => ({
  type: 'string',
  description: `${description} Permanent; a later version may have more.`,
  enum: [...new Set(codes.flat())].sort(),
});

/** The code of every problem. */
export const PROBLEM_CODE = codesOf(
  'What a problem is.',
  Object.keys(PROBLEM_DETAILS),
  Object.values(GATEWAY_PROBLEMS).map(({ code }) => code),
);

/** The code of every entry of `errors`. */
export const FIELD_ERROR_CODE = codesOf(
  'What is wrong at one place of a body.',
  Object.keys(FIELD_ERRORS),
  Object.values(ERRORS_OF).flat(),
  ['not_an_object', 'password_refused'],
  [...DENIAL_REASONS, 'username_reserved', 'username_taken', 'email_taken', 'last_superuser'],
);

/** Members of a problem that come with one code only. */
const CODE_OF_MEMBER = {
  max_age: 'insufficient_user_authentication',
  scope: 'insufficient_scope',
  changed: 'precondition_failed',
} as const;

/**
 * The problems of one status of an operation, and their codes where there are several. Written out
 * rather than an `allOf` of `Problem` and what is narrower here: code generators lose one of the two.
 */
export function statusProblem(
  name: string,
  status: number,
  codes: readonly string[],
): Record<string, Schema> {
  const others = Object.entries(CODE_OF_MEMBER).filter(([, code]) => !codes.includes(code));
  const left = Object.entries(PROBLEM_MEMBERS).filter(
    ([member]) => !others.some(([other]) => other === member),
  );
  const always = Object.entries(CODE_OF_MEMBER).filter(([, code]) => codes.join() === code);
  const [only] = codes;
  const { description } = PROBLEM_MEMBERS.code;
  const code =
    codes.length === 1 ? { type: 'string', const: only } : { $ref: reference(`${name}Code`) };
  const schema = {
    ...PROBLEM,
    required: [...PROBLEM.required, ...always.map(([member]) => member)],
    properties: {
      ...Object.fromEntries(left),
      status: { ...PROBLEM_MEMBERS.status, const: status, examples: [status] },
      code: { ...code, description, examples: [only] },
    },
  };
  const list = { type: 'string', description: `The codes of \`${name}\`.`, enum: codes };
  return codes.length === 1 ? { [name]: schema } : { [name]: schema, [`${name}Code`]: list };
}

const reference = (name: string) => `#/components/schemas/${name}`;
