/** Schemas of what a caller learns beside the capabilities: the state of the account and of the sign-in. */
import type { Capabilities } from '../../lib/self-service/capabilities.ts';
import type { Schema } from './openapi-field-texts.ts';

/** A new e-mail that is not the account's yet. */
const PENDING_EMAIL: Schema = {
  type: ['object', 'null'],
  description:
    'The new e-mail that waits until its owner has proven it, in deployments that ask for that.',
  required: ['address', 'since'],
  additionalProperties: false,
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
export const ACCOUNT_STATE: Record<keyof Omit<Capabilities, 'fields'>, Schema> = {
  pending_email: PENDING_EMAIL,
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
  password_rules: {
    type: 'object',
    description: 'What the user pool asks of a new password.',
    required: ['min_length', 'requires'],
    additionalProperties: false,
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
