/**
 * The use case of changing the caller's own account, over ports. Knows no HTTP, no AWS, no
 * environment.
 */
import { type AccountRecord, pendingEmailOf } from '../account/account-record.ts';
import { ProblemError, RecordConflictError } from '../account/errors.ts';
import { isJsonObject } from '../account/metadata.ts';
import { isSameName } from '../account/names.ts';
import { changedFields, planUpdate, type SentUpdate, type UpdatePolicy } from './account-update.ts';
import type { CallContext } from './caller.ts';
import { carryOut } from './carry-out.ts';
import { accountDenial } from './edit-permissions.ts';
import { limitNameAttempts } from './name-attempts.ts';
import { reportConflict, resolveAccount, upToDate } from './own-account.ts';
import type { Ports } from './ports.ts';
import { retryOnConflict } from './retry.ts';
import { sentPassword } from './sent-password.ts';

/** Checked against the record before its content is: throws to refuse (RFC 9110 section 13). */
export type Precondition = (record: AccountRecord) => void;

/**
 * Changes the caller's own account, and returns its record. A body that changes nothing writes
 * nothing. A concurrent write is read again, checked again and tried again.
 * @throws ProblemError everything `getMe` throws; `*_account_not_editable`; what the
 * precondition throws; what `planUpdate` throws; `too_many_attempts`; `username_taken`,
 * `email_taken`, `last_superuser`
 * @throws UnavailableError
 */
export function patchMe(
  ports: Ports,
  policy: UpdatePolicy,
  context: CallContext,
  sent: SentUpdate,
  precondition: Precondition,
): Promise<AccountRecord> {
  const work = async () => {
    const resolved = await resolveAccount(ports, policy, context);
    if (resolved.intent !== null) throw new RecordConflictError('Another request holds the lease');
    const record = await upToDate(ports, policy, resolved, context);
    const denial = accountDenial(record, policy.adminUsername);
    if (denial) throw new ProblemError(denial);
    precondition(record);
    const nowSeconds = ports.runtime.nowSeconds();
    const { signInNames } = ports;
    const session = { authTime: context.caller.authTime, nowSeconds, signInNames };
    const password = sentPassword(sent.body);
    const isCommon = password !== null && (await policy.isCommonPassword(password));
    const planned = planUpdate(record.account, sent, policy, session, isCommon);
    const fields = changedFields(planned);
    limitNameAttempts(record, planned.changes, nowSeconds);
    const kept = takesEmailBack(record, sent, nowSeconds)
      ? await withdrawEmail(ports, record, context)
      : record;
    return fields.length === 0 ? kept : carryOut(ports, policy, kept, planned, context);
  };
  return retryOnConflict(ports.runtime, work, (attempt) => reportConflict(context, attempt));
}

/** True where the body sends the account's own e-mail while another waits to be proven. */
function takesEmailBack(record: AccountRecord, { body }: SentUpdate, nowSeconds: number): boolean {
  if (pendingEmailOf(record, nowSeconds) === null || !isJsonObject(body)) return false;
  const { email } = body;
  return typeof email === 'string' && isSameName(email, record.account.email);
}

async function withdrawEmail(
  { store }: Ports,
  record: AccountRecord,
  { report }: CallContext,
): Promise<AccountRecord> {
  const { withdrawn } = await import('./email-proof.ts');
  const stored = await store.replace(record, withdrawn(record));
  report({ event: 'EMAIL_CHANGE', subject: record.subject, step: 'withdrawn' });
  return stored;
}
