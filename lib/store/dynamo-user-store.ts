/** The user store on one DynamoDB table: the only calls of DynamoDB that a request makes. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { type AccountRecord, namesFreedBy, namesHeldBy } from '../account/account-record.ts';
import { RecordConflictError, RecordExistsError, UnavailableError } from '../account/errors.ts';
import type { UserStore } from '../self-service/ports.ts';
import { cancellationError, type RecordErrorClass } from './cancellation.ts';
import { rethrow } from './dynamo-errors.ts';
import { type Item, UnsupportedSchemaVersionError } from './item-migrations.ts';
import { isTaken, type NameRest, nameMarkers, type TransactionPart } from './name-markers.ts';
import { superuserChange } from './superuser-list.ts';
import {
  fromUserItem,
  isTombstone,
  KEY,
  nameKey,
  toItemWithSummary,
  tombstone,
  userKey,
} from './user-item.ts';

/** How a store treats what the accounts of others depend on. */
export interface UserStoreOptions extends NameRest {
  /** True for requests, which leave one active superuser; false for operators, who can make one. */
  keepsLastSuperuser: boolean;
  /** Ends every call and lets no other start. */
  signal?: AbortSignal;
}

/** A store on the table of that name; errors of the client never leave it. */
export function createDynamoUserStore(
  client: DynamoDBDocumentClient,
  TableName: string,
  { signal, keepsLastSuperuser, ...rest }: UserStoreOptions,
): UserStore {
  const options = signal ? { abortSignal: signal } : {};
  const markers = nameMarkers(TableName, rest);
  const put = (Item: Item, condition: RecordCondition) => ({ TableName, Item, ...condition });
  const reserveAll = (names: string[], subject: string): TransactionPart[] =>
    names.map((name) => ({ Update: markers.reserve(name, subject) }));
  const freeAll = (current: AccountRecord, next: AccountRecord | null): TransactionPart[] => {
    const { givenUp, unused } = namesFreedBy(current, next);
    return [
      ...givenUp.map((name) => markers.giveUp(name, current.subject)),
      ...unused.map((name) => markers.release(name, current.subject)),
    ];
  };
  const superusers = (before: AccountRecord | null, after: AccountRecord | null) =>
    superuserChange(TableName, before, after, keepsLastSuperuser);

  const read = async (key: string) => {
    const input = new GetCommand({ TableName, Key: { [KEY]: key }, ConsistentRead: true });
    return (await client.send(input, options).catch(rethrow)).Item;
  };
  const find = async (subject: string) => {
    const Item = await read(userKey(subject));
    return Item === undefined || isTombstone(Item) ? null : readItem(Item);
  };
  // A retry of the client has the token of the first attempt. A put has none: see failedOnRetry.
  const transact = async (
    parts: TransactionPart[],
    reserved: string[],
    RecordError: RecordErrorClass,
  ) => {
    await client
      .send(
        new TransactWriteCommand({ TransactItems: parts, ClientRequestToken: randomUUID() }),
        options,
      )
      .catch((error) => {
        throw cancellationError(error, parts, reserved, RecordError);
      });
  };

  return {
    find,

    async takenNames(subject, names) {
      const items = await Promise.all(names.map((name) => read(nameKey(name))));
      const now = rest.nowSeconds();
      return new Set(names.filter((_name, index) => isTaken(items[index], subject, now)));
    },

    async create(record) {
      const names = [...namesHeldBy(record)];
      const parts = [
        { Put: put(toItemWithSummary(null, record), itemAbsent) },
        ...reserveAll(names, record.subject),
        ...superusers(null, record),
      ];
      await transact(parts, names, RecordExistsError);
    },

    async replace(current, next) {
      const { subject } = current;
      const stored = { ...next, revision: current.revision + 1 };
      const added = [...namesHeldBy(stored).difference(namesHeldBy(current))];
      const change = put(toItemWithSummary(current, stored), revisionEquals(current.revision));
      const others = [
        ...reserveAll(added, subject),
        ...freeAll(current, stored),
        ...superusers(current, stored),
      ];
      if (others.length === 0) {
        await client.send(new PutCommand(change), options).catch(async (error) => {
          if (!failedOnRetry(error)) rethrow(error);
          assertOwnWrite(stored, await find(subject));
        });
        return stored;
      }
      await transact([{ Put: change }, ...others], added, RecordConflictError);
      return stored;
    },

    async remove(subject, record, createdFrom) {
      const condition = record === null ? recordAbsent : revisionEquals(record.revision);
      const parts = [
        { Put: put(tombstone(subject, createdFrom), condition) },
        ...(record ? freeAll(record, null) : []),
        ...superusers(record, null),
      ];
      await transact(parts, [], RecordConflictError);
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

/** During a rollout or after a rollback, items of the newer release are unavailable to this one. */
function readItem(item: unknown): AccountRecord {
  try {
    return fromUserItem(item);
  } catch (error) {
    if (!(error instanceof UnsupportedSchemaVersionError)) throw error;
    throw new UnavailableError('The record is of a newer release', { cause: error });
  }
}
