/** Reads the caller's own account: a use case of its own, as a change begins with it too. */
import type { AccountRecord } from '../account/account-record.ts';
import { ProblemError } from '../account/errors.ts';
import { withChanges } from '../account/record-change.ts';
import type { AccountPolicy } from './account-update.ts';
import type { CallContext, Caller } from './caller.ts';
import { settle } from './directory-saga.ts';
import { accountChange } from './events.ts';
import { isLeased } from './lease.ts';
import type { Ports } from './ports.ts';
import { needsRefresh, provision, refresh } from './provisioning.ts';
import { retryOnConflict } from './retry.ts';

/**
 * The record of the caller, made on their first call.
 * @throws ProblemError `account_not_found`, `service_account_not_registered`,
 * `session_revoked`, `account_inactive`
 * @throws UnavailableError
 */
export function getMe(
  ports: Ports,
  policy: AccountPolicy,
  context: CallContext,
): Promise<AccountRecord> {
  const work = async () => {
    const record = await resolveAccount(ports, policy, context);
    return record.intent === null ? upToDate(ports, record, context) : record;
  };
  return retryOnConflict(ports.runtime, work, (attempt) => reportConflict(context, attempt));
}

/**
 * The caller's record, made on their first call, and free to be used with their token. It may hold
 * an open intent only while another request has its lease.
 */
export async function resolveAccount(
  ports: Ports,
  policy: AccountPolicy,
  { caller, report }: CallContext,
): Promise<AccountRecord> {
  const { store, runtime } = ports;
  const record =
    (await store.find(caller.subject)) ?? (await provision(ports, caller, policy, report));
  const settled = isLeased(record, runtime.nowSeconds())
    ? record
    : await settle(ports, record, report);
  refuseEndedSession(settled, caller);
  if (!settled.account.is_active) throw new ProblemError('account_inactive');
  return settled;
}

/** The record after what became of a pending e-mail, and what a new sign-in says. */
export async function upToDate(
  ports: Ports,
  record: AccountRecord,
  context: CallContext,
): Promise<AccountRecord> {
  if (record.pendingEmail === null) return applySignIn(ports, record, context);
  const { resolveEmailChange } = await import('./email-proof.ts');
  return applySignIn(ports, await resolveEmailChange(ports, record, context.report), context);
}

/** The record after what a new sign-in says: a password was chosen, a provider's e-mail changed. */
async function applySignIn(
  ports: Ports,
  record: AccountRecord,
  { caller, report }: CallContext,
): Promise<AccountRecord> {
  let current = record;
  if (hasChosenPassword(record, caller)) {
    const now = ports.runtime.nowSeconds();
    const next = withChanges(record, { password_expired: false }, now, caller.authTime);
    current = await ports.store.replace(record, { ...next, temporaryPasswordSince: null });
    report(accountChange(record, current, ['password_expired']));
  }
  if (caller.kind !== 'person' || !needsRefresh(current, caller)) return current;
  return refresh(ports, current, caller, report);
}

/** True where the caller signed in since an operator gave out a temporary password. */
function hasChosenPassword({ temporaryPasswordSince }: AccountRecord, { authTime }: Caller) {
  if (temporaryPasswordSince === null || authTime === null) return false;
  return authTime > temporaryPasswordSince;
}

function refuseEndedSession({ sessions }: AccountRecord, { authTime, originJti }: Caller): void {
  if (sessions === null) return;
  if (originJti !== null && originJti === sessions.exemptOriginJti) return;
  if (authTime === null || authTime <= sessions.validFrom) {
    throw new ProblemError('session_revoked');
  }
}

export function reportConflict({ caller, report }: CallContext, attempt: number): void {
  report({ event: 'WRITE_CONFLICT', subject: caller.subject, attempt });
}
