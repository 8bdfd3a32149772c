import { describe, expect, it } from 'vitest';
import { RecordConflictError, UnavailableError } from '../../../lib/account/errors.ts';
import { mapDynamoError } from '../../../lib/store/dynamo-errors.ts';

const named = (name: string, httpStatusCode = 400) =>
  Object.assign(new Error('x'), { name, $metadata: { httpStatusCode } });

describe('mapDynamoError', () => {
  it.each([
    'ConditionalCheckFailedException',
    'TransactionCanceledException',
    'TransactionConflictException',
  ])('reads %s as a concurrent write', (name) => {
    const cause = named(name);

    const mapped = mapDynamoError(cause);

    expect(mapped).toBeInstanceOf(RecordConflictError);
    expect(mapped).toMatchObject({ cause });
  });

  it.each([
    {
      what: 'an attempt that is still in progress',
      cause: named('TransactionInProgressException'),
    },
    { what: 'throttling', cause: named('ProvisionedThroughputExceededException') },
    { what: 'a failure of DynamoDB', cause: named('InternalServerError', 500) },
  ])('reads $what as unavailable, with an unknown outcome', ({ cause }) => {
    const mapped = mapDynamoError(cause);

    expect(mapped).toBeInstanceOf(UnavailableError);
    expect(mapped).toMatchObject({ cause, settled: false });
  });

  it.each([
    { what: 'a missing table', error: named('ResourceNotFoundException') },
    { what: 'a fault of the code', error: new TypeError('x') },
  ])('leaves $what as it is', ({ error }) => {
    expect(mapDynamoError(error)).toBe(error);
  });
});
