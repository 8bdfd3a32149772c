import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  openDynamoDb,
  REMOVED_MIDDLEWARE,
  removeMiddleware,
} from '../../../functions/dynamo-client.ts';
import { clientSettings } from '../../../tools/support/cloud-access.ts';
import { listenOnLoopback } from '../../support/loopback.ts';

/** Names of the steps of a call, without where they stand. */
const stepsOf = ({ middlewareStack }: DynamoDBClient) =>
  middlewareStack.identify().map((step) => step.split(' ')[0]);

describe('openDynamoDb', () => {
  const received: IncomingHttpHeaders[] = [];
  let server: Server;
  let settings: ReturnType<typeof clientSettings>;
  beforeAll(async () => {
    server = createServer(({ headers }, response) => {
      received.push(headers);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
    settings = clientSettings(await listenOnLoopback(server));
  });
  beforeEach(() => {
    received.length = 0;
  });
  afterAll(() => server.close());

  const read = (client: DynamoDBClient) =>
    client.send(new GetItemCommand({ TableName: 'users', Key: { pk: { S: 'a' } } }));

  it('leaves out steps that the SDK has, and no other', () => {
    const kept = stepsOf(openDynamoDb(settings));

    expect(stepsOf(new DynamoDBClient(settings)).toSorted()).toEqual(
      [...kept, ...REMOVED_MIDDLEWARE].toSorted(),
    );
  });

  it('does not open where the SDK has no middleware of a name', () => {
    const { middlewareStack } = new DynamoDBClient(settings);

    expect(() => removeMiddleware(middlewareStack, 'renamedMiddleware')).toThrow(
      'renamedMiddleware',
    );
  });

  it('signs every call with the credentials of its time', async () => {
    let calls = 0;
    const client = openDynamoDb({
      ...settings,
      // Expired at once, so that each call asks for new ones.
      credentials: async () => {
        calls += 1;
        return { accessKeyId: `key${calls}`, secretAccessKey: 'secret', expiration: new Date(0) };
      },
    });

    await read(client);
    await read(client);

    const keys = received.map(({ authorization }) =>
      /Credential=(key\d+)/.exec(authorization ?? ''),
    );
    expect(new Set(keys.map((found) => found?.[1])).size).toBe(2);
    expect(keys.every((found) => found !== null)).toBe(true);
  });

  it('makes one signer for all of them', async () => {
    const client = openDynamoDb(settings);
    const signers = [await client.config.signer(), await client.config.signer()];

    expect(signers[0]).toBe(signers[1]);
  });
});
