/** Reads a subject's item with one consistent read of the document client. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.USERS_TABLE_NAME;

export async function itemOf(subject) {
  const Key = { pk: `USER#${subject}` };
  const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item;
}
