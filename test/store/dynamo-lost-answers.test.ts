/** A write whose answer is lost is tried again by the client: it counts once, and as a success. */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openDynamoDb } from '../../functions/dynamo-client.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { RecordConflictError, UnavailableError } from '../../lib/account/errors.ts';
import { withChanges } from '../../lib/account/record-change.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { aRecord, NOW } from '../support/builders.ts';
import {
  type FaultyNetwork,
  type NetworkFault,
  startFaultyNetwork,
} from '../support/faulty-network.ts';
import { FOR_REQUESTS } from '../support/store-options.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

const LOST: NetworkFault[] = [
  'is carried out and reset',
  'is carried out and answered 500',
  'is carried out and hangs',
  'is carried out and broken off',
];

const named = (record: AccountRecord, name: string) => withChanges(record, { name }, NOW);
const renamed = (record: AccountRecord) =>
  withChanges(record, { username: `${record.account.username}-x`, email: null }, NOW);

describe.each([
  { place: 'on the local cloud', endpoint: inject('cloudUrl') },
  { place: 'on DynamoDB Local', endpoint: inject('dynamoDbUrl') },
])('$place', ({ endpoint }) => {
  describe.skipIf(endpoint === null)('behind a network that loses answers', () => {
    let table: TestTable;
    let network: FaultyNetwork;
    beforeAll(async () => {
      table = await createTestTable(endpoint ?? '');
      network = await startFaultyNetwork(endpoint ?? '');
    });
    afterAll(async () => {
      await network.stop();
      await table.remove();
    });
    beforeEach(() => {
      network.crossings.length = 0;
      network.faultOf = () => null;
    });

    /** Has the first request of an operation go wrong, and something happen meanwhile. */
    const spoilFirst = (
      operation: string,
      fault: NetworkFault,
      meanwhile = async (_attempt: number) => {},
    ) => {
      let attempt = 0;
      network.faultOf = async (crossing) => {
        if (crossing.operation !== operation) return null;
        attempt += 1;
        await meanwhile(attempt);
        return attempt === 1 ? fault : null;
      };
    };
    const open = (signal?: AbortSignal) => {
      const client = openDynamoDb(clientSettings(network.url));
      return createDynamoUserStore(DynamoDBDocumentClient.from(client), table.name, {
        ...FOR_REQUESTS,
        ...(signal && { signal }),
      });
    };
    const stored = async () => {
      const record = aRecord();
      await direct().create(record);
      return record;
    };
    const direct = () => createDynamoUserStore(table.client, table.name, FOR_REQUESTS);
    const tokens = () =>
      network.crossings
        .filter(({ operation }) => operation === 'TransactWriteItems')
        .map(({ body }) => JSON.parse(body).ClientRequestToken);

    it.each(LOST)('takes a put that %s for its own', async (fault) => {
      const record = await stored();
      spoilFirst('PutItem', fault);

      const written = await open().replace(record, named(record, 'Ada'));

      expect(written.revision).toBe(record.revision + 1);
      expect(await direct().find(record.subject)).toEqual(written);
    });

    it.each(LOST)('takes a transaction that %s for its own', async (fault) => {
      const record = aRecord();
      spoilFirst('TransactWriteItems', fault);
      await open().create(record);
      spoilFirst('TransactWriteItems', fault);
      const moved = await open().replace(record, renamed(record));
      expect(await direct().find(record.subject)).toEqual(moved);
      spoilFirst('TransactWriteItems', fault);
      await open().remove(moved.subject, moved, NOW);

      expect(await direct().find(record.subject)).toBeNull();
      const [create, createAgain, replace, replaceAgain, remove, removeAgain] = tokens();
      expect([createAgain, replaceAgain, removeAgain]).toEqual([create, replace, remove]);
      expect(new Set([create, replace, remove]).size).toBe(3);
    });

    it('meets a conflict where another wrote before its second try', async () => {
      const record = await stored();
      spoilFirst('PutItem', 'is reset', async (attempt) => {
        if (attempt === 2) await direct().replace(record, named(record, 'Bob'));
      });

      const late = open().replace(record, named(record, 'Ada'));

      await expect(late).rejects.toBeInstanceOf(RecordConflictError);
      expect((await direct().find(record.subject))?.account.name).toBe('Bob');
    });

    it('says that nobody can tell where another wrote on top before its second try', async () => {
      const record = await stored();
      spoilFirst('PutItem', 'is carried out and reset', async (attempt) => {
        if (attempt === 1) return;
        const found = await direct().find(record.subject);
        if (found) await direct().replace(found, named(found, 'Bob'));
      });

      const late = open().replace(record, named(record, 'Ada'));

      await expect(late).rejects.toBeInstanceOf(UnavailableError);
      expect(await direct().find(record.subject)).toMatchObject({
        revision: record.revision + 2,
        account: { name: 'Bob' },
      });
    });

    it('is not asked a second time where the first try met a conflict', async () => {
      const record = await stored();
      await direct().replace(record, named(record, 'Bob'));

      const late = open().replace(record, named(record, 'Ada'));

      await expect(late).rejects.toBeInstanceOf(RecordConflictError);
      expect(network.crossings.map(({ operation }) => operation)).toEqual(['PutItem']);
    });

    it('ends the call under way when its time is over, and starts no other', async () => {
      const record = await stored();
      const controller = new AbortController();
      const store = open(controller.signal);
      network.faultOf = () => {
        setTimeout(() => controller.abort(), 50);
        return 'hangs';
      };

      await expect(store.find(record.subject)).rejects.toBeInstanceOf(UnavailableError);
      await expect(store.find(record.subject)).rejects.toBeInstanceOf(UnavailableError);
      await expect(store.replace(record, named(record, 'Ada'))).rejects.toBeInstanceOf(
        UnavailableError,
      );

      expect(network.crossings).toHaveLength(1);
    });
  });
});
