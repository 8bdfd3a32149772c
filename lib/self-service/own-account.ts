/** Reads the caller's own account: a use case of its own, as a change begins with it too. */
import { isFederated } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import { ProblemError } from '../account/errors.ts';
import { withChanges } from '../account/record-change.ts';
import type { AccountPolicy } from './account-update.ts';
import type { CallContext, Caller } from './caller.ts';
import { accountChange, type EventSink } from './events.ts';
import { isLeased } from './lease.ts';
import type { Ports } from './ports.ts';
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
    return record.intent === null ? upToDate(ports, policy, record, context) : record;
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
  const { store } = ports;
  // Loaded when needed: most calls are of somebody who has an account.
  const firstCall = async () => {
    const { provision } = await import('./provisioning.ts');
    return provision(ports, caller, policy, report);
  };
  const record = (await store.find(caller.subject)) ?? (await firstCall());
  const settled = await withoutAbandonedIntent(ports, record, report);
  refuseEndedSession(settled, caller);
  if (!settled.account.is_active) throw new ProblemError('account_inactive');
  return settled;
}

/** The record after what an earlier request left unfinished. Few have anything of the kind. */
async function withoutAbandonedIntent(
  ports: Ports,
  record: AccountRecord,
  report: EventSink,
): Promise<AccountRecord> {
  if (record.intent === null || isLeased(record, ports.runtime.nowSeconds())) return record;
  const { settle } = await import('./directory-saga.ts');
  return settle(ports, record, report);
}

/** The record after what became of a pending e-mail, and what a new sign-in says. */
export async function upToDate(
  ports: Ports,
  policy: AccountPolicy,
  record: AccountRecord,
  context: CallContext,
): Promise<AccountRecord> {
  if (record.pendingEmail === null) return applySignIn(ports, policy, record, context);
  const { resolveEmailChange } = await import('./email-proof.ts');
  const resolved = await resolveEmailChange(ports, record, context.report);
  return applySignIn(ports, policy, resolved, context);
}

/** The record after what a new sign-in says: a password was chosen, a provider knows something new. */
async function applySignIn(
  ports: Ports,
  policy: AccountPolicy,
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
  const { refresh } = await import('./provisioning.ts');
  return refresh(ports, current, caller, policy, report);
}

/** True where the caller signed in anew since an SSO account was last compared. */
function needsRefresh(record: AccountRecord, { authTime }: Caller): boolean {
  if (!isFederated(record.account) || authTime === null) return false;
  return record.refreshedAt === null || authTime > record.refreshedAt;
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
