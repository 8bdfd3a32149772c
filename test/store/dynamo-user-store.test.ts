import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDynamoUserStore, type UserStoreOptions } from '../../lib/store/dynamo-user-store.ts';
import { aRecord, NOW } from '../support/builders.ts';
import { FOR_REQUESTS, REST_SECONDS } from '../support/store-options.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';
import { describeUserStore } from '../support/user-store-contract.ts';

describe.each([
  { place: 'on the local cloud', endpoint: inject('cloudUrl') },
  { place: 'on DynamoDB Local', endpoint: inject('dynamoDbUrl') },
])('$place', ({ place, endpoint }) => {
  describe.skipIf(endpoint === null)('with what it needs', () => {
    let table: TestTable;
    beforeAll(async () => {
      table = await createTestTable(endpoint ?? '');
    });
    afterAll(() => table.remove());

    const open = (options: Partial<UserStoreOptions> = {}) =>
      createDynamoUserStore(table.client, table.name, { ...FOR_REQUESTS, ...options });

    describeUserStore(place, {
      open,
      async setSuperusers({ subjects, isComplete }) {
        const list = subjects.size > 0 ? { subjects } : {};
        const Item = { pk: 'SUPERUSERS', ...list, ...(isComplete && { isComplete }) };
        await table.client.send(new PutCommand({ TableName: table.name, Item }));
      },
    });

    it('has DynamoDB remove a name when it has rested, and never one that is held', async () => {
      const nowSeconds = () => NOW;
      const store = open({ nowSeconds });
      const record = aRecord();
      await store.create(record);
      const { username } = record.account;
      const marker = async () => {
        const input = { TableName: table.name, Key: { pk: `NAME#${username}` } };
        return (await table.client.send(new GetCommand(input))).Item;
      };
      const other = { ...record.account, username: `${username}-x` };
      const until = NOW + REST_SECONDS;

      const renamed = await store.replace(record, { ...record, account: other });
      const { subject } = record;
      const rest = { pk: `NAME#${username}`, restingFor: subject, until, expiresAt: until };
      expect(await marker()).toEqual(rest);

      await store.replace(renamed, { ...renamed, account: record.account });
      expect(await marker()).toMatchObject({ holder: subject });
      expect(await marker()).not.toHaveProperty('expiresAt');
    });
  });
});
