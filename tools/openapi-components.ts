/** Schemas of the OpenAPI document besides the account: problems and capabilities. */
import { FIELD_OBSTACLES } from '../lib/domain/edit-rights.ts';
import { type Schema, userSchema } from './openapi-fields.ts';

/** Every error of the API. */
export const PROBLEM: Schema = {
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'Names the kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'A sentence for people.' },
    code: { type: 'string', description: 'Permanent; the last part of `type`.' },
    errors: {
      type: 'array',
      description: 'Every fault, each with where it is.',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        additionalProperties: false,
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into the body.' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
    request_id: { type: 'string' },
    max_age: { type: 'integer', description: 'Greatest age of a sign-in, in seconds (RFC 9470).' },
    scope: { type: 'string', description: 'The scope that is missing (RFC 6750).' },
  },
};

/** What a caller may edit. */
export function capabilitiesSchema(): Schema {
  const reasons = [
    'read_only',
    'insufficient_scope',
    'client_not_allowed',
    'service_account_not_editable',
    'internal_account_not_editable',
    'admin_account_not_editable',
    ...FIELD_OBSTACLES,
  ];
  const field = {
    type: 'object',
    required: ['editable'],
    additionalProperties: false,
    properties: {
      editable: { type: 'boolean' },
      reason: { enum: reasons, description: 'The code a change would be refused with.' },
      max_age: { type: 'integer', description: 'How recent a sign-in would do, in seconds.' },
    },
  };
  const names = Object.keys(userSchema()['properties'] ?? {});
  return {
    type: 'object',
    description: 'Which fields the caller may edit now, and why not.',
    required: ['fields'],
    additionalProperties: false,
    properties: {
      fields: {
        type: 'object',
        required: names,
        additionalProperties: false,
        properties: Object.fromEntries(names.map((name) => [name, field])),
      },
    },
  };
}
