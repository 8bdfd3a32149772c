/** Carries out an accepted update: in the table alone, or with the directory; counts refused names. */
import type { AccountRecord } from '../account/account-record.ts';
import {
  fieldError,
  LastSuperuserError,
  NamesTakenError,
  PROBLEM_DETAILS,
  ProblemError,
} from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import { withChanges } from '../account/record-change.ts';
import { changedFields, type PlannedUpdate, type UpdatePolicy } from './account-update.ts';
import type { CallContext } from './caller.ts';
import { changeWithDirectory, touchesDirectory } from './directory-change.ts';
import { accountChange } from './events.ts';
import { countRefusedNames, tellsOfNames } from './name-attempts.ts';
import type { Ports } from './ports.ts';

/**
 * The record after an update; with `emailChange` `verified` a new e-mail waits to be proven.
 * @throws ProblemError `invalid_fields`, `username_taken`, `email_taken`, `last_superuser`, `too_many_attempts`, or
 * what the directory refuses
 */
export async function carryOut(
  ports: Ports,
  policy: UpdatePolicy,
  record: AccountRecord,
  planned: PlannedUpdate,
  { caller, report }: CallContext,
): Promise<AccountRecord> {
  const apply = async (current: AccountRecord, part: PlannedUpdate) => {
    const fields = changedFields(part);
    if (fields.length === 0) return current;
    const changed = touchesDirectory(part, ports)
      ? await changeWithDirectory(ports, current, part, caller.originJti, report)
      : await ports.store.replace(
          current,
          withChanges(current, part.changes, ports.runtime.nowSeconds()),
        );
    report(accountChange(current, changed, fields));
    return changed;
  };
  try {
    if (policy.emailChange === 'immediate' || planned.changes.email === undefined) {
      return await apply(record, planned);
    }
    const { changeEmail } = await import('./email-change.ts');
    return await changeEmail(ports, record, planned, apply, report);
  } catch (error) {
    const problem = toChangeProblem(error, planned);
    if (tellsOfNames(problem)) await countRefusedNames(ports, record, problem.faults.length);
    throw problem;
  }
}

function toChangeProblem(error: unknown, planned: PlannedUpdate): unknown {
  if (error instanceof LastSuperuserError) return toLastSuperuserProblem(planned);
  return error instanceof NamesTakenError ? toTakenProblem(error, planned) : error;
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
