/** Why a transaction of the user store was cancelled, as the domain's errors. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { NamesTakenError, RecordConflictError, UnavailableError } from '../account/errors.ts';
import { mapDynamoError } from './dynamo-errors.ts';
import type { TransactionPart } from './name-markers.ts';
import { isSuperuserChange, superuserError } from './superuser-list.ts';

/** What to throw where the condition on the record failed. */
export type RecordErrorClass = new (message: string) => Error;

/**
 * Reads a cancelled transaction by its reasons: the record comes first, then the reserved names in
 * their order, then freed names, then the list of superusers. A concurrent transaction on the same
 * items is a conflict too.
 */
export function cancellationError(
  error: unknown,
  parts: readonly TransactionPart[],
  reserved: readonly string[],
  RecordError: RecordErrorClass,
): unknown {
  if (!(error instanceof TransactionCanceledException)) return mapDynamoError(error);
  const reasons = error.CancellationReasons ?? [];
  const hasFailed = (at: number) => reasons[at]?.Code === 'ConditionalCheckFailed';
  if (hasFailed(0)) return new RecordError('The record was written');
  const taken = reserved.filter((_name, index) => hasFailed(index + 1));
  if (taken.length > 0) return new NamesTakenError(taken);
  if (reasons.some(({ Code }) => Code === 'TransactionConflict')) {
    return new RecordConflictError('Concurrent write');
  }
  const failed = parts.findIndex((_part, at) => hasFailed(at));
  const reason = reasons[failed];
  if (reason === undefined) {
    return new UnavailableError('The transaction was cancelled', { cause: error });
  }
  return isSuperuserChange(parts[failed])
    ? superuserError(reason)
    : new Error('A freed name has another holder');
}
