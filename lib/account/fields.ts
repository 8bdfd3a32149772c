/**
 * The fields of an account: one row each. Schemas, permissions, the wire form, new accounts and the
 * contract follow from the rows, and where a row lacks something, something does not compile.
 */
import * as v from 'valibot';
import type { ProblemCode } from './errors.ts';

/** Kinds of value that an update may send: update-schema.ts says what each accepts. */
export type ValueKind = 'text' | 'username' | 'email' | 'url' | 'json' | 'boolean' | 'password';

/** Why the owner of an account may not change one of its fields, in the order of the checks. */
export const DENIAL_REASONS = [
  'managed_by_identity_provider',
  'privileged_field',
  'insufficient_user_authentication',
] as const satisfies ProblemCode[];
export type DenialReason = (typeof DENIAL_REASONS)[number];

interface FieldRow {
  /** What is stored; null where nothing ever is. */
  stored: v.GenericSchema | null;
  /** True where the stored text is the JSON text of the value (docs/decisions/0005). */
  isJsonText?: true;
  /** What an update may send; null for a read-only field. */
  accepts: ValueKind | null;
  /** What null does in an update. */
  onNull: 'clears' | 'ignored';
  /** What can keep the owner from changing the field. */
  denials: readonly DenialReason[];
  /** Value in the account of every new person; absent where the directory gives it. */
  newPerson?: string | boolean | null;
  /** Value in every new service account; absent where the operator gives it. */
  newService?: string | boolean | null;
}

const TEXT = v.nullable(v.string());
const UUID = v.pipe(v.string(), v.uuid());
const EMPTY = { newPerson: null, newService: null } as const;
const PROFILE = { accepts: 'text', onNull: 'clears', denials: [], ...EMPTY } as const;
const READ_ONLY = { accepts: null, onNull: 'ignored', denials: [] } as const;
const FLAG = { stored: v.boolean(), accepts: 'boolean', onNull: 'ignored' } as const;

/** Every field, in the order of the wire. */
export const FIELDS = {
  id: { stored: UUID, ...READ_ONLY },
  username: {
    // Not the rule of what may be sent: a name from before a stricter rule stays readable.
    stored: v.pipe(v.string(), v.minLength(1)),
    accepts: 'username',
    onNull: 'ignored',
    denials: ['managed_by_identity_provider', 'insufficient_user_authentication'],
  },
  email: {
    stored: TEXT,
    accepts: 'email',
    onNull: 'ignored',
    denials: ['managed_by_identity_provider', 'insufficient_user_authentication'],
    newService: null,
  },
  name: { stored: TEXT, ...PROFILE },
  company: { stored: TEXT, ...PROFILE },
  job_title: { stored: TEXT, ...PROFILE },
  avatar_url: { stored: TEXT, ...PROFILE, accepts: 'url' },
  metadata: { stored: TEXT, isJsonText: true, ...PROFILE, accepts: 'json' },
  password: {
    stored: null,
    accepts: 'password',
    onNull: 'ignored',
    denials: ['managed_by_identity_provider', 'insufficient_user_authentication'],
  },
  password_expired: {
    stored: v.nullable(v.boolean()),
    accepts: 'boolean',
    onNull: 'ignored',
    denials: ['managed_by_identity_provider', 'privileged_field'],
    newService: null,
  },
  oauth_provider: { stored: TEXT, ...READ_ONLY, newService: null },
  oauth_id: { stored: TEXT, ...READ_ONLY, newService: null },
  is_active: {
    ...FLAG,
    denials: ['privileged_field', 'insufficient_user_authentication'],
    newService: true,
  },
  is_superuser: {
    ...FLAG,
    denials: ['privileged_field', 'insufficient_user_authentication'],
    newPerson: false,
    newService: false,
  },
  is_service_account: { stored: v.boolean(), ...READ_ONLY, newPerson: false, newService: true },
  is_onboarded: { ...FLAG, denials: [], newPerson: false, newService: false },
  organization_id: { stored: v.nullable(UUID), ...READ_ONLY, newPerson: null },
} as const satisfies Record<string, FieldRow>;

type Fields = typeof FIELDS;
/** The name of a field. */
export type Field = keyof Fields;
/** The fields whose row has these values. */
export type FieldsWith<Values> = {
  [Name in Field]: Fields[Name] extends Values ? Name : never;
}[Field];

export type ReadOnlyField = FieldsWith<{ accepts: null }>;
export type EditableField = Exclude<Field, ReadOnlyField>;
/** What a directory may know besides names: how somebody is called, works and looks. */
export type ProfileField = FieldsWith<{ accepts: 'text' | 'url' }>;
export type StoredField = Exclude<Field, FieldsWith<{ stored: null }>>;

/** The row of a field, its exact values aside. */
export function fieldRow(field: Field): FieldRow {
  return FIELDS[field];
}

const isStored = (field: Field): field is StoredField => fieldRow(field).stored !== null;
const isEditable = (field: Field): field is EditableField => fieldRow(field).accepts !== null;
const isReadOnly = (field: Field): field is ReadOnlyField => !isEditable(field);

const isProfile = (field: Field): field is ProfileField =>
  fieldRow(field).accepts === 'text' || fieldRow(field).accepts === 'url';

/** Every field, in the order of the wire, which is that of all lists below. */
export const ACCOUNT_FIELDS = Object.keys(FIELDS) as Field[]; // A literal has no other keys.
export const STORED_FIELDS: readonly StoredField[] = ACCOUNT_FIELDS.filter(isStored);
/** Fields an update may change. */
export const EDITABLE_FIELDS: readonly EditableField[] = ACCOUNT_FIELDS.filter(isEditable);
/** Fields whose first value may come from the directory. */
export const PROFILE_FIELDS: readonly ProfileField[] = ACCOUNT_FIELDS.filter(isProfile);
/** Fields an update may only send back as they are. */
export const READ_ONLY_FIELDS: readonly ReadOnlyField[] = ACCOUNT_FIELDS.filter(isReadOnly);
/** Fields that a null leaves as they are; every other editable field is cleared by it. */
export const NULL_IGNORED_FIELDS: readonly EditableField[] = EDITABLE_FIELDS.filter(
  (field) => fieldRow(field).onNull === 'ignored',
);

/** A value for each of these fields. */
export function fieldRecord<Name extends Field, Value>(
  fields: readonly Name[],
  toValue: (field: Name) => Value,
): Record<Name, Value> {
  const entries = fields.map((field) => [field, toValue(field)]);
  return Object.fromEntries(entries) as Record<Name, Value>; // Its keys are `fields`.
}

type NewValues<Kind extends 'newPerson' | 'newService'> = {
  [Name in FieldsWith<Record<Kind, unknown>>]: Fields[Name] extends Record<Kind, infer Value>
    ? Value
    : never;
};

function newValues<Kind extends 'newPerson' | 'newService'>(kind: Kind): NewValues<Kind> {
  const entries = ACCOUNT_FIELDS.map((field) => [field, fieldRow(field)[kind]] as const);
  const given = entries.filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as NewValues<Kind>; // The type says of each row what this does.
}

/** What the account of every new person holds, whoever they are. */
export const NEW_PERSON = newValues('newPerson');
/** What every new service account holds. */
export const NEW_SERVICE_ACCOUNT = newValues('newService');
