/** Operators' queries over the whole table: scans and batches, which no request makes. */
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { isActiveSuperuser, namesHeldBy } from '../account/account-record.ts';
import { RecordConflictError } from '../account/errors.ts';
import { errorName } from '../aws-errors.ts';
import { SUPERUSERS_KEY } from '../contract.ts';
import type { AccountIndex } from '../operations/ports.ts';
import type { Runtime } from '../self-service/ports.ts';
import { rethrow } from './dynamo-errors.ts';
import { createDynamoRawItems } from './dynamo-raw-items.ts';
import { toIndexPage } from './index-page.ts';
import type { Item } from './item-migrations.ts';
import { nameMarkers, type TransactionPart } from './name-markers.ts';
import { fromSuperuserItem, superuserUpdate } from './superuser-list.ts';
import { KEY, nameKey, toUserItem, userKey } from './user-item.ts';

/** Most keys of one BatchGetItem. */
const BATCH_SIZE = 100;
/** Items of one page of a scan: small enough that a page's look-ups are a few calls. */
const PAGE_SIZE = 100;

/** An index of the table of that name. */
export function createDynamoAccountIndex(
  client: DynamoDBDocumentClient,
  TableName: string,
  { nowSeconds }: Pick<Runtime, 'nowSeconds'>,
): AccountIndex {
  // It gives up no name that an account has.
  const markers = nameMarkers(TableName, { nowSeconds, releasedNameRestSeconds: 0 });

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
  const writeAll = (TransactItems: TransactionPart[]) =>
    client.send(new TransactWriteCommand({ TransactItems })).catch(rethrow);
  const pageOf = async (keys: Iterable<string>) => toIndexPage(await itemsOf(keys));
  const superuserKey = { TableName, Key: { [KEY]: SUPERUSERS_KEY } };
  /** The record of a subject, and the condition that it stays as it is; null: it cannot be read. */
  const unchanged = async (subject: string) => {
    const { records, unreadable } = await pageOf([userKey(subject)]);
    if (unreadable.length > 0) return null;
    const [record] = records;
    const condition = {
      TableName,
      Key: { [KEY]: userKey(subject) },
      ConditionExpression: record ? 'revision = :revision' : 'attribute_not_exists(revision)',
      ...(record && { ExpressionAttributeValues: { ':revision': record.revision } }),
    };
    return { record: record ?? null, ConditionCheck: condition };
  };

  return {
    async holdersOf(names) {
      const { names: held } = await pageOf([...names].map(nameKey));
      return new Map(held.map(({ name, holder }) => [name, holder]));
    },

    async restingOf(names) {
      const { resting } = await pageOf([...names].map(nameKey));
      return new Map(resting.map((one) => [one.name, one]));
    },

    async recordsOf(subjects) {
      const { records } = await pageOf([...subjects].map(userKey));
      return new Map(records.map((record) => [record.subject, record]));
    },

    async *pages(from = null) {
      let next = from;
      do {
        const input = { TableName, Limit: PAGE_SIZE, ConsistentRead: true };
        const start = next === null ? {} : { ExclusiveStartKey: { [KEY]: next } };
        const output = await client.send(new ScanCommand({ ...input, ...start })).catch(rethrow);
        const last = output.LastEvaluatedKey?.[KEY];
        next = last === undefined ? null : v.parse(v.string(), last);
        yield toIndexPage(output.Items ?? [], next);
      } while (next !== null);
    },

    ...createDynamoRawItems(client, TableName),

    async move(record, subject) {
      const moved = { ...record, subject, revision: record.revision + 1 };
      const names = [...namesHeldBy(record)].map((name) => ({
        Put: {
          TableName,
          Item: { [KEY]: nameKey(name), holder: subject },
          ConditionExpression: '#holder = :old',
          ExpressionAttributeNames: { '#holder': 'holder' },
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
      try {
        await client.send(new UpdateCommand(markers.reserve(name, holder)));
        return true;
      } catch (error) {
        return errorName(error) === 'ConditionalCheckFailedException' ? false : rethrow(error);
      }
    },

    async freeName(name, holder) {
      const owner = await unchanged(holder);
      // An account that cannot be read may have the name.
      if (owner === null || (owner.record && namesHeldBy(owner.record).has(name))) return;
      const { ConditionCheck } = owner;
      await writeAll([{ ConditionCheck }, markers.release(name, holder)]).catch((error) => {
        if (!(error instanceof RecordConflictError)) throw error;
      });
    },

    async endRest(name, restingFor) {
      const input = new DeleteCommand({
        TableName,
        Key: { [KEY]: nameKey(name) },
        ConditionExpression: 'attribute_not_exists(#holder) AND #restingFor = :subject',
        ExpressionAttributeNames: { '#holder': 'holder', '#restingFor': 'restingFor' },
        ExpressionAttributeValues: { ':subject': restingFor },
      });
      try {
        await client.send(input);
        return true;
      } catch (error) {
        return errorName(error) === 'ConditionalCheckFailedException' ? false : rethrow(error);
      }
    },

    async superusers() {
      const read = new GetCommand({ ...superuserKey, ConsistentRead: true });
      const { Item: item } = await client.send(read).catch(rethrow);
      return fromSuperuserItem(item);
    },

    async listSuperuser(subject) {
      const owner = await unchanged(subject);
      // Nobody can say what an account that cannot be read is.
      if (owner === null) return;
      const isOne = owner.record !== null && isActiveSuperuser(owner.record);
      const Update = superuserUpdate(TableName, subject, isOne);
      await writeAll([{ ConditionCheck: owner.ConditionCheck }, { Update }]);
    },

    async completeSuperusers() {
      const input = new UpdateCommand({
        ...superuserKey,
        UpdateExpression: 'SET isComplete = :true',
        ExpressionAttributeValues: { ':true': true },
      });
      await client.send(input).catch(rethrow);
    },
  };
}
