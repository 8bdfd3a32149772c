/** A table with the stack's schema, for one test file. */
import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../tools/support/cloud-access.ts';

export interface TestTable {
  client: DynamoDBDocumentClient;
  name: string;
  streamArn: string;
  remove(): Promise<void>;
}

export async function createTestTable(endpoint: string): Promise<TestTable> {
  const database = new DynamoDBClient(clientSettings(endpoint));
  const name = `users-${randomUUID()}`;
  const { TableDescription } = await database.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await waitUntilTableExists({ client: database, maxWaitTime: 30 }, { TableName: name });
  return {
    client: DynamoDBDocumentClient.from(database),
    name,
    streamArn: TableDescription?.LatestStreamArn ?? '',
    async remove() {
      await database.send(new DeleteTableCommand({ TableName: name }));
      database.destroy();
    },
  };
}
