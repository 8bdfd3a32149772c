/** Replaces the items of a table by those of another: the last step of a restore, never a request. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { ServiceError } from '../account/errors.ts';
import { type Backoff, backoffDelay } from '../backoff.ts';
import { NAME_KEY_PREFIX, SUPERUSERS_KEY, USER_KEY_PREFIX } from '../contract.ts';
import type { Item } from './item-migrations.ts';
import { toRestoredItem } from './restored-item.ts';
import { KEY } from './user-item.ts';

/** Most writes of one BatchWriteItem; as many keys fit one BatchGetItem. */
const BATCH_SIZE = 25;
/** Waits for what a batch left over. */
const BACKOFF_MS: Backoff = { first: 50, longest: 5000 };
type Requests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];

/** Every item of this service has one of these keys. */
const KeySchema = v.pipe(
  v.string(),
  v.check(
    (key) =>
      key === SUPERUSERS_KEY ||
      [USER_KEY_PREFIX, NAME_KEY_PREFIX].some((prefix) => key.startsWith(prefix) && key !== prefix),
  ),
);

/** A table to copy from holds nothing, or not items of this service: nothing was written. */
export class UnexpectedTableError extends ServiceError {
  override readonly name = 'UnexpectedTableError';
}

/**
 * Writes every item of the first table to the second, then removes from the second what the first
 * does not have. Can be repeated; nothing else may write meanwhile.
 * @throws UnexpectedTableError before anything is written
 */
export async function copyTable(
  client: DynamoDBDocumentClient,
  from: string,
  to: string,
): Promise<{ written: number; removed: number }> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  if ((await countItems(client, from)) === 0) throw new UnexpectedTableError('It holds no item');
  let [written, removed] = [0, 0];
  for await (const items of batchesOf(client, from)) {
    await writeAll(
      client,
      to,
      items.map((item) => ({ PutRequest: { Item: toRestoredItem(item, nowSeconds) } })),
    );
    written += items.length;
  }
  for await (const items of batchesOf(client, to)) {
    const keys = items.map((item) => ({ [KEY]: item[KEY] }));
    const input = { RequestItems: { [from]: { Keys: keys, ProjectionExpression: KEY } } };
    const { Responses, UnprocessedKeys = {} } = await client.send(new BatchGetCommand(input));
    // What was not looked up is not known to be missing.
    const kept = new Set(
      [...(Responses?.[from] ?? []), ...(UnprocessedKeys[from]?.Keys ?? [])].map((one) => one[KEY]),
    );
    const left = keys.filter((key) => !kept.has(key[KEY]));
    await writeAll(
      client,
      to,
      left.map((Key) => ({ DeleteRequest: { Key } })),
    );
    removed += left.length;
  }
  return { written, removed };
}

/** @throws UnexpectedTableError at the first item that is none of this service */
async function countItems(client: DynamoDBDocumentClient, table: string): Promise<number> {
  let count = 0;
  for await (const items of batchesOf(client, table)) {
    const isOurs = items.every((item) => v.is(KeySchema, item[KEY]));
    if (!isOurs) throw new UnexpectedTableError('It holds items of something else');
    count += items.length;
  }
  return count;
}

async function* batchesOf(client: DynamoDBDocumentClient, TableName: string) {
  let next: Item | undefined;
  do {
    const start = next && { ExclusiveStartKey: next };
    const input = { TableName, Limit: BATCH_SIZE, ConsistentRead: true, ...start };
    const output = await client.send(new ScanCommand(input));
    const items: Item[] = output.Items ?? [];
    yield items;
    next = output.LastEvaluatedKey;
  } while (next !== undefined);
}

async function writeAll(client: DynamoDBDocumentClient, table: string, requests: Requests) {
  let left = requests;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const input = new BatchWriteCommand({ RequestItems: { [table]: left } });
    const { UnprocessedItems = {} } = await client.send(input);
    left = UnprocessedItems[table] ?? [];
    if (left.length > 0) await sleep(backoffDelay(attempt, BACKOFF_MS));
  }
}
