/**
 * The account as it is stored and as callers see it, both made from the table of fields. Knows
 * nothing of storage, HTTP or tokens.
 */
import * as v from 'valibot';
import {
  ACCOUNT_FIELDS,
  FIELDS,
  type Field,
  type FieldsWith,
  fieldRecord,
  fieldRow,
  STORED_FIELDS,
  type StoredField,
} from './fields.ts';
import type { JsonValue } from './metadata.ts';

type StoredEntries = { [Name in StoredField]: (typeof FIELDS)[Name]['stored'] };
const entries = fieldRecord(STORED_FIELDS, (field) => FIELDS[field].stored);

/** An account as stored: without `password`, which never is, and with `metadata` as JSON text. */
export const StoredAccountSchema = v.strictObject(
  entries as StoredEntries, // A record knows its values as a union only.
);
export type StoredAccount = v.InferOutput<typeof StoredAccountSchema>;

/** The account on the wire: each field always present. */
export type AccountView = {
  [Name in Field]: Name extends FieldsWith<{ isJsonText: true }>
    ? JsonValue
    : Name extends StoredField
      ? StoredAccount[Name]
      : null;
};

/** The wire form of an account. `password` is always null; `metadata` is the value that was sent. */
export function toAccountView(account: StoredAccount): AccountView {
  const stored: Partial<Record<Field, string | boolean | null>> = account;
  const view = fieldRecord(ACCOUNT_FIELDS, (field): JsonValue => {
    const value = stored[field] ?? null;
    return fieldRow(field).isJsonText && typeof value === 'string' ? JSON.parse(value) : value;
  });
  return view as AccountView; // A record knows its values as a union only.
}

/** True for an account whose sign-in is kept by an outside identity provider (SSO). */
export function isFederated(account: StoredAccount): boolean {
  return account.oauth_provider !== null;
}
