/**
 * What the OpenAPI document says of each field of an account beyond its row in the table: what it
 * is and an example; and of each kind of value its limits in JSON Schema's words and its errors.
 */
import type { Field, ValueKind } from '../../lib/account/fields.ts';
import { METADATA_MAX_BYTES, METADATA_MAX_DEPTH } from '../../lib/account/metadata.ts';
import {
  CHOSEN_USERNAME_PATTERN,
  EMAIL_MAX_LENGTH,
  EMAIL_PATTERN,
  USERNAME_MAX_LENGTH,
} from '../../lib/account/names.ts';
import { PASSWORD_MAX_LENGTH } from '../../lib/account/password-policy.ts';
import {
  AVATAR_URL_MAX_LENGTH,
  AVATAR_URL_PATTERN,
  type FIELD_ERRORS,
  TEXT_MAX_LENGTH,
} from '../../lib/account/update-schema.ts';

/** A JSON schema (draft 2020-12, as OpenAPI 3.1 takes it). */
export type Schema = Record<string, unknown>;

/** What one field is. */
export interface FieldText {
  description: string;
  /** A value in a response. */
  example: unknown;
  /** A value to send, where it is another. */
  sent?: unknown;
  /** What else an update of it does or meets, a sentence each. */
  notes?: readonly string[];
}

const text = (what: string, example: string): FieldText => ({
  description: `${what}: 1 to ${TEXT_MAX_LENGTH} characters (code points), no control characters.`,
  example,
});

const TOO_MANY_ATTEMPTS =
  'A new name after ten were refused to the account within an hour: 429 `too_many_attempts`.';
const LAST_SUPERUSER = 'False, of the last active superuser: 409 `last_superuser`.';

/** Every field; the document takes their order from the table of fields. */
export const FIELD_TEXTS = {
  id: {
    description: 'The `sub` of a person’s tokens; of a service account, an id of its own.',
    example: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
  },
  username: {
    description: `Unique over all usernames and e-mails, in any letter case: 1 to ${USERNAME_MAX_LENGTH} of \`a-z A-Z 0-9 _ - @ .\`, not in the form of an id, or an e-mail address. The e-mail of SSO accounts.`,
    example: 'ada',
    notes: [
      'The name of another account or user of the pool, or one that rests for another: 409 `username_taken`.',
      TOO_MANY_ATTEMPTS,
      'A reserved name: 400 `username_reserved`.',
    ],
  },
  email: {
    description: `Unique over all usernames and e-mails, in any letter case: ASCII (an internationalised domain as its \`xn--\` form), at most ${EMAIL_MAX_LENGTH} characters and 64 before the \`@\`. Where it signs people in, a new one may have to be confirmed first.`,
    example: 'ada@example.com',
    notes: [
      'The name of another account, one that rests for another, or an e-mail that another user of the pool has confirmed: 409 `email_taken`.',
      TOO_MANY_ATTEMPTS,
    ],
  },
  name: text('The name to show', 'Ada Lovelace'),
  company: text('Where they work', 'Analytical Engines'),
  job_title: text('What they do there', 'Countess'),
  avatar_url: {
    description: `Where their picture is: an absolute \`https:\` URL without user name and password, at most ${AVATAR_URL_MAX_LENGTH} characters. An operator can allow \`http:\` as well.`,
    example: 'https://example.com/ada.png',
    notes: ['An empty text: cleared.'],
  },
  metadata: {
    description: `Any JSON value: at most ${METADATA_MAX_BYTES} bytes of JSON text and ${METADATA_MAX_DEPTH} levels; integers within ±(2^53 − 1); no key \`__proto__\`, and no \`constructor\` around a \`prototype\`.`,
    example: { theme: 'dark', pinned: [1, 2] },
  },
  password: {
    description: `Always null in a response. A new password has to keep the rules of the user pool, and has at most ${PASSWORD_MAX_LENGTH} characters, all of which can be typed. It must not hold the username, the e-mail’s part before the \`@\` or the name (from 4 characters, in any letter case), nor be one of the most common passwords.`,
    example: null,
    sent: 'Analytical-Engine-1843',
    notes: ['A new one clears `password_expired` and ends every other session.'],
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
  is_active: {
    description: 'False: the account can neither sign in nor call.',
    example: true,
    notes: [LAST_SUPERUSER],
  },
  is_superuser: {
    description: 'May change privileged fields.',
    example: false,
    notes: [LAST_SUPERUSER],
  },
  is_service_account: { description: 'A program, not a person.', example: false },
  is_onboarded: { description: 'For the app: has been shown around.', example: false },
  organization_id: {
    description: 'Whose service account it is; null for people.',
    example: null,
  },
} satisfies Record<Field, FieldText>;

/** Greatest lengths of what is returned; its form was judged when it was sent. */
export const MAX_LENGTHS: Partial<Record<ValueKind, number>> = {
  username: EMAIL_MAX_LENGTH,
  email: EMAIL_MAX_LENGTH,
  text: TEXT_MAX_LENGTH,
  url: AVATAR_URL_MAX_LENGTH,
};

/**
 * What an update may send, in JSON Schema's words; lengths count code points, as lib does. Each has
 * one type and no `anyOf`, so that null can stand beside it, and no `format` that code generators
 * turn into a type of its own: such a type masks or rewrites the value that is sent.
 */
export const LIMITS: Record<ValueKind, Schema> = {
  text: {
    type: 'string',
    minLength: 1,
    maxLength: TEXT_MAX_LENGTH,
    // No control characters.
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
  },
  username: {
    type: 'string',
    minLength: 1,
    maxLength: EMAIL_MAX_LENGTH,
    pattern: `^(?=.{1,${USERNAME_MAX_LENGTH}}$)${CHOSEN_USERNAME_PATTERN.source.slice(1)}|${EMAIL_PATTERN.source}`,
  },
  email: {
    type: 'string',
    minLength: 5,
    maxLength: EMAIL_MAX_LENGTH,
    pattern: EMAIL_PATTERN.source,
  },
  url: {
    type: 'string',
    // An empty text clears the field.
    maxLength: AVATAR_URL_MAX_LENGTH,
    pattern: `^$|${AVATAR_URL_PATTERN.source.replaceAll('\\/', '/')}`,
  },
  password: {
    type: 'string',
    minLength: 1,
    maxLength: PASSWORD_MAX_LENGTH,
    // No control characters and line breaks.
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$',
  },
  boolean: { type: 'boolean' },
  json: {},
};

type PasswordError = `password_${string}`;

/** The codes of `errors` when a value cannot be accepted, besides `too_deep`, which any can have. */
export const ERRORS_OF: Record<ValueKind, (keyof typeof FIELD_ERRORS | PasswordError)[]> = {
  password: [
    'not_a_string',
    'empty',
    'password_too_short',
    'password_too_long',
    'password_untypable',
    'password_outer_space',
    'password_needs_lowercase',
    'password_needs_uppercase',
    'password_needs_digit',
    'password_needs_symbol',
    'password_holds_username',
    'password_holds_email',
    'password_holds_name',
    'password_common',
  ],
  boolean: ['not_a_boolean'],
  text: ['not_a_string', 'empty', 'text_too_long', 'invalid_text'],
  url: ['not_a_string', 'url_too_long', 'invalid_url'],
  json: ['too_deep', 'too_large', 'number_out_of_range'],
  username: ['not_a_string', 'invalid_username'],
  email: ['not_a_string', 'invalid_email'],
};
