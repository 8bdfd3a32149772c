/**
 * The fields of an account as the OpenAPI document shows them: the schemas are made from lib's, and
 * joined with what a schema cannot say. Knows no operation.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import {
  differingFieldsSchema,
  EDITABLE_FIELDS,
  type EditableField,
  NULL_KEEPS_FIELDS,
  READ_ONLY_FIELDS,
} from '../lib/domain/field-rules.ts';
import { PASSWORD_MAX_LENGTH } from '../lib/domain/password-policy.ts';
import {
  AccountSchema,
  AVATAR_URL_MAX_LENGTH,
  EMAIL_MAX_LENGTH,
  METADATA_MAX_BYTES,
  METADATA_MAX_DEPTH,
  TEXT_MAX_LENGTH,
  USERNAME_PATTERN,
  type User,
} from '../lib/domain/user.ts';

/** A JSON schema (draft 2020-12, as OpenAPI 3.1 takes it). */
export type Schema = Record<string, unknown>;

interface FieldText {
  description: string;
  examples: unknown[];
}

const FIELDS: Record<keyof User, FieldText> = {
  id: {
    description: 'The `sub` of a person’s tokens; of a service account, an id of its own.',
    examples: ['7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11'],
  },
  username: {
    description: `Unique over all usernames and e-mails, in any letter case: 1 to ${TEXT_MAX_LENGTH} of \`a-z A-Z 0-9 _ - @ .\`, or an e-mail address. The e-mail of SSO accounts.`,
    examples: ['ada'],
  },
  email: {
    description: `Unique over all usernames and e-mails, in any letter case; at most ${EMAIL_MAX_LENGTH} characters. A new one signs in once its owner has confirmed it.`,
    examples: ['ada@example.com'],
  },
  name: { description: 'Length in code points.', examples: ['Ada Lovelace'] },
  company: { description: 'Length in code points.', examples: ['Analytical Engines'] },
  job_title: { description: 'Length in code points.', examples: ['Countess'] },
  avatar_url: {
    description: 'An absolute `https:` address without user name and password.',
    examples: ['https://example.com/ada.png'],
  },
  metadata: {
    description: `Any JSON value, kept exactly as sent: at most ${METADATA_MAX_BYTES} bytes of JSON text and ${METADATA_MAX_DEPTH} levels; integers within ±(2^53 − 1); no key \`__proto__\`.`,
    examples: [{ theme: 'dark', pinned: [1, 2] }],
  },
  password: {
    description: 'Always null in an answer. A new password has to keep the rules of the user pool.',
    examples: [null],
  },
  password_expired: {
    description: 'True while a new password has to be chosen; null for SSO and service accounts.',
    examples: [false],
  },
  oauth_provider: { description: 'Identity provider of an SSO account.', examples: [null] },
  oauth_id: { description: 'Id of an SSO account at its provider.', examples: [null] },
  is_active: { description: 'False: the account can neither sign in nor call.', examples: [true] },
  is_superuser: { description: 'May change privileged fields.', examples: [false] },
  is_service_account: { description: 'A program, not a person.', examples: [false] },
  is_onboarded: { description: 'For the app: has been shown around.', examples: [false] },
  organization_id: { description: 'Of service accounts only.', examples: [null] },
};

const jsonSchemaOf = (schema: v.GenericSchema): Schema => {
  // Checks that JSON Schema has no word for are in the descriptions.
  const { $schema: _version, ...rest } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  });
  return rest;
};

/** The answer of both operations. */
export function userSchema(): Schema {
  const { metadata: _text, ...entries } = AccountSchema.entries;
  const properties = Object.keys(FIELDS).map((field) => {
    const stored = v.object(entries).entries;
    const schema = Object.entries(stored).find(([name]) => name === field)?.[1];
    const json = field === 'password' ? { type: 'null' } : schema ? jsonSchemaOf(schema) : {};
    return [field, { ...json, ...textOf(field) }];
  });
  return {
    type: 'object',
    description: 'An account: a person or a service account. Every key is always present.',
    required: Object.keys(FIELDS),
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

/** The body of a PATCH. */
export function userUpdateSchema(): Schema {
  const { entries } = differingFieldsSchema({ allowHttpAvatars: false });
  const editable = EDITABLE_FIELDS.map((field) => {
    const wrapped = field === 'metadata' ? {} : nullable(jsonSchemaOf(entries[field].wrapped));
    return [field, { ...wrapped, ...limitsOf(field), ...updateTextOf(field) }];
  });
  const user = AccountSchema.entries;
  const readOnly = READ_ONLY_FIELDS.map((field) => {
    const description = `${FIELDS[field].description} Read-only: its current value is ignored, another is refused.`;
    return [field, { ...nullable(jsonSchemaOf(user[field])), description }];
  });
  return {
    type: 'object',
    description:
      'The fields to change. A field that is absent stays as it is, and so does one whose value is the current one. Unknown fields are refused.',
    additionalProperties: false,
    properties: Object.fromEntries([...editable, ...readOnly]),
    examples: [{ name: 'Ada Lovelace' }],
  };
}

const TEXT = {
  type: 'string',
  minLength: 1,
  maxLength: TEXT_MAX_LENGTH,
  // No control characters.
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
};

/** What lib checks by code, in JSON Schema's words; its lengths count code points, as lib does. */
const LIMITS: Partial<Record<EditableField, Schema>> = {
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

function limitsOf(field: EditableField): Schema {
  const limits = LIMITS[field];
  return limits ? { anyOf: [limits, { type: 'null' }] } : {};
}

function nullable(schema: Schema): Schema {
  if (Object.keys(schema).length === 0) return {};
  const isNullable = Array.isArray(schema['anyOf']);
  return isNullable ? schema : { anyOf: [schema, { type: 'null' }] };
}

function textOf(field: string): FieldText | undefined {
  return Object.entries(FIELDS).find(([name]) => name === field)?.[1];
}

function updateTextOf(field: EditableField): Schema {
  const keeps = NULL_KEEPS_FIELDS.some((one) => one === field);
  const nulls = keeps ? 'Null leaves it as it is.' : 'Null clears it.';
  const more =
    field === 'metadata'
      ? ' `application/json` replaces it; `application/merge-patch+json` merges it (RFC 7396).'
      : '';
  return { description: `${FIELDS[field].description} ${nulls}${more}` };
}
