/** Schemas of the OpenAPI document besides the account: problems and capabilities. */

import { ACCOUNT_FIELDS, fieldRecord } from '../../lib/account/fields.ts';
import { PROBLEM_TYPE_PREFIX } from '../../lib/contract.ts';
import type { CapabilityReason } from '../../lib/self-service/capabilities.ts';
import { ACCOUNT_STATE } from './openapi-account-state.ts';
import { EXAMPLE_REQUEST_ID } from './openapi-examples.ts';
import type { Schema } from './openapi-field-texts.ts';

/** Every error of the API. */
export const PROBLEM: Schema = {
  type: 'object',
  description:
    'A problem document (RFC 9457). It never repeats a value that was sent. Every error is one, except that a request over 10 MB gets a 413 of API Gateway itself: `{"message":"Request Too Long"}`, without CORS headers.',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'request_id'],
  properties: {
    type: {
      type: 'string',
      format: 'uri',
      description: `Names the kind of problem: \`${PROBLEM_TYPE_PREFIX}\` and the code.`,
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
      description: 'One sentence for people. It may be reworded.',
      examples: ['Some fields cannot be accepted: errors lists each of them.'],
    },
    code: {
      type: 'string',
      description: 'Permanent: switch on this one.',
      examples: ['invalid_fields'],
    },
    errors: {
      type: 'array',
      description: 'Every error, each with where it is; may be empty.',
      examples: [[{ pointer: '/name', code: 'empty', detail: 'Send at least one character.' }]],
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        additionalProperties: false,
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer (RFC 6901) into the body; empty for the whole body.',
            examples: ['/name'],
          },
          code: {
            type: 'string',
            description: 'Permanent; the fields of `UserUpdate` say which codes each can have.',
            examples: ['empty'],
          },
          detail: {
            type: 'string',
            description: 'One sentence for people. It may be reworded.',
            examples: ['Send at least one character, or null.'],
          },
        },
      },
    },
    request_id: {
      type: 'string',
      description: 'Names the request in the logs; also in `X-Request-Id`.',
      examples: [EXAMPLE_REQUEST_ID],
    },
    max_age: {
      type: 'integer',
      description:
        'With `insufficient_user_authentication` only: greatest age of a sign-in, in seconds (RFC 9470).',
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
        'With `precondition_failed` only: the fields that changed since the newest version that the entity tags of the request name, perhaps back again; null where that cannot be told. `ETag` is that of the account now.',
      items: { enum: ACCOUNT_FIELDS },
      uniqueItems: true,
      examples: [['company']],
    },
  },
};

/** A reason without a place here does not compile. */
const REASONS = {
  read_only: true,
  insufficient_scope: true,
  client_not_allowed: true,
  service_account_not_editable: true,
  internal_account_not_editable: true,
  admin_account_not_editable: true,
  managed_by_identity_provider: true,
  privileged_field: true,
  insufficient_user_authentication: true,
} satisfies Record<CapabilityReason, true>;

/** What a caller may do with one field. */
export const FIELD_CAPABILITY: Schema = {
  type: 'object',
  description: 'Whether a field may be changed now.',
  required: ['editable'],
  additionalProperties: false,
  properties: {
    editable: {
      type: 'boolean',
      description: 'True: a valid change would be accepted.',
      examples: [false],
    },
    reason: {
      enum: Object.keys(REASONS),
      description: 'Where it is not editable: the code that a change would be refused with.',
      examples: ['insufficient_user_authentication'],
    },
    max_age: {
      type: 'integer',
      description:
        'For a field that takes a recent sign-in: how old one may be, in seconds. Absent where no sign-in would help.',
      examples: [900],
    },
  },
};

/** What a caller may edit. */
export function capabilitiesSchema(): Schema {
  const fieldOf = (name: string) => ({
    $ref: '#/components/schemas/FieldCapability',
    description: `What a PATCH could do with \`${name}\` now.`,
  });
  return {
    type: 'object',
    description:
      'Which fields the caller may edit now, and why not; made by the rules that judge a PATCH. Beside it the state of the account and of the sign-in. More members may be added.',
    required: ['fields', ...Object.keys(ACCOUNT_STATE)],
    additionalProperties: false,
    properties: {
      fields: {
        type: 'object',
        description: 'Every field of the account.',
        required: ACCOUNT_FIELDS,
        additionalProperties: false,
        properties: fieldRecord(ACCOUNT_FIELDS, fieldOf),
      },
      ...ACCOUNT_STATE,
    },
  };
}
