/**
 * The two use cases, reading and updating the caller's own account, over ports. Knows no HTTP, no
 * AWS, no environment.
 */

import type { AccountRecord } from '../account/account-record.ts';
import { fieldError, NamesTakenError, PROBLEM_DETAILS, ProblemError } from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import {
  type AccountPolicy,
  changedFields,
  type PlannedUpdate,
  planUpdate,
  type SentUpdate,
} from './account-update.ts';
import type { Caller } from './caller.ts';
import {
  changeWithDirectory,
  resumeIntent,
  touchesDirectory,
  withChanges,
} from './directory-saga.ts';
import { accountDenial } from './edit-permissions.ts';
import { accountChange, type EventSink } from './events.ts';
import type { Ports } from './ports.ts';
import { needsRefresh, provision, refresh } from './provisioning.ts';
import { retryOnConflict } from './retry.ts';

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
  rules: AccountPolicy,
  request: CallContext,
): Promise<AccountRecord> {
  return withRetries(ports, request, () => load(ports, rules, request));
}

/**
 * Changes the caller's own account, and returns its record. A body that changes nothing writes
 * nothing. A concurrent write is read again, checked again and tried again.
 * @throws ProblemError everything `getMe` throws; `*_account_not_editable`; what the
 * precondition throws; what `planUpdate` throws; `username_taken`, `email_taken`
 * @throws UnavailableError
 */
export function patchMe(
  ports: Ports,
  rules: AccountPolicy,
  request: CallContext,
  sent: SentUpdate,
  precondition: Precondition,
): Promise<AccountRecord> {
  return withRetries(ports, request, async () => {
    const record = await load(ports, rules, request);
    const obstacle = accountDenial(record, rules.adminUsername);
    if (obstacle) throw new ProblemError(obstacle);
    precondition(record);
    const { authTime, originJti } = request.caller;
    const session = { authTime, nowSeconds: ports.runtime.nowSeconds() };
    const planned = planUpdate(record.account, sent, rules, session);
    const fields = changedFields(planned);
    if (fields.length === 0) return record;
    const changed = await change(ports, record, planned, originJti);
    request.report(accountChange(record, changed, fields));
    return changed;
  });
}

async function change(
  ports: Ports,
  record: AccountRecord,
  planned: PlannedUpdate,
  originJti: string | null,
): Promise<AccountRecord> {
  try {
    if (touchesDirectory(planned)) {
      return await changeWithDirectory(ports, record, planned, originJti);
    }
    return await ports.store.replace(record, withChanges(record, planned.changes));
  } catch (error) {
    throw error instanceof NamesTakenError ? takenRefusal(error, planned) : error;
  }
}

function takenRefusal({ names }: NamesTakenError, { changes }: PlannedUpdate): ProblemError {
  const isTaken = (name: string | null | undefined) => name != null && names.has(foldName(name));
  const codes = [
    ...(isTaken(changes.username) ? (['username_taken'] as const) : []),
    ...(isTaken(changes.email) ? (['email_taken'] as const) : []),
  ];
  const faults = codes.map((code) => {
    const field = code === 'username_taken' ? 'username' : 'email';
    return fieldError(field, code, PROBLEM_DETAILS[code]);
  });
  return new ProblemError(codes[0] ?? 'username_taken', faults);
}

/** The caller's record, brought up to date and found fit to be used. */
async function load(
  ports: Ports,
  rules: AccountPolicy,
  { caller, report }: CallContext,
): Promise<AccountRecord> {
  let record = await ports.store.find(caller.subject);
  if (record === null) {
    if (caller.kind === 'service') {
      throw new ProblemError('service_account_not_registered');
    }
    record = await provision(ports, caller, rules.adminUsername, report);
  }
  if (record.intent) record = await resumeIntent(ports, record, record.intent, report);
  refuseEndedSession(record, caller);
  if (!record.account.is_active) throw new ProblemError('account_inactive');
  if (hasChosenPassword(record, caller)) {
    const next = withChanges(record, { password_expired: false });
    const chosen = await ports.store.replace(record, { ...next, temporaryPasswordSince: null });
    report(accountChange(record, chosen, ['password_expired']));
    record = chosen;
  }
  if (caller.kind === 'person' && needsRefresh(record, caller)) {
    record = await refresh(ports, record, caller, report);
  }
  return record;
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

function withRetries<Result>(
  { runtime }: Ports,
  { caller, report }: CallContext,
  work: () => Promise<Result>,
): Promise<Result> {
  const { subject } = caller;
  return retryOnConflict(runtime, work, (attempt) =>
    report({ event: 'WRITE_CONFLICT', subject, attempt }),
  );
}
