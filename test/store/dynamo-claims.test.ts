import { afterAll, beforeAll, describe, inject } from 'vitest';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { FOR_REQUESTS } from '../support/store-options.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';
import { describeNameClaims } from './name-claims.ts';

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

    describeNameClaims(place, 200, () => ({
      store: createDynamoUserStore(table.client, table.name, FOR_REQUESTS),
      index: createDynamoAccountIndex(table.client, table.name, FOR_REQUESTS),
    }));
  });
});
