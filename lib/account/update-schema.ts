/**
 * What an update may send in each field, as schemas by kind of value, and the error of each breach. Knows nothing of who is asking.
 */
import * as v from 'valibot';
import { type ErrorParams, type FieldError, fieldError } from './errors.ts';
import {
  EDITABLE_FIELDS,
  type EditableField,
  FIELDS,
  fieldRecord,
  fieldRow,
  type ValueKind,
} from './fields.ts';
import {
  type JsonValue,
  METADATA_MAX_BYTES,
  METADATA_MAX_DEPTH,
  metadataErrors,
} from './metadata.ts';
import { EMAIL_MAX_LENGTH, EmailSchema, isChosenUsername, USERNAME_MAX_LENGTH } from './names.ts';

/** Most characters (code points) of a text. */
export const TEXT_MAX_LENGTH = 50;
/** Most characters (code points) of an avatar URL. */
export const AVATAR_URL_MAX_LENGTH = 2048;
/** An avatar URL: stricter than URL parsing, which forgives white space, backslashes and missing slashes. */
export const AVATAR_URL_PATTERN = avatarUrlPattern('[Hh][Tt][Tt][Pp][Ss]');

function avatarUrlPattern(scheme: string): RegExp {
  const excluded = '\\\\\\s\\u0000-\\u001f\\u007f-\\u009f';
  return new RegExp(`^${scheme}://[^/?#@${excluded}]+(?:[/?#][^${excluded}]*)?$`);
}

/** The detail of each error of a field, by its permanent code; those of passwords are in password-policy.ts. */
export const FIELD_ERRORS = {
  unknown_field: 'No field of an account has this name.',
  read_only: 'This field cannot be changed.',
  proven_by_sign_in: 'Leave this out: a recent sign-in proves who you are, not the old password.',
  not_a_string: 'Send a string.',
  not_a_boolean: 'Send true or false.',
  empty: 'Send at least one character, or null.',
  text_too_long: `Send at most ${TEXT_MAX_LENGTH} characters.`,
  invalid_text: 'Leave out control characters and unpaired surrogates.',
  url_too_long: `Send at most ${AVATAR_URL_MAX_LENGTH} characters.`,
  invalid_url: 'Send an absolute https: address without user name and password.',
  invalid_username: `Send 1 to ${USERNAME_MAX_LENGTH} letters, digits, dots, hyphens, underscores or at signs, not in the form of an id, or an e-mail address.`,
  invalid_email: `Send an e-mail address of at most ${EMAIL_MAX_LENGTH} characters.`,
  too_deep: `Nest at most ${METADATA_MAX_DEPTH} levels.`,
  too_large: `Send at most ${METADATA_MAX_BYTES} bytes of JSON text.`,
  number_out_of_range: 'Send numbers beyond the safe integers as strings.',
} as const satisfies Record<string, string>;
type FieldErrorCode = keyof typeof FIELD_ERRORS;

/** The numbers in those details. */
const ERROR_PARAMS: Partial<Record<FieldErrorCode, ErrorParams>> = {
  empty: { min: 1 },
  text_too_long: { max: TEXT_MAX_LENGTH },
  url_too_long: { max: AVATAR_URL_MAX_LENGTH },
  invalid_username: { min: 1, max: USERNAME_MAX_LENGTH },
  invalid_email: { max: EMAIL_MAX_LENGTH },
  too_deep: { max: METADATA_MAX_DEPTH },
  too_large: { max: METADATA_MAX_BYTES },
  number_out_of_range: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
};

/** An error of one field, or at the path to a part of its value, by its code. */
export function fieldRuleError(
  field: string | readonly string[],
  code: FieldErrorCode,
): FieldError {
  return fieldError(field, code, FIELD_ERRORS[code], ERROR_PARAMS[code]);
}

/** True for a message of an issue of `updateSchema`. */
export function isFieldErrorCode(message: string): message is FieldErrorCode {
  return Object.hasOwn(FIELD_ERRORS, message);
}

const code = <Code extends FieldErrorCode>(code: Code): Code => code;

const StringSchema = v.string(code('not_a_string'));
const BooleanSchema = v.boolean(code('not_a_boolean'));

const TextSchema = v.pipe(
  StringSchema,
  v.minLength(1, code('empty')),
  v.maxCodePoints(TEXT_MAX_LENGTH, code('text_too_long')),
  v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), code('invalid_text')),
);

const UsernameSchema = v.pipe(StringSchema, v.check(isChosenUsername, code('invalid_username')));

const EmailFieldSchema = v.pipe(
  StringSchema,
  v.check((email) => v.is(EmailSchema, email), code('invalid_email')),
);

function avatarUrlSchema(allowHttp: boolean) {
  const pattern = allowHttp ? avatarUrlPattern('[Hh][Tt][Tt][Pp][Ss]?') : AVATAR_URL_PATTERN;
  return v.pipe(
    StringSchema,
    v.maxCodePoints(AVATAR_URL_MAX_LENGTH, code('url_too_long')),
    v.check(
      (text) => pattern.test(text) && text.isWellFormed() && URL.canParse(text),
      code('invalid_url'),
    ),
  );
}

const JsonSchema = v.pipe(
  v.custom<JsonValue>(() => true),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { value } = dataset;
    const errors = metadataErrors(value);
    if (errors.length === 0) return JSON.stringify(value);
    for (const error of errors) {
      const path = error.path.map(
        (key) => ({ type: 'unknown', origin: 'value', input: value, key, value }) as const,
      );
      // Valibot takes no empty path.
      const [first, ...rest] = path;
      addIssue({ message: code(error.code), ...(first && { path: [first, ...rest] }) });
    }
    return NEVER;
  }),
);

/** The schema of each kind of value; metadata comes out as JSON text. */
function valueSchemas(options: UpdateOptions) {
  return {
    text: TextSchema,
    username: UsernameSchema,
    email: EmailFieldSchema,
    url: avatarUrlSchema(options.allowHttpAvatars),
    json: JsonSchema,
    boolean: BooleanSchema,
    password: v.pipe(StringSchema, v.minLength(1, code('empty'))),
  } satisfies Record<ValueKind, v.GenericSchema>;
}

interface UpdateOptions {
  allowHttpAvatars: boolean;
}

type ValueSchema<Name extends EditableField> = ReturnType<
  typeof valueSchemas
>[(typeof FIELDS)[Name]['accepts']];
type UpdateEntries = {
  [Name in EditableField]: v.ExactOptionalSchema<
    (typeof FIELDS)[Name]['onNull'] extends 'clears'
      ? v.NullableSchema<ValueSchema<Name>, undefined>
      : ValueSchema<Name>,
    undefined
  >;
};
type UpdateSchema = v.ObjectSchema<UpdateEntries, undefined>;

function newUpdateSchema(options: UpdateOptions): UpdateSchema {
  const values = valueSchemas(options);
  const entries = fieldRecord(EDITABLE_FIELDS, (field) => {
    const value: v.GenericSchema = values[FIELDS[field].accepts];
    return v.exactOptional(fieldRow(field).onNull === 'clears' ? v.nullable(value) : value);
  });
  return v.object(entries as unknown as UpdateEntries); // A record knows its values as a union only.
}

const schemas = new Map<boolean, UpdateSchema>();

/**
 * What may be sent in the fields that differ from the account, ignored nulls left out. Issue
 * messages are codes of `FIELD_ERRORS`. Built once for each setting.
 */
export function updateSchema({ allowHttpAvatars }: UpdateOptions): UpdateSchema {
  const schema = schemas.get(allowHttpAvatars) ?? newUpdateSchema({ allowHttpAvatars });
  schemas.set(allowHttpAvatars, schema);
  return schema;
}
