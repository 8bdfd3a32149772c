/** What the account tool says of a failure: one sentence, which says what to do. */
import * as v from 'valibot';
import { ProblemError, RecordConflictError } from '../../lib/account/errors.ts';
import { errorName } from '../../lib/aws-errors.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { UserFacingError } from '../support/progress.ts';
import { awsReason, failureReason, isDenied } from './aws-failure.ts';
import { InterruptedError } from './interruption.ts';

const KNOWN = [OperationError, UserFacingError, ProblemError, InterruptedError];
const UNREADABLE =
  'The item of this account cannot be read by this release: "show --raw <id>" shows it, and docs/runbook.md#unreadable_item says what to do.';

/**
 * The sentence for a failure.
 * @param writes how many writes were carried out before, or may have been
 * @param again the command that finishes what was begun
 */
export function describeFailure(error: unknown, writes: number, again: string): string {
  if (KNOWN.some((Known) => error instanceof Known) && error instanceof Error) return error.message;
  if (v.isValiError(error) || errorName(error) === 'UnsupportedSchemaVersionError') {
    return UNREADABLE;
  }
  const isConflict = error instanceof RecordConflictError;
  const reason = isConflict ? 'the account was changed concurrently' : awsReason(error);
  const what = capitalised(reason ?? failureReason(error));
  if (writes === 0) return `${what}: nothing was changed.`;
  const first = isDenied(error) ? 'once they may, ' : '';
  return `${what}: ${first}run "${again}", which finishes what was begun.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
