/** What a change of an account does to its record: the only place where its version moves. */
import type { AccountChanges, AccountRecord } from './account-record.ts';
import { withFieldsAt } from './field-versions.ts';
import { STORED_FIELDS } from './fields.ts';
import { isSameName } from './names.ts';

/**
 * The record after some of its account's fields changed, and its password at `passwordSetAt` (epoch
 * seconds). What changes nothing that a caller can see keeps the version. A new e-mail ends one that
 * is pending, and nobody knows yet whether it is proven.
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

  function moved({ version, updatedAt, fieldVersions }: AccountRecord) {
    return {
      version: version + 1,
      // Later than the change before, so that no two versions share a date (RFC 9110 section 8.8.2.2).
      updatedAt: Math.max(nowSeconds, (updatedAt ?? 0) + 1),
      fieldVersions: withFieldsAt(fieldVersions, changed, version + 1),
    };
  }
}
