/** A restore on the local cloud: a backup, a copy made of it, and the table set back to it. */
import {
  CreateBackupCommand,
  DynamoDBClient,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
} from '@aws-sdk/client-dynamodb';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withChanges } from '../../lib/account/record-change.ts';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { copyTable, UnexpectedTableError } from '../../lib/store/dynamo-table-copy.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { aRecord, NOW } from '../support/builders.ts';
import { FOR_OPERATORS } from '../support/store-options.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

const endpoint = inject('cloudUrl');
const backups = new DynamoDBClient(clientSettings(endpoint));

let live: TestTable;
beforeAll(async () => {
  live = await createTestTable(endpoint);
});
afterAll(() => live.remove());

async function keysOf(table: string): Promise<string[]> {
  const { Items = [] } = await live.client.send(new ScanCommand({ TableName: table }));
  return Items.map(({ pk }) => String(pk)).sort();
}

/** How many items say what their last write changed of an account. */
async function summariesIn(table: string): Promise<number> {
  const { Items = [] } = await live.client.send(new ScanCommand({ TableName: table }));
  return Items.filter(({ change }) => change?.type !== undefined).length;
}

describe('copyTable', () => {
  it('sets a table back to what a backup of it holds, with versions no tag from before fits', async () => {
    const store = createDynamoUserStore(live.client, live.name, FOR_OPERATORS);
    const index = createDynamoAccountIndex(live.client, live.name, FOR_OPERATORS);
    const records = Array.from({ length: 60 }, (_, at) => aRecord({ is_superuser: at === 2 }));
    for (const record of records) await store.create(record);
    const [kept, renamed, superuser] = records;
    if (!kept || !renamed || !superuser) throw new Error('There are records');
    const deleted = aRecord({ email: null });
    await store.create(deleted);
    await store.remove(deleted.subject, deleted, NOW);
    const resting = await index.restingOf([deleted.account.username]);
    const before = await keysOf(live.name);
    const backup = await backups.send(
      new CreateBackupCommand({ TableName: live.name, BackupName: 'before' }),
    );
    const from = `${live.name}-restored`;

    // After the backup: an account is renamed, its old name is taken by a new one, one goes.
    const username = `new-${renamed.account.username}`;
    await store.replace(renamed, withChanges(renamed, { username }, NOW));
    await index.endRest(renamed.account.username, renamed.subject);
    await store.create(aRecord({ username: renamed.account.username, email: null }));
    await index.endRest(deleted.account.username, deleted.subject);
    await store.replace(superuser, {
      ...superuser,
      account: { ...superuser.account, is_superuser: false },
    });
    await store.remove(kept.subject, kept, NOW);
    await backups.send(
      new RestoreTableFromBackupCommand({
        TargetTableName: from,
        BackupArn: backup.BackupDetails?.BackupArn,
      }),
    );
    const copied = await copyTable(live.client, from, live.name);

    // The stream reports items with a summary as changes of an account: a restore is none.
    expect(await summariesIn(from)).toBe(60);
    expect(await summariesIn(live.name)).toBe(0);
    // Written: three items of each account, two of the deleted one, the list of superusers. Removed:
    // the new name of the renamed one, and the account that took the old one.
    expect(copied).toEqual({ written: 183, removed: 2 });
    expect(await keysOf(live.name)).toEqual(before);
    for (const record of records) {
      const { version, revision } = record;
      expect(await store.find(record.subject)).toEqual({
        ...record,
        version: version + 1_000_000,
        revision: revision + 1_000_000,
        updatedAt: expect.any(Number),
        fieldVersions: { since: version + 1_000_000, fields: {} },
      });
    }

    expect(await index.restingOf(resting.keys())).toEqual(resting);
    expect((await index.superusers()).subjects).toEqual(new Set([superuser.subject]));

    // It can be repeated.
    expect(await copyTable(live.client, from, live.name)).toEqual({ written: 183, removed: 0 });
    expect((await store.find(kept.subject))?.version).toBe(kept.version + 1_000_000);
  });

  it('takes a table that was restored to a point in time', async () => {
    const from = `${live.name}-in-time`;
    await backups.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: live.name,
        TargetTableName: from,
        UseLatestRestorableTime: true,
      }),
    );

    expect(await keysOf(from)).toEqual(await keysOf(live.name));
    expect(await copyTable(live.client, from, live.name)).toMatchObject({ removed: 0 });
  });

  it('refuses a table that is empty or of something else, and writes nothing', async () => {
    const foreign = await createTestTable(endpoint);
    const before = await keysOf(live.name);
    const copy = () => copyTable(live.client, foreign.name, live.name);

    await expect(copy()).rejects.toThrow(new UnexpectedTableError('It holds no item'));
    await live.client.send(new PutCommand({ TableName: foreign.name, Item: { pk: 'ORDER#1' } }));
    await expect(copy()).rejects.toThrow(
      new UnexpectedTableError('It holds items of something else'),
    );

    expect(await keysOf(live.name)).toEqual(before);
    await foreign.remove();
  });
});
