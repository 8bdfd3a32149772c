/** New records, and what a change of the account does to one: the only place where versions move. */
import type { StoredAccount } from './account.ts';
import { type AccountChanges, type AccountRecord, filledProfileFields } from './account-record.ts';
import { unknownBefore, withFieldsAt } from './field-versions.ts';
import { PROFILE_FIELDS, STORED_FIELDS } from './fields.ts';
import { isSameName } from './names.ts';

type OptionalPart =
  | 'directoryName'
  | 'internal'
  | 'refreshedAt'
  | 'temporaryPasswordSince'
  | 'emailVerified'
  | 'editedFields';

/** A new record of an account that was never stored; without `editedFields` all values are edits. */
export function newRecord(
  subject: string,
  account: StoredAccount,
  nowSeconds: number,
  given: Partial<Pick<AccountRecord, OptionalPart>> = {},
): AccountRecord {
  return {
    subject,
    account,
    version: 1,
    fieldVersions: unknownBefore(1),
    createdAt: nowSeconds,
    updatedAt: nowSeconds,
    passwordChangedAt: null,
    emailVerified: given.emailVerified ?? null,
    revision: 1,
    directoryName: given.directoryName ?? null,
    internal: given.internal ?? false,
    refreshedAt: given.refreshedAt ?? null,
    temporaryPasswordSince: given.temporaryPasswordSince ?? null,
    sessions: null,
    intent: null,
    nameRefusals: null,
    pendingEmail: null,
    emailCodes: null,
    editedFields: given.editedFields ?? filledProfileFields(account),
  };
}

/**
 * The record after some of its account's fields changed, and its password at `passwordSetAt` (epoch
 * seconds). What changes nothing that a caller can see keeps the version. Fields of the profile count
 * as edited by the owner. A new e-mail ends one that is pending, and nobody knows yet whether it is
 * proven.
 */
export function withChanges(
  record: AccountRecord,
  changes: AccountChanges,
  nowSeconds: number,
  passwordSetAt: number | null = null,
): AccountRecord {
  const account = { ...record.account, ...changes };
  const differing = STORED_FIELDS.filter((field) => account[field] !== record.account[field]);
  const changed = passwordSetAt === null ? differing : [...differing, 'password' as const];
  const next = changed.length === 0 ? record : { ...record, account, ...moved(record) };
  const { email } = changes;
  const isRespelled = email != null && isSameName(email, record.account.email);
  const isKept = email === undefined || (isRespelled && email !== record.pendingEmail?.address);
  return {
    ...next,
    ...(passwordSetAt !== null && { passwordChangedAt: passwordSetAt }),
    ...(!isKept && { pendingEmail: null }),
    ...(differing.includes('email') && !isRespelled && { emailVerified: null }),
  };

  function moved({ version, updatedAt, fieldVersions, editedFields }: AccountRecord) {
    return {
      editedFields: PROFILE_FIELDS.filter(
        (field) => differing.includes(field) || editedFields.includes(field),
      ),
      version: version + 1,
      // Later than the change before, so that no two versions share a date (RFC 9110 section 8.8.2.2).
      updatedAt: Math.max(nowSeconds, (updatedAt ?? 0) + 1),
      fieldVersions: withFieldsAt(fieldVersions, changed, version + 1),
    };
  }
}
