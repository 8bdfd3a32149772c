/**
 * The account and an update of it as schemas of the OpenAPI document: made from lib's schemas and
 * rules, joined with what a schema cannot say. Knows no operation.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import {
  ACCOUNT_FIELDS,
  DENIAL_REASONS,
  type DenialReason,
  EDITABLE_FIELDS,
  type EditableField,
  FIELDS,
  type Field,
  fieldRecord,
  fieldRow,
  READ_ONLY_FIELDS,
} from '../../lib/account/fields.ts';
import { updateSchema } from '../../lib/account/update-schema.ts';
import { PROBLEMS } from '../../lib/http/problem.ts';
import {
  ERRORS_OF,
  FIELD_TEXTS,
  type FieldText,
  LIMITS,
  MAX_LENGTHS,
  type Schema,
} from './openapi-field-texts.ts';

const jsonSchemaOf = (schema: v.GenericSchema): Schema => {
  // Checks that JSON Schema has no word for are in the descriptions.
  const { $schema: _version, ...rest } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  });
  return rest;
};

const textOf = (field: Field): FieldText => FIELD_TEXTS[field];

/** A whole account, as an example. */
export const EXAMPLE_USER = fieldRecord(ACCOUNT_FIELDS, (field) => textOf(field).example);

/** The body of both operations' responses. */
export function userSchema(): Schema {
  return {
    type: 'object',
    description: 'An account: a person or a service account. Every key is always present.',
    required: ACCOUNT_FIELDS,
    additionalProperties: false,
    properties: fieldRecord(ACCOUNT_FIELDS, (field) => {
      const { description, example } = textOf(field);
      return { ...returnedSchema(field), description, examples: [example] };
    }),
  };
}

function returnedSchema(field: Field): Schema {
  const { stored, isJsonText, accepts } = fieldRow(field);
  if (stored === null) return { type: 'null' };
  if (isJsonText) return {};
  const maxLength = accepts === null ? undefined : MAX_LENGTHS[accepts];
  const lengths = maxLength === undefined ? {} : { minLength: 1, maxLength };
  return { ...jsonSchemaOf(stored), ...lengths };
}

/** The body of a PATCH. */
export function userUpdateSchema(): Schema {
  const { entries } = updateSchema({ allowHttpAvatars: false });
  const editable = fieldRecord(EDITABLE_FIELDS, (field) => {
    const { accepts } = FIELDS[field];
    const wrapped = accepts === 'json' ? {} : nullable(jsonSchemaOf(entries[field].wrapped));
    const { example, sent = example } = textOf(field);
    return { ...wrapped, ...limitsOf(field), description: rulesOf(field), examples: [sent] };
  });
  const readOnly = fieldRecord(READ_ONLY_FIELDS, (field) => {
    const { description, example } = textOf(field);
    const rule = 'Read-only. Absent or the current value: ignored. Any other: 422 `read_only`.';
    const described = { description: `${description}\n\n${rule}`, examples: [example] };
    return { ...nullable(jsonSchemaOf(FIELDS[field].stored)), ...described };
  });
  return {
    type: 'object',
    description:
      'The fields to change. A field that is absent stays as it is, and so does one whose value is the current one. Unknown fields are refused.',
    additionalProperties: false,
    properties: { ...editable, ...readOnly },
    examples: [{ name: 'Ada Lovelace' }],
  };
}

function limitsOf(field: EditableField): Schema {
  const limits = LIMITS[FIELDS[field].accepts];
  return limits ? { anyOf: [limits, { type: 'null' }] } : {};
}

function nullable(schema: Schema): Schema {
  if (Object.keys(schema).length === 0) return {};
  const isNullable = Array.isArray(schema['anyOf']);
  return isNullable ? schema : { anyOf: [schema, { type: 'null' }] };
}

/** What each value of a field means: absent, null, the current one, an invalid one, a change. */
function rulesOf(field: EditableField): string {
  const { onNull, denials } = fieldRow(field);
  const { description, notes = [] } = textOf(field);
  const lines = [
    'Absent or the current value: unchanged.',
    onNull === 'ignored' ? 'Null: unchanged.' : 'Null: cleared.',
    `Invalid: 422 ${ERRORS_OF[FIELDS[field].accepts].map((code) => `\`${code}\``).join(', ')}.`,
    ...DENIAL_REASONS.filter((reason) => denials.includes(reason)).map(
      (reason) => `A change ${WHEN_DENIED[reason]}: ${PROBLEMS[reason].status} \`${reason}\`.`,
    ),
    ...notes,
  ];
  return `${description}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

const WHEN_DENIED: Record<DenialReason, string> = {
  managed_by_identity_provider: 'of an SSO account',
  privileged_field: 'by anybody but a superuser',
  insufficient_user_authentication: 'with a sign-in that is too old',
};
