/** Reads a subject's item with one consistent read, and changes it with one conditional write. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { changesOf } from './update.js';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.USERS_TABLE_NAME;

export async function itemOf(subject) {
  const Key = { pk: `USER#${subject}` };
  const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item;
}

/** @returns the item as the update leaves it @throws Error where somebody else has written it meanwhile */
export async function updated(item, body) {
  const changes = Object.entries(changesOf(item, body));
  if (changes.length === 0) return item;
  await documents.send(
    new UpdateCommand({
      TableName,
      Key: { pk: item.pk },
      UpdateExpression: `SET #version = :next, ${changes.map((_, at) => `account.#f${at} = :v${at}`).join()}`,
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: {
        '#version': 'version',
        ...Object.fromEntries(changes.map(([field], at) => [`#f${at}`, field])),
      },
      ExpressionAttributeValues: {
        ':version': item.version,
        ':next': item.version + 1,
        ...Object.fromEntries(changes.map(([, value], at) => [`:v${at}`, value])),
      },
    }),
  );
  const account = { ...item.account, ...Object.fromEntries(changes) };
  return { ...item, account, version: item.version + 1 };
}
