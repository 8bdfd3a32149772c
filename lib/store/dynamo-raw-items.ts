/** Items of the table as they are, for operators: also those that nobody can read. */
import { isDeepStrictEqual } from 'node:util';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { errorName } from '../aws-errors.ts';
import { SUPERUSERS_KEY } from '../contract.ts';
import type { AccountIndex } from '../operations/ports.ts';
import { rethrow } from './dynamo-errors.ts';
import { toIndexPage } from './index-page.ts';
import type { Item } from './item-migrations.ts';
import { isSuperuserItem } from './superuser-list.ts';
import { KEY } from './user-item.ts';

/** That part of the index of the table of that name. */
export function createDynamoRawItems(
  client: DynamoDBDocumentClient,
  TableName: string,
): Pick<AccountIndex, 'itemAt' | 'removeUnreadable'> {
  const read = async (key: string) => {
    const input = { TableName, Key: { [KEY]: key }, ConsistentRead: true };
    return (await client.send(new GetCommand(input)).catch(rethrow)).Item;
  };
  return {
    async itemAt(key) {
      const item = await read(key);
      return item === undefined ? null : { item, isReadable: isReadable(item) };
    },

    async removeUnreadable(key, item) {
      if (isReadable(item) || !isDeepStrictEqual(await read(key), item)) return false;
      const { revision } = item;
      const isNumbered = typeof revision === 'number';
      const input = new DeleteCommand({
        TableName,
        Key: { [KEY]: key },
        ConditionExpression: isNumbered
          ? 'revision = :revision'
          : 'attribute_exists(#pk) AND attribute_not_exists(revision)',
        ...(isNumbered
          ? { ExpressionAttributeValues: { ':revision': revision } }
          : { ExpressionAttributeNames: { '#pk': KEY } }),
      });
      try {
        await client.send(input);
        return true;
      } catch (error) {
        return errorName(error) === 'ConditionalCheckFailedException' ? false : rethrow(error);
      }
    },
  };
}

function isReadable(item: Item): boolean {
  if (item[KEY] === SUPERUSERS_KEY) return isSuperuserItem(item);
  return toIndexPage([item]).unreadable.length === 0;
}
