/** DynamoDB's errors as the domain's, for every adapter of the table. */
import { RecordConflictError, UnavailableError } from '../account/errors.ts';
import { errorName, isTransient } from '../aws-errors.ts';

/** Conditions that do not hold, and transactions of others on the same items. */
const CONFLICTS = new Set<string | null>([
  'ConditionalCheckFailedException',
  'TransactionCanceledException',
  'TransactionConflictException',
]);

/** The domain's error for one of the client; anything unknown as it is. */
export function mapDynamoError(error: unknown): unknown {
  const name = errorName(error);
  if (CONFLICTS.has(name)) return new RecordConflictError('Concurrent write', { cause: error });
  // One of our own attempts is still in progress: its outcome is not known yet.
  const isInProgress = name === 'TransactionInProgressException';
  return isInProgress || isTransient(error)
    ? new UnavailableError('DynamoDB did not answer', { cause: error })
    : error;
}

/** Throws the domain's error for one of the client. */
export function rethrow(error: unknown): never {
  throw mapDynamoError(error);
}
