/**
 * The two use cases, reading and updating the caller's own account, over ports. Knows no HTTP, no
 * AWS, no environment.
 */

import type { AccountRecord } from '../account/account-record.ts';
import {
  fieldError,
  LastSuperuserError,
  NamesTakenError,
  PROBLEM_DETAILS,
  ProblemError,
  RecordConflictError,
} from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import {
  type AccountPolicy,
  changedFields,
  type PlannedUpdate,
  planUpdate,
  type SentUpdate,
  type UpdatePolicy,
} from './account-update.ts';
import type { Caller } from './caller.ts';
import { changeWithDirectory, settle, touchesDirectory, withChanges } from './directory-saga.ts';
import { accountDenial } from './edit-permissions.ts';
import { accountChange, type EventSink } from './events.ts';
import { isLeased } from './lease.ts';
import { countRefusedNames, limitNameAttempts, tellsOfNames } from './name-attempts.ts';
import type { Ports } from './ports.ts';
import { needsRefresh, provision, refresh } from './provisioning.ts';
import { retryOnConflict } from './retry.ts';
import { sentPassword } from './sent-password.ts';

/** A caller, and where what happens on their behalf is reported to. */
export interface CallContext {
  caller: Caller;
  report: EventSink;
}

/** Checked against the record before its content is: throws to refuse (RFC 9110 section 13). */
export type Precondition = (record: AccountRecord) => void;

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
    return record.intent === null ? applySignIn(ports, record, context) : record;
  };
  return retryOnConflict(ports.runtime, work, (attempt) => reportConflict(context, attempt));
}

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
    const record = await applySignIn(ports, resolved, context);
    const denial = accountDenial(record, policy.adminUsername);
    if (denial) throw new ProblemError(denial);
    precondition(record);
    const nowSeconds = ports.runtime.nowSeconds();
    const session = { authTime: context.caller.authTime, nowSeconds };
    const password = sentPassword(sent.body);
    const isCommon = password !== null && (await policy.isCommonPassword(password));
    const planned = planUpdate(record.account, sent, policy, session, isCommon);
    const fields = changedFields(planned);
    if (fields.length === 0) return record;
    limitNameAttempts(record, planned.changes, nowSeconds);
    const changed = await change(ports, record, planned, context).catch(async (error) => {
      if (tellsOfNames(error)) await countRefusedNames(ports, record, error.faults.length);
      throw error;
    });
    context.report(accountChange(record, changed, fields));
    return changed;
  };
  return retryOnConflict(ports.runtime, work, (attempt) => reportConflict(context, attempt));
}

async function change(
  ports: Ports,
  record: AccountRecord,
  planned: PlannedUpdate,
  { caller, report }: CallContext,
): Promise<AccountRecord> {
  try {
    if (touchesDirectory(planned)) {
      return await changeWithDirectory(ports, record, planned, caller.originJti, report);
    }
    return await ports.store.replace(record, withChanges(record, planned.changes));
  } catch (error) {
    if (error instanceof LastSuperuserError) throw toLastSuperuserProblem(planned);
    throw error instanceof NamesTakenError ? toTakenProblem(error, planned) : error;
  }
}

function toLastSuperuserProblem({ changes }: PlannedUpdate): ProblemError {
  const fields = (['is_active', 'is_superuser'] as const).filter((field) => field in changes);
  const code = 'last_superuser';
  return new ProblemError(
    code,
    fields.map((field) => fieldError(field, code, PROBLEM_DETAILS[code])),
  );
}

function toTakenProblem({ names }: NamesTakenError, { changes }: PlannedUpdate): ProblemError {
  const isTaken = (name: string | null | undefined) => name != null && names.has(foldName(name));
  const codes = [
    ...(isTaken(changes.username) ? (['username_taken'] as const) : []),
    ...(isTaken(changes.email) ? (['email_taken'] as const) : []),
  ];
  const errors = codes.map((code) => {
    const field = code === 'username_taken' ? 'username' : 'email';
    return fieldError(field, code, PROBLEM_DETAILS[code]);
  });
  return new ProblemError(codes[0] ?? 'username_taken', errors);
}

/**
 * The caller's record, made on their first call, and free to be used with their token. It may hold
 * an open intent only while another request has its lease.
 */
async function resolveAccount(
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

/** The record after what a new sign-in says: a password was chosen, a provider's e-mail changed. */
async function applySignIn(
  ports: Ports,
  record: AccountRecord,
  { caller, report }: CallContext,
): Promise<AccountRecord> {
  let current = record;
  if (hasChosenPassword(record, caller)) {
    const next = withChanges(record, { password_expired: false });
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

function reportConflict({ caller, report }: CallContext, attempt: number): void {
  report({ event: 'WRITE_CONFLICT', subject: caller.subject, attempt });
}
