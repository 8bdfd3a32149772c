import { createServer } from 'node:net';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AWS_CLIENT_CONFIG } from '../../../functions/aws-client-config.ts';
import { openDynamoDb } from '../../../functions/dynamo-client.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import { createCognitoDirectory } from '../../../lib/directory/cognito-directory.ts';
import { createDynamoUserStore } from '../../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../../tools/support/cloud-access.ts';
import { listenOnLoopback } from '../../support/loopback.ts';
import { FOR_REQUESTS } from '../../support/store-options.ts';

/** The functions' timeout, which the gateway's 30 seconds exceed. */
const FUNCTION_TIMEOUT_MS = 10_000;

describe('the budget of a call', () => {
  const hanging = createServer(() => {});
  const resetting = createServer((socket) => socket.resetAndDestroy());
  let hangingUrl: string;
  let resettingUrl: string;
  beforeAll(async () => {
    hangingUrl = await listenOnLoopback(hanging);
    resettingUrl = await listenOnLoopback(resetting);
  });
  afterAll(() => {
    hanging.close();
    resetting.close();
  });

  const storeAt = (endpoint: string) => {
    const client = openDynamoDb(clientSettings(endpoint));
    return createDynamoUserStore(DynamoDBDocumentClient.from(client), 'users', FOR_REQUESTS);
  };
  const directoryAt = (endpoint: string) => {
    const settings = { ...clientSettings(endpoint), ...AWS_CLIENT_CONFIG };
    return createCognitoDirectory(new CognitoIdentityProviderClient(settings), 'pool');
  };

  it.each([
    ['DynamoDB hangs', () => storeAt(hangingUrl).find('subject')],
    ['Cognito hangs', () => directoryAt(hangingUrl).find('name')],
    ['DynamoDB resets connections', () => storeAt(resettingUrl).find('subject')],
    ['Cognito resets connections', () => directoryAt(resettingUrl).find('name')],
  ])('ends before the function does where %s', { timeout: 15_000 }, async (_name, call) => {
    const start = performance.now();

    await expect(call()).rejects.toBeInstanceOf(UnavailableError);

    expect(performance.now() - start).toBeLessThan(FUNCTION_TIMEOUT_MS);
  });
});
