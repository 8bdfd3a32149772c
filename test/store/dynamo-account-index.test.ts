import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { MIGRATIONS } from '../../lib/store/item-migrations.ts';
import { describeAccountIndex } from '../support/account-index-contract.ts';
import { aRecord } from '../support/builders.ts';
import { FOR_OPERATORS, FOR_REQUESTS } from '../support/store-options.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

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
    const open = () => ({
      store: createDynamoUserStore(table.client, table.name, FOR_OPERATORS),
      index: createDynamoAccountIndex(table.client, table.name, FOR_REQUESTS),
    });
    const put = (Item: Record<string, unknown>) =>
      table.client.send(new PutCommand({ TableName: table.name, Item }));

    describeAccountIndex(place, () => ({
      ...open(),
      async plantUnreadable(subject) {
        await put({ pk: `USER#${subject}`, revision: 1, broken: true });
      },
    }));

    it('takes for unreadable what is of another service or under another key', async () => {
      const { store, index } = open();
      const record = aRecord();
      await store.create(record);
      const items = [
        { pk: 'OTHER#1', text: 'x' },
        { pk: 'NAME#without-holder' },
        { pk: `USER#${record.subject}-copy`, schema: 1, ...record },
        { pk: 'USER#newer', schema: MIGRATIONS.length + 2, ...record, subject: 'newer' },
      ];
      for (const item of items) await put(item);

      const unreadable: string[] = [];
      for await (const page of index.pages()) unreadable.push(...page.unreadable);

      expect(unreadable).toEqual(expect.arrayContaining(items.map(({ pk }) => pk)));
      expect(await index.holdersOf(['without-holder'])).toEqual(new Map());
      expect(await index.reserveName('without-holder', 'a')).toBe(true);
    });
  });
});
