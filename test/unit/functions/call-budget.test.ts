import { createServer, type Server } from 'node:net';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALL_BUDGET } from '../../../functions/call-budget.ts';
import { openDynamoDb } from '../../../functions/dynamo-client.ts';
import { createCognitoDirectory } from '../../../lib/directory/cognito-directory.ts';
import { UnavailableError } from '../../../lib/domain/errors.ts';
import { createDynamoUserStore } from '../../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../../tools/machine/cloud-access.ts';

/** The functions' timeout, which the gateway's 30 seconds exceed. */
const FUNCTION_TIMEOUT_MS = 10_000;

describe('the budget of a call', () => {
  let hanging: Server;
  let resetting: Server;
  const addressOf = (server: Server) => {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  };
  const listening = (server: Server) =>
    new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

  beforeAll(async () => {
    hanging = await listening(createServer(() => {}));
    resetting = await listening(createServer((socket) => socket.resetAndDestroy()));
  });
  afterAll(() => {
    hanging.close();
    resetting.close();
  });

  const storeAt = (endpoint: string) => {
    const client = openDynamoDb(clientSettings(endpoint));
    return createDynamoUserStore(DynamoDBDocumentClient.from(client), 'users');
  };
  const directoryAt = (endpoint: string) => {
    const settings = { ...clientSettings(endpoint), ...CALL_BUDGET };
    return createCognitoDirectory(new CognitoIdentityProviderClient(settings), 'pool');
  };

  it.each([
    ['DynamoDB hangs', () => storeAt(addressOf(hanging)).find('subject')],
    ['Cognito hangs', () => directoryAt(addressOf(hanging)).find('name')],
    ['DynamoDB resets connections', () => storeAt(addressOf(resetting)).find('subject')],
    ['Cognito resets connections', () => directoryAt(addressOf(resetting)).find('name')],
  ])('ends before the function does where %s', { timeout: 15_000 }, async (_name, call) => {
    const start = performance.now();

    await expect(call()).rejects.toBeInstanceOf(UnavailableError);

    expect(performance.now() - start).toBeLessThan(FUNCTION_TIMEOUT_MS);
  });
});
