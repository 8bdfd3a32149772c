/**
 * The account and an update of it as schemas of the OpenAPI document: made from lib's schemas and
 * rules, joined with what a schema cannot say. Knows no operation.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { StoredAccountSchema } from '../../lib/account/account.ts';
import {
  EDITABLE_FIELDS,
  type EditableField,
  NULL_IGNORED_FIELDS,
  READ_ONLY_FIELDS,
  updateSchema,
} from '../../lib/account/field-rules.ts';
import { PROBLEMS } from '../../lib/http/problem.ts';
import {
  DENIAL_REASONS,
  type DenialReason,
  RESTRICTED_FIELDS,
} from '../../lib/self-service/edit-permissions.ts';
import { FAULTS_OF, FIELDS, LIMITS, MAX_LENGTHS, type Schema } from './openapi-field-texts.ts';

const jsonSchemaOf = (schema: v.GenericSchema): Schema => {
  // Checks that JSON Schema has no word for are in the descriptions.
  const { $schema: _version, ...rest } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  });
  return rest;
};

/** A whole account, as an example. */
export const EXAMPLE_USER = Object.fromEntries(
  Object.entries(FIELDS).map(([field, { example }]) => [field, example]),
);

/** The answer of both operations. */
export function userSchema(): Schema {
  const { metadata: _text, ...entries } = StoredAccountSchema.entries;
  const properties = Object.entries(FIELDS).map(([field, { description, example }]) => {
    const stored = Object.entries<v.GenericSchema>(entries).find(([name]) => name === field)?.[1];
    const json = field === 'password' ? { type: 'null' } : stored ? jsonSchemaOf(stored) : {};
    const maxLength = Object.entries(MAX_LENGTHS).find(([name]) => name === field)?.[1];
    const lengths = maxLength === undefined ? {} : { minLength: 1, maxLength };
    return [field, { ...json, ...lengths, description, examples: [example] }];
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
  const { entries } = updateSchema({ allowHttpAvatars: false });
  const editable = EDITABLE_FIELDS.map((field) => {
    const wrapped = field === 'metadata' ? {} : nullable(jsonSchemaOf(entries[field].wrapped));
    const described = { description: rulesOf(field), examples: [exampleOf(field)] };
    return [field, { ...wrapped, ...limitsOf(field), ...described }];
  });
  const user = StoredAccountSchema.entries;
  const readOnly = READ_ONLY_FIELDS.map((field) => {
    const { description, example } = FIELDS[field];
    const rule = 'Read-only. Absent or the current value: ignored. Any other: 422 `read_only`.';
    const described = { description: `${description}\n\n${rule}`, examples: [example] };
    return [field, { ...nullable(jsonSchemaOf(user[field])), ...described }];
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

function limitsOf(field: EditableField): Schema {
  const limits = LIMITS[field];
  return limits ? { anyOf: [limits, { type: 'null' }] } : {};
}

function nullable(schema: Schema): Schema {
  if (Object.keys(schema).length === 0) return {};
  const isNullable = Array.isArray(schema['anyOf']);
  return isNullable ? schema : { anyOf: [schema, { type: 'null' }] };
}

/** What each value of a field means: absent, null, the current one, an invalid one, a change. */
function rulesOf(field: EditableField): string {
  const keeps = NULL_IGNORED_FIELDS.some((one) => one === field);
  const lines = [
    'Absent or the current value: unchanged.',
    keeps ? 'Null: unchanged.' : 'Null: cleared.',
    `Invalid: 422 ${FAULTS_OF[field].map((code) => `\`${code}\``).join(', ')}.`,
    ...DENIAL_REASONS.filter((obstacle) => RESTRICTED_FIELDS[obstacle].has(field)).map(
      (obstacle) =>
        `A change ${WHEN_HINDERED[obstacle]}: ${PROBLEMS[obstacle].status} \`${obstacle}\`.`,
    ),
    ...(MORE[field] ?? []),
  ];
  return `${FIELDS[field].description}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

const WHEN_HINDERED: Record<DenialReason, string> = {
  managed_by_identity_provider: 'of an SSO account',
  privileged_field: 'by anybody but a superuser',
  insufficient_user_authentication: 'with a sign-in that is too old',
};

const MORE: Partial<Record<EditableField, string[]>> = {
  username: [
    'The name of another account: 409 `username_taken`.',
    'The reserved name: 400 `username_reserved`.',
  ],
  email: ['The name of another account: 409 `email_taken`.'],
  password: ['A new one clears `password_expired` and ends every other session.'],
  metadata: [
    '`application/json` replaces it; `application/merge-patch+json` merges it (RFC 7396), nulls inside deleting keys.',
  ],
};

/** A value to send. */
function exampleOf(field: EditableField): unknown {
  return field === 'password' ? 'Analytical-Engine-1843' : FIELDS[field].example;
}
