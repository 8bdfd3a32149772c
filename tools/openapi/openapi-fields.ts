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
  const {
    $schema: _version,
    anyOf,
    ...rest
  } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  });
  const [either] = anyOf ?? [];
  return typeof either === 'object' ? orNull({ ...either }) : rest;
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

/** The name of a field of an account. */
export function fieldNameSchema(): Schema {
  return { type: 'string', description: 'The name of a field.', enum: ACCOUNT_FIELDS };
}

function returnedSchema(field: Field): Schema {
  const { stored, isJsonText, accepts } = fieldRow(field);
  // A string that is never there: clients made for openapi-fetch drop a field whose only type is null.
  if (stored === null) return { type: ['string', 'null'], maxLength: 0 };
  if (isJsonText) return {};
  const maxLength = accepts === null ? undefined : MAX_LENGTHS[accepts];
  const lengths = maxLength === undefined ? {} : { minLength: 1, maxLength };
  return { ...jsonSchemaOf(stored), ...lengths };
}

/** How the media type of a PATCH has `metadata` read. */
export type MetadataMode = 'replaced' | 'merged';

const METADATA_RULES: Record<MetadataMode, string> = {
  replaced: 'Replaces what is stored.',
  merged: 'Is merged into what is stored (RFC 7396): a null inside deletes its key.',
};

/** The body of a PATCH. A schema for each media type, so that generated clients tell them apart. */
export function userUpdateSchema(mode: MetadataMode): Schema {
  const editable = fieldRecord(EDITABLE_FIELDS, (field) => {
    const { accepts } = FIELDS[field];
    const { example, sent = example } = textOf(field);
    const description = rulesOf(field, accepts === 'json' ? [METADATA_RULES[mode]] : []);
    return { ...orNull(LIMITS[accepts]), description, examples: [sent] };
  });
  const readOnly = fieldRecord(READ_ONLY_FIELDS, (field) => {
    const { description, example } = textOf(field);
    const rule = 'Read-only. Absent or the current value: ignored. Any other: 422 `read_only`.';
    const described = { description: `${description}\n\n${rule}`, examples: [example] };
    return { ...orNull(jsonSchemaOf(FIELDS[field].stored)), ...described };
  });
  return {
    type: 'object',
    description: `The fields to change; \`metadata\` is ${mode}. A field that is absent stays as it is, and so does one whose value is the current one. Unknown fields are refused.`,
    additionalProperties: false,
    properties: { ...editable, ...readOnly },
    examples: [{ name: 'Ada Lovelace' }],
  };
}

/** The schema with null as a second type: inside an `anyOf`, code generators lose its limits. */
function orNull({ type, ...limits }: Schema): Schema {
  if (type === undefined) return limits;
  return { type: [...new Set([type, 'null'].flat())], ...limits };
}

/** What each value of a field means: absent, null, the current one, an invalid one, a change. */
function rulesOf(field: EditableField, more: readonly string[]): string {
  const { onNull, denials } = fieldRow(field);
  const { description, notes = [] } = textOf(field);
  const lines = [
    'Absent or the current value: unchanged.',
    onNull === 'ignored' ? 'Null: unchanged.' : 'Null: cleared.',
    `Invalid: 422 ${ERRORS_OF[FIELDS[field].accepts].map((code) => `\`${code}\``).join(', ')}.`,
    ...DENIAL_REASONS.filter((reason) => denials.includes(reason)).map(
      (reason) => `A change ${WHEN_DENIED[reason]}: ${PROBLEMS[reason].status} \`${reason}\`.`,
    ),
    ...more,
    ...notes,
  ];
  return `${description}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

const WHEN_DENIED: Record<DenialReason, string> = {
  managed_by_identity_provider: 'of an SSO account',
  privileged_field: 'by anybody but a superuser',
  insufficient_user_authentication: 'with a sign-in that is too old',
};
