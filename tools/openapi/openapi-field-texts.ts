/**
 * What the OpenAPI document says of each field of an account beyond its type: what it is, an
 * example, its limits in JSON Schema's words, and the codes of what can be wrong with it.
 */

import {
  type AccountView,
  AVATAR_URL_MAX_LENGTH,
  EMAIL_MAX_LENGTH,
  METADATA_MAX_BYTES,
  METADATA_MAX_DEPTH,
  TEXT_MAX_LENGTH,
  USERNAME_PATTERN,
} from '../../lib/account/account.ts';
import type { EditableField, FIELD_ERRORS } from '../../lib/account/field-rules.ts';
import { PASSWORD_MAX_LENGTH } from '../../lib/account/password-policy.ts';

/** A JSON schema (draft 2020-12, as OpenAPI 3.1 takes it). */
export type Schema = Record<string, unknown>;

/** What one field is. */
export interface FieldText {
  description: string;
  /** A value in an answer. */
  example: unknown;
}

const text = (what: string, example: string): FieldText => ({
  description: `${what}: 1 to ${TEXT_MAX_LENGTH} characters (code points), no control characters.`,
  example,
});

/** Every field, in the order of the document. */
export const FIELDS: Record<keyof AccountView, FieldText> = {
  id: {
    description: 'The `sub` of a person’s tokens; of a service account, an id of its own.',
    example: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
  },
  username: {
    description: `Unique over all usernames and e-mails, in any letter case: 1 to ${TEXT_MAX_LENGTH} of \`a-z A-Z 0-9 _ - @ .\`, or an e-mail address. The e-mail of SSO accounts.`,
    example: 'ada',
  },
  email: {
    description: `Unique over all usernames and e-mails, in any letter case: ASCII, at most ${EMAIL_MAX_LENGTH} characters. A new one signs in once its owner has confirmed it.`,
    example: 'ada@example.com',
  },
  name: text('The name to show', 'Ada Lovelace'),
  company: text('Where they work', 'Analytical Engines'),
  job_title: text('What they do there', 'Countess'),
  avatar_url: {
    description: `Where their picture is: an absolute \`https:\` address without user name and password, at most ${AVATAR_URL_MAX_LENGTH} characters. An operator can allow \`http:\` as well.`,
    example: 'https://example.com/ada.png',
  },
  metadata: {
    description: `Any JSON value, kept exactly as sent: at most ${METADATA_MAX_BYTES} bytes of JSON text and ${METADATA_MAX_DEPTH} levels; integers within ±(2^53 − 1); no key \`__proto__\`.`,
    example: { theme: 'dark', pinned: [1, 2] },
  },
  password: {
    description: `Always null in an answer. A new password has to keep the rules of the user pool, and has at most ${PASSWORD_MAX_LENGTH} characters.`,
    example: null,
  },
  password_expired: {
    description: 'True while a new password has to be chosen; null for SSO and service accounts.',
    example: false,
  },
  oauth_provider: {
    description: 'Identity provider of an SSO account; null for others.',
    example: null,
  },
  oauth_id: {
    description: 'Id of an SSO account at its provider; null for others.',
    example: null,
  },
  is_active: { description: 'False: the account can neither sign in nor call.', example: true },
  is_superuser: { description: 'May change privileged fields.', example: false },
  is_service_account: { description: 'A program, not a person.', example: false },
  is_onboarded: { description: 'For the app: has been shown around.', example: false },
  organization_id: {
    description: 'Whose service account it is; null for people.',
    example: null,
  },
};

const TEXT = {
  type: 'string',
  minLength: 1,
  maxLength: TEXT_MAX_LENGTH,
  // No control characters.
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
};

/** Greatest lengths of what is answered; its form was judged when it was sent. */
export const MAX_LENGTHS: Partial<Record<keyof AccountView, number>> = {
  username: EMAIL_MAX_LENGTH,
  email: EMAIL_MAX_LENGTH,
  name: TEXT_MAX_LENGTH,
  company: TEXT_MAX_LENGTH,
  job_title: TEXT_MAX_LENGTH,
  avatar_url: AVATAR_URL_MAX_LENGTH,
};

/** What lib checks by code, in JSON Schema's words; its lengths count code points, as lib does. */
export const LIMITS: Partial<Record<EditableField, Schema>> = {
  name: TEXT,
  company: TEXT,
  job_title: TEXT,
  username: {
    type: 'string',
    minLength: 1,
    anyOf: [
      { maxLength: TEXT_MAX_LENGTH, pattern: USERNAME_PATTERN.source },
      { maxLength: EMAIL_MAX_LENGTH, format: 'email' },
    ],
  },
  email: { type: 'string', format: 'email', minLength: 3, maxLength: EMAIL_MAX_LENGTH },
  avatar_url: {
    type: 'string',
    format: 'uri',
    minLength: 9,
    maxLength: AVATAR_URL_MAX_LENGTH,
    pattern: '^[Hh][Tt][Tt][Pp][Ss]://[^/\\\\@\\s]+([/?#][^\\\\@\\s]*)?$',
  },
  password: { type: 'string', format: 'password', minLength: 1, maxLength: PASSWORD_MAX_LENGTH },
};

/** The codes of `errors` when a value cannot be accepted, besides `too_deep`, which any field has. */
export const FAULTS_OF: Record<EditableField, (keyof typeof FIELD_ERRORS | PasswordFault)[]> = {
  password: [
    'not_a_string',
    'empty',
    'password_too_short',
    'password_too_long',
    'password_outer_space',
    'password_needs_lowercase',
    'password_needs_uppercase',
    'password_needs_digit',
    'password_needs_symbol',
  ],
  password_expired: ['not_a_boolean'],
  name: ['not_a_string', 'empty', 'text_too_long', 'invalid_text'],
  avatar_url: ['not_a_string', 'url_too_long', 'invalid_url'],
  company: ['not_a_string', 'empty', 'text_too_long', 'invalid_text'],
  job_title: ['not_a_string', 'empty', 'text_too_long', 'invalid_text'],
  metadata: ['too_deep', 'too_large', 'number_out_of_range'],
  username: ['not_a_string', 'invalid_username'],
  email: ['not_a_string', 'invalid_email'],
  is_active: ['not_a_boolean'],
  is_onboarded: ['not_a_boolean'],
  is_superuser: ['not_a_boolean'],
};

type PasswordFault = `password_${string}`;
