/** Schemas of capabilities in the OpenAPI document, and of the state of an account beside them. */
import { ACCOUNT_FIELDS, fieldRecord, PROFILE_FIELDS } from '../../lib/account/fields.ts';
import type { Capabilities, CapabilityReason } from '../../lib/self-service/capabilities.ts';
import type { Schema } from './openapi-field-texts.ts';

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

/** Why a field is not editable now. */
export const CAPABILITY_REASON: Schema = {
  type: 'string',
  description: 'The code that a change would be refused with. A later version may have more.',
  enum: Object.keys(REASONS),
};

/** Where the value of a field came from. */
export const FIELD_SOURCE: Schema = {
  type: 'string',
  description:
    'Where a value came from: `directory`, which may have it from an identity provider; or `owner`, which also stands for values from before the service noted this.',
  enum: ['directory', 'owner'],
};

/** What a caller may do with one field. */
export const FIELD_CAPABILITY: Schema = {
  type: 'object',
  description: 'Whether a field may be changed now.',
  required: ['editable'],
  properties: {
    editable: {
      type: 'boolean',
      description: 'True: a valid change would be accepted.',
      examples: [false],
    },
    reason: {
      $ref: '#/components/schemas/CapabilityReason',
      description: 'Where it is not editable: the code that a change would be refused with.',
      examples: ['insufficient_user_authentication'],
    },
    max_age: {
      type: 'integer',
      description:
        'For a field that needs a recent sign-in: its maximum age in seconds. Absent where no sign-in would help.',
      examples: [900],
    },
  },
};

/** A new e-mail that is not the account's yet. */
const PENDING_EMAIL: Schema = {
  type: ['object', 'null'],
  description:
    'The new e-mail that waits until its owner has proven it, in deployments that ask for that.',
  required: ['address', 'since'],
  properties: {
    address: { type: 'string', description: 'Where the code was mailed to.' },
    since: {
      type: 'string',
      format: 'date-time',
      description: 'When that was asked for; it ends a day later.',
    },
  },
};

const time = (description: string): Schema => ({
  type: ['string', 'null'],
  format: 'date-time',
  description,
});

/** The account and the sign-in of the caller. */
const STATE: Record<keyof Omit<Capabilities, 'fields' | 'pending_email'>, Schema> = {
  email_verified: {
    type: ['boolean', 'null'],
    description:
      'True: the e-mail was proven, or an operator vouched for it. False: the identity provider, asked at each sign-in, does not say so. Null: not known, or no e-mail.',
  },
  created_at: time('When the account was made; null where that was before this was noted.'),
  updated_at: time(
    'When the account last changed, as `Last-Modified` says; null where that was before this was noted.',
  ),
  password_changed_at: time(
    'The last change of the password through this service or its operators.',
  ),
  auth_time: time('When the caller signed in; null where the token does not say.'),
  scopes: {
    type: 'array',
    description: 'The scopes of the token.',
    items: { type: 'string' },
  },
  sources: {
    type: 'object',
    description: 'Where the value of each field of the profile came from.',
    required: PROFILE_FIELDS,
    properties: fieldRecord(PROFILE_FIELDS, (name) => ({
      anyOf: [{ $ref: '#/components/schemas/FieldSource' }, { type: 'null' }],
      description: `Where \`${name}\` came from; null where it has no value.`,
    })),
  },
  password_rules: {
    type: 'object',
    description: 'What the user pool asks of a new password.',
    required: ['min_length', 'requires'],
    properties: {
      min_length: { type: 'integer', minimum: 6, maximum: 99 },
      requires: {
        type: 'array',
        description: 'Kinds of characters of which it has to hold at least one.',
        items: { type: 'string', enum: ['lowercase', 'uppercase', 'digit', 'symbol'] },
      },
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
    required: ['fields', 'pending_email', ...Object.keys(STATE)],
    properties: {
      fields: {
        type: 'object',
        description: 'Every field of the account.',
        required: ACCOUNT_FIELDS,
        properties: fieldRecord(ACCOUNT_FIELDS, fieldOf),
      },
      pending_email: PENDING_EMAIL,
      ...STATE,
    },
  };
}
