import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOptions } from '../../../infra/api/bundle/bundle.ts';
import { withDetailedErrorsOnly } from '../../../infra/api/bundle/dynamodb-errors.ts';
import { isTransient } from '../../../lib/aws-errors.ts';
import { clientSettings } from '../../../tools/support/cloud-access.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';

const REASONS = [{ Code: 'ConditionalCheckFailed', Item: { version: { N: '3' } } }];
const ERRORS: [name: string, status: number, members: object][] = [
  ['ThrottlingException', 400, {}],
  ['ProvisionedThroughputExceededException', 400, {}],
  ['TransactionConflictException', 400, {}],
  ['TransactionInProgressException', 400, {}],
  ['ResourceNotFoundException', 400, {}],
  ['InternalServerError', 500, {}],
  ['ConditionalCheckFailedException', 400, { Item: { version: { N: '3' } } }],
  ['TransactionCanceledException', 400, { CancellationReasons: REASONS }],
];

type Sdk = Pick<
  typeof import('@aws-sdk/client-dynamodb'),
  'DynamoDBClient' | 'GetItemCommand' | 'TransactWriteItemsCommand'
>;

describe('the bundled client of DynamoDB', () => {
  let folder: string;
  let server: RecordingServer;
  let bundled: Sdk;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dynamodb-errors-'));
    const options = bundleOptions('unused', folder);
    const contents =
      "export { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';";
    const stdin = { contents, resolveDir: import.meta.dirname };
    await build({ ...options, entryPoints: [], stdin, outExtension: { '.js': '.mjs' } });
    bundled = await import(join(folder, 'stdin.mjs'));
    server = await startRecordingServer();
  });
  afterAll(async () => {
    server.stop();
    await rm(folder, { recursive: true });
  });

  const failWith = async (sdk: Sdk, name: string) => {
    const client = new sdk.DynamoDBClient({ ...clientSettings(server.origin), maxAttempts: 1 });
    const command =
      name === 'TransactionCanceledException'
        ? new sdk.TransactWriteItemsCommand({ TransactItems: [] })
        : new sdk.GetItemCommand({ TableName: 'users', Key: { pk: { S: 'a' } } });
    return client.send(command as GetItemCommand).then(
      () => null,
      (error) => error,
    );
  };

  it.each(ERRORS)('throws %s (%i) as the whole SDK does', async (name, status, members) => {
    server.handle = (_request, response) => {
      const body = {
        __type: `com.amazonaws.dynamodb.v20120810#${name}`,
        message: 'Why.',
        ...members,
      };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    };
    const ours = await failWith(bundled, name);
    const whole = await failWith(
      { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand },
      name,
    );

    expect(ours).toMatchObject({ name, message: 'Why.', ...members });
    expect(ours.$metadata.httpStatusCode).toBe(status);
    expect([ours.name, ours.message, ours.$fault]).toEqual([
      whole.name,
      whole.message,
      whole.$fault,
    ]);
    expect(isTransient(ours)).toBe(isTransient(whole));
  });

  it('is not made from an SDK that registers its errors in another way', () => {
    expect(() => withDetailedErrorsOnly('registry.add(ThrottlingException);')).toThrow(
      'ConditionalCheckFailedException, TransactionCanceledException',
    );
  });
});
