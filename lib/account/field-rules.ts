/**
 * What may be sent in each field of an update, as schemas, and the fault each breach is answered
 * with. Knows nothing of who is asking.
 */
import * as v from 'valibot';
import {
  type AccountView,
  AVATAR_URL_MAX_LENGTH,
  EMAIL_MAX_LENGTH,
  EmailSchema,
  isUsername,
  type JsonValue,
  METADATA_MAX_BYTES,
  METADATA_MAX_DEPTH,
  TEXT_MAX_LENGTH,
} from './account.ts';
import { type FieldError, fieldError } from './errors.ts';
import { metadataFault } from './metadata.ts';

/** Fields an update may send, in the order of the account. */
export const EDITABLE_FIELDS = [
  'password',
  'password_expired',
  'name',
  'avatar_url',
  'company',
  'job_title',
  'metadata',
  'username',
  'email',
  'is_active',
  'is_onboarded',
  'is_superuser',
] as const satisfies (keyof AccountView)[];
export type EditableField = (typeof EDITABLE_FIELDS)[number];

/** Fields an update may only send back as they are. */
export const READ_ONLY_FIELDS = [
  'id',
  'oauth_provider',
  'oauth_id',
  'is_service_account',
  'organization_id',
] as const satisfies Exclude<keyof AccountView, EditableField>[];

/** Fields that a null leaves as they are; every other editable field is cleared by it. */
export const NULL_IGNORED_FIELDS = [
  'password',
  'password_expired',
  'username',
  'is_active',
  'is_onboarded',
  'is_superuser',
] as const satisfies EditableField[];

/** What each field fault says, by its permanent code. Rules of passwords are password-policy.ts's. */
export const FIELD_ERRORS = {
  unknown_field: 'No field of an account has this name.',
  read_only: 'This field cannot be changed.',
  not_a_string: 'Send a string.',
  not_a_boolean: 'Send true or false.',
  empty: 'Send at least one character, or null.',
  text_too_long: `Send at most ${TEXT_MAX_LENGTH} characters.`,
  invalid_text: 'Leave out control characters and unpaired surrogates.',
  url_too_long: `Send at most ${AVATAR_URL_MAX_LENGTH} characters.`,
  invalid_url: 'Send an absolute https: address without user name and password.',
  invalid_username: `Send 1 to ${TEXT_MAX_LENGTH} letters, digits, dots, hyphens, underscores or at signs, or an e-mail address.`,
  invalid_email: `Send an e-mail address of at most ${EMAIL_MAX_LENGTH} characters.`,
  too_deep: `Nest at most ${METADATA_MAX_DEPTH} levels.`,
  too_large: `Send at most ${METADATA_MAX_BYTES} bytes of JSON text.`,
  number_out_of_range: 'Send numbers beyond the safe integers as strings.',
} as const satisfies Record<string, string>;
type FieldErrorCode = keyof typeof FIELD_ERRORS;

/** A fault of one field, by its code. */
export function fieldRuleError(field: string, code: FieldErrorCode): FieldError {
  return fieldError(field, code, FIELD_ERRORS[code]);
}

const says = <Code extends FieldErrorCode>(code: Code): Code => code;

const StringSchema = v.string(says('not_a_string'));
const BooleanSchema = v.boolean(says('not_a_boolean'));

const TextSchema = v.pipe(
  StringSchema,
  v.minLength(1, says('empty')),
  v.maxCodePoints(TEXT_MAX_LENGTH, says('text_too_long')),
  v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), says('invalid_text')),
);

const UsernameSchema = v.pipe(StringSchema, v.check(isUsername, says('invalid_username')));

const EmailFieldSchema = v.pipe(
  StringSchema,
  v.check((address) => v.is(EmailSchema, address), says('invalid_email')),
);

function avatarUrlSchema(allowHttp: boolean) {
  return v.pipe(
    StringSchema,
    v.maxLength(AVATAR_URL_MAX_LENGTH, says('url_too_long')),
    v.check((address) => isAvatarUrl(address, allowHttp), says('invalid_url')),
  );
}

/** Stricter than URL parsing, which forgives white space, backslashes and missing slashes. */
function isAvatarUrl(address: string, allowHttp: boolean): boolean {
  const scheme = allowHttp ? /^https?:\/\/[^/\\]/i : /^https:\/\/[^/\\]/i;
  if (!scheme.test(address) || /[\s\\\p{Cc}]/u.test(address) || !address.isWellFormed())
    return false;
  const url = URL.parse(address);
  return url !== null && url.username === '' && url.password === '';
}

const MetadataSchema = v.pipe(
  v.custom<JsonValue>(() => true),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const fault = metadataFault(dataset.value);
    if (fault === null) return JSON.stringify(dataset.value);
    addIssue({ message: says(fault) });
    return NEVER;
  }),
);

const clearable = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.exactOptional(v.nullable(schema));

/**
 * What may be sent in the fields that differ from the account, nulls that keep left out. Issue
 * messages are codes of `FIELD_ERRORS`; metadata comes out as JSON text.
 */
export function updateSchema(options: { allowHttpAvatars: boolean }) {
  return v.object({
    password: v.exactOptional(v.pipe(StringSchema, v.minLength(1, says('empty')))),
    password_expired: v.exactOptional(BooleanSchema),
    name: clearable(TextSchema),
    avatar_url: clearable(avatarUrlSchema(options.allowHttpAvatars)),
    company: clearable(TextSchema),
    job_title: clearable(TextSchema),
    metadata: clearable(MetadataSchema),
    username: v.exactOptional(UsernameSchema),
    email: clearable(EmailFieldSchema),
    is_active: v.exactOptional(BooleanSchema),
    is_onboarded: v.exactOptional(BooleanSchema),
    is_superuser: v.exactOptional(BooleanSchema),
  } satisfies Record<EditableField, v.GenericSchema>);
}
