/** Schema of problems in the OpenAPI document. */

import { fieldRuleError } from '../../lib/account/update-schema.ts';
import { PROBLEM_TYPE_PREFIX } from '../../lib/contract.ts';
import { EXAMPLE_REQUEST_ID } from './openapi-examples.ts';
import type { Schema } from './openapi-field-texts.ts';

const EMPTY_NAME = fieldRuleError('name', 'empty');

/** One thing that is wrong with a request. */
export const FIELD_ERROR: Schema = {
  type: 'object',
  description: 'One thing that is wrong with a request, and where.',
  required: ['pointer', 'code', 'detail'],
  properties: {
    pointer: {
      type: 'string',
      description:
        'JSON pointer (RFC 6901) into the body, inside `metadata` to the part that is wrong; empty for the whole body.',
      examples: ['/name'],
    },
    code: {
      $ref: '#/components/schemas/FieldErrorCode',
      description: 'Permanent; the fields of `UserUpdate` say which codes each can have.',
      examples: ['empty'],
    },
    detail: {
      type: 'string',
      description: 'One sentence for people. It may be reworded.',
      examples: ['Send at least one character, or null.'],
    },
    params: {
      type: 'object',
      description:
        'The numbers of `detail`, for clients that write their own sentence: the limits that the value breaks. Absent where there are none.',
      properties: {
        min: { type: 'integer', description: 'The minimum.', examples: [1] },
        max: { type: 'integer', description: 'The maximum.', examples: [50] },
      },
      examples: [{ min: 1 }],
    },
  },
};

/** The members of a problem document. */
export const PROBLEM_MEMBERS = {
  type: {
    type: 'string',
    description: `A URI that names the kind of problem: \`${PROBLEM_TYPE_PREFIX}\` and the code.`,
    examples: [`${PROBLEM_TYPE_PREFIX}invalid_fields`],
  },
  title: {
    type: 'string',
    description: 'The status in words.',
    examples: ['Unprocessable Content'],
  },
  status: { type: 'integer', description: 'The status of the response.', examples: [422] },
  detail: {
    type: 'string',
    description:
      'For people: what is wrong, with the field of the first error, and how many more errors there are. It may be reworded.',
    examples: ['job_title: Send at least one character, or null.'],
  },
  code: {
    $ref: '#/components/schemas/ProblemCode',
    description: 'Permanent: branch on this.',
    examples: ['invalid_fields'],
  },
  errors: {
    type: 'array',
    description: 'Every error, each with where it is; may be empty.',
    examples: [[EMPTY_NAME]],
    items: { $ref: '#/components/schemas/FieldError' },
  },
  request_id: {
    type: 'string',
    description: 'Names the request in the logs; also in `X-Request-Id`.',
    examples: [EXAMPLE_REQUEST_ID],
  },
  max_age: {
    type: 'integer',
    description:
      'With `insufficient_user_authentication` only: the maximum age of a sign-in, in seconds (RFC 9470).',
    examples: [900],
  },
  scope: {
    type: 'string',
    description: 'With `insufficient_scope` only: the scope that is missing (RFC 6750).',
    examples: ['users/me.write'],
  },
  changed: {
    type: ['array', 'null'],
    description:
      'With `precondition_failed` only: the fields that changed since the newest version that the entity tags of the request name; such a field may have its old value again. Null where the service cannot tell. `ETag` is that of the account now.',
    items: { $ref: '#/components/schemas/FieldName' },
    uniqueItems: true,
    examples: [['company']],
  },
};

/** Every error of the API. */
export const PROBLEM = {
  type: 'object',
  description:
    'A problem document (RFC 9457). It never repeats a value that was sent. Every error is one, except that a request over 10 MB gets a 413 of API Gateway itself: `{"message":"Request Too Long"}`, without CORS headers.',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'request_id'],
  properties: PROBLEM_MEMBERS,
};
