/** Operators' queries over the whole table: scans and batches, which no request makes. */
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type AccountRecord, namesHeldBy } from '../account/account-record.ts';
import { RecordConflictError } from '../account/errors.ts';
import { errorName } from '../aws-errors.ts';
import type { AccountIndex, IndexPage } from '../operations/ports.ts';
import { rethrow } from './dynamo-errors.ts';
import { type Item, UnsupportedSchemaVersionError } from './item-migrations.ts';
import {
  fromNameItem,
  fromUserItem,
  isTombstone,
  KEY,
  nameKey,
  toUserItem,
  userKey,
} from './user-item.ts';

/** Most keys of one BatchGetItem. */
const BATCH_SIZE = 100;
/** Items of one page of a scan: small enough that a page's look-ups are a few calls. */
const PAGE_SIZE = 100;

type TransactionParts = TransactWriteCommandInput['TransactItems'];

/** An index of the table of that name. */
export function createDynamoAccountIndex(
  client: DynamoDBDocumentClient,
  tableName: string,
): AccountIndex {
  const TableName = tableName;

  const itemsOf = async (keys: Iterable<string>): Promise<Item[]> => {
    const items: Item[] = [];
    let pending = [...new Set(keys)];
    while (pending.length > 0) {
      const Keys = pending.slice(0, BATCH_SIZE).map((key) => ({ [KEY]: key }));
      const request = { [TableName]: { Keys, ConsistentRead: true } };
      const input = new BatchGetCommand({ RequestItems: request });
      const output = await client.send(input).catch(rethrow);
      items.push(...(output.Responses?.[TableName] ?? []));
      const left = output.UnprocessedKeys?.[TableName]?.Keys ?? [];
      const unprocessed = left.map((key) => v.parse(v.string(), key[KEY]));
      pending = [...unprocessed, ...pending.slice(BATCH_SIZE)];
    }
    return items;
  };
  const writeAll = (TransactItems: TransactionParts) =>
    client.send(new TransactWriteCommand({ TransactItems })).catch(rethrow);
  const reservation = (name: string, holder: string) => ({
    TableName,
    Item: { [KEY]: nameKey(name), holder },
    ExpressionAttributeNames: { '#holder': 'holder' },
  });

  return {
    async holdersOf(names) {
      const { names: held } = toPage(await itemsOf([...names].map(nameKey)));
      return new Map(held.map(({ name, holder }) => [name, holder]));
    },

    async recordsOf(subjects) {
      const { records } = toPage(await itemsOf([...subjects].map(userKey)));
      return new Map(records.map((record) => [record.subject, record]));
    },

    async *pages() {
      let next: Item | undefined;
      do {
        const input = { TableName, Limit: PAGE_SIZE, ConsistentRead: true };
        const output = await client
          .send(new ScanCommand({ ...input, ...(next && { ExclusiveStartKey: next }) }))
          .catch(rethrow);
        yield toPage(output.Items ?? []);
        next = output.LastEvaluatedKey;
      } while (next !== undefined);
    },

    async move(record, subject) {
      const moved = { ...record, subject, revision: record.revision + 1 };
      const names = [...namesHeldBy(record)].map((name) => ({
        Put: {
          ...reservation(name, subject),
          ConditionExpression: '#holder = :old',
          ExpressionAttributeValues: { ':old': record.subject },
        },
      }));
      const old = {
        TableName,
        Key: { [KEY]: userKey(record.subject) },
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': record.revision },
      };
      const made = {
        TableName,
        Item: toUserItem(moved),
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': KEY },
      };
      await writeAll([{ Delete: old }, { Put: made }, ...names]);
      return moved;
    },

    async reserveName(name, holder) {
      const input = new PutCommand({
        ...reservation(name, holder),
        ConditionExpression: 'attribute_not_exists(#holder) OR #holder = :holder',
        ExpressionAttributeValues: { ':holder': holder },
      });
      try {
        await client.send(input);
        return true;
      } catch (error) {
        return errorName(error) === 'ConditionalCheckFailedException' ? false : rethrow(error);
      }
    },

    async freeName(name, holder) {
      const ownerKey = { [KEY]: userKey(holder) };
      const read = new GetCommand({ TableName, Key: ownerKey, ConsistentRead: true });
      const { Item: item } = await client.send(read).catch(rethrow);
      const { records, unreadable } = toPage(item === undefined ? [] : [item]);
      const [owner] = records;
      // An account that cannot be read may have the name.
      if (unreadable.length > 0 || (owner && namesHeldBy(owner).has(name))) return;
      const unchanged = {
        TableName,
        Key: ownerKey,
        ConditionExpression: owner ? 'revision = :revision' : 'attribute_not_exists(revision)',
        ...(owner && { ExpressionAttributeValues: { ':revision': owner.revision } }),
      };
      const marker = {
        TableName,
        Key: { [KEY]: nameKey(name) },
        ConditionExpression: '#holder = :holder',
        ExpressionAttributeNames: { '#holder': 'holder' },
        ExpressionAttributeValues: { ':holder': holder },
      };
      await writeAll([{ ConditionCheck: unchanged }, { Delete: marker }]).catch((error) => {
        if (!(error instanceof RecordConflictError)) throw error;
      });
    },
  };
}

function toPage(items: Item[]): IndexPage {
  const page: IndexPage = { records: [], names: [], unreadable: [] };
  for (const item of items.filter((one) => !isTombstone(one))) {
    const read = readItem(item);
    if (read !== null && 'holder' in read) page.names.push(read);
    else if (read !== null && item[KEY] === userKey(read.subject)) page.records.push(read);
    else page.unreadable.push(String(item[KEY]));
  }
  return page;
}

function readItem(item: unknown): AccountRecord | { name: string; holder: string } | null {
  for (const read of [fromUserItem, fromNameItem]) {
    try {
      return read(item);
    } catch (error) {
      if (!v.isValiError(error) && !(error instanceof UnsupportedSchemaVersionError)) throw error;
    }
  }
  return null;
}
