/** The user store on one DynamoDB table: the only calls of DynamoDB that a request makes. */
import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type AccountRecord, namesHeldBy } from '../account/account-record.ts';
import {
  NamesTakenError,
  RecordConflictError,
  RecordExistsError,
  UnavailableError,
} from '../account/errors.ts';
import type { UserStore } from '../self-service/ports.ts';
import { rethrow } from './dynamo-errors.ts';
import { type Item, UnsupportedSchemaVersionError } from './item-migrations.ts';
import {
  fromUserItem,
  isTombstone,
  KEY,
  nameKey,
  toItemWithSummary,
  tombstone,
  userKey,
} from './user-item.ts';

type TransactionPart = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * A store on the table of that name; errors of the client never leave it. The signal, where there is
 * one, ends every call and lets no other start.
 */
export function createDynamoUserStore(
  client: DynamoDBDocumentClient,
  tableName: string,
  signal?: AbortSignal,
): UserStore {
  const options = signal ? { abortSignal: signal } : {};
  const TableName = tableName;
  const put = (Item: Item, condition: RecordCondition) => ({ TableName, Item, ...condition });
  const reserve = (name: string, holder: string): TransactionPart => ({
    Put: {
      TableName,
      Item: { [KEY]: nameKey(name), holder },
      ConditionExpression: 'attribute_not_exists(#pk) OR holder = :holder',
      ExpressionAttributeNames: { '#pk': KEY },
      ExpressionAttributeValues: { ':holder': holder },
    },
  });
  const free = (name: string, holder: string): TransactionPart => ({
    Delete: {
      TableName,
      Key: { [KEY]: nameKey(name) },
      ConditionExpression: 'attribute_not_exists(#pk) OR holder = :holder',
      ExpressionAttributeNames: { '#pk': KEY },
      ExpressionAttributeValues: { ':holder': holder },
    },
  });

  const find = async (subject: string) => {
    const key = { [KEY]: userKey(subject) };
    const input = new GetCommand({ TableName, Key: key, ConsistentRead: true });
    const { Item } = await client.send(input, options).catch(rethrow);
    return Item === undefined || isTombstone(Item) ? null : readItem(Item);
  };
  // The client retries a transaction with the idempotency token of its first attempt. A put has none:
  // see failedOnRetry.
  const transact = (parts: TransactionPart[]) =>
    client.send(new TransactWriteCommand({ TransactItems: parts }), options);

  return {
    find,

    async create(record) {
      const names = [...namesHeldBy(record)];
      const parts = [
        { Put: put(toItemWithSummary(null, record), itemAbsent) },
        ...names.map((name) => reserve(name, record.subject)),
      ];
      await transact(parts).catch((error) => rethrowCancelled(error, names, RecordExistsError));
    },

    async replace(current, next) {
      const { subject } = current;
      const stored = { ...next, revision: current.revision + 1 };
      const held = namesHeldBy(current);
      const wanted = namesHeldBy(stored);
      const added = [...wanted.difference(held)];
      const freed = [...held.difference(wanted)];
      const change = put(toItemWithSummary(current, stored), revisionEquals(current.revision));
      if (added.length + freed.length === 0) {
        await client.send(new PutCommand(change), options).catch(async (error) => {
          if (!failedOnRetry(error)) rethrow(error);
          assertOwnWrite(stored, await find(subject));
        });
        return stored;
      }
      const parts = [
        { Put: change },
        ...added.map((name) => reserve(name, subject)),
        ...freed.map((name) => free(name, subject)),
      ];
      await transact(parts).catch((error) => rethrowCancelled(error, added, RecordConflictError));
      return stored;
    },

    async remove(subject, record, createdFrom) {
      const condition = record === null ? recordAbsent : revisionEquals(record.revision);
      const parts = [
        { Put: put(tombstone(subject, createdFrom), condition) },
        ...[...(record ? namesHeldBy(record) : [])].map((name) => free(name, subject)),
      ];
      await transact(parts).catch((error) => rethrowCancelled(error, [], RecordConflictError));
    },
  };
}

interface RecordCondition {
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues?: Record<string, number>;
}

const itemAbsent: RecordCondition = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': KEY },
};

/** Holds for a tombstone, too. */
const recordAbsent: RecordCondition = {
  ConditionExpression: 'attribute_not_exists(#revision)',
  ExpressionAttributeNames: { '#revision': 'revision' },
};

const revisionEquals = (revision: number): RecordCondition => ({
  ConditionExpression: '#revision = :revision',
  ExpressionAttributeNames: { '#revision': 'revision' },
  ExpressionAttributeValues: { ':revision': revision },
});

/** True for a write whose condition failed on a retry: the lost first attempt may have written. */
function failedOnRetry(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException && error.$metadata.attempts !== 1;
}

/**
 * Finds out whose write a retry met: only one write of a record ever takes a revision.
 * @throws RecordConflictError where it was another's
 * @throws UnavailableError where others have written on top, so that nobody can tell
 */
function assertOwnWrite(stored: AccountRecord, found: AccountRecord | null): void {
  if (isDeepStrictEqual(found, stored)) return;
  if (found !== null && found.revision > stored.revision) {
    throw new UnavailableError('Cannot determine whether the write succeeded');
  }
  throw new RecordConflictError('The record was written');
}

/**
 * Reads a cancelled transaction by its reasons: the record comes first, then the reserved names in
 * their order. A concurrent transaction on the same items is a conflict too.
 */
function rethrowCancelled(
  error: unknown,
  reserved: readonly string[],
  RecordError: new (message: string) => Error,
): never {
  if (!(error instanceof TransactionCanceledException)) rethrow(error);
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  if (codes[0] === 'ConditionalCheckFailed') throw new RecordError('The record was written');
  const taken = reserved.filter((_name, index) => codes[index + 1] === 'ConditionalCheckFailed');
  if (taken.length > 0) throw new NamesTakenError(taken);
  if (codes.includes('TransactionConflict')) throw new RecordConflictError('Concurrent write');
  if (codes.includes('ConditionalCheckFailed')) throw new Error('A freed name has another holder');
  throw new UnavailableError('The transaction was cancelled', { cause: error });
}

/** During a rollout or after a rollback, items of the newer release are unavailable to this one. */
function readItem(item: unknown): AccountRecord {
  try {
    return fromUserItem(item);
  } catch (error) {
    if (!(error instanceof UnsupportedSchemaVersionError)) throw error;
    throw new UnavailableError('The record is of a newer release', { cause: error });
  }
}
