import { createServer } from 'node:net';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
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

/** What the SDK waits at most before the second attempt and before the third. */
const PAUSES_MS = 1000 + 2000;

describe('the budget of a call', () => {
  const attempts = { hanging: 0, resetting: 0 };
  const hanging = createServer(() => {
    attempts.hanging += 1;
  });
  const resetting = createServer((socket) => {
    attempts.resetting += 1;
    socket.resetAndDestroy();
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

  it('ends before the function does where DynamoDB or Cognito hangs or resets connections', async () => {
    const { maxAttempts, requestHandler } = AWS_CLIENT_CONFIG;
    const hangingUrl = await listenOnLoopback(hanging);
    const resettingUrl = await listenOnLoopback(resetting);

    const calls = [hangingUrl, resettingUrl].flatMap((url) => [
      expect(storeAt(url).find('subject')).rejects.toBeInstanceOf(UnavailableError),
      expect(directoryAt(url).find('name')).rejects.toBeInstanceOf(UnavailableError),
    ]);
    await Promise.all(calls);

    expect(attempts).toEqual({ hanging: 2 * maxAttempts, resetting: 2 * maxAttempts });
    expect(maxAttempts * requestHandler.requestTimeout + PAUSES_MS).toBeLessThan(
      FUNCTION_TIMEOUT_MS,
    );
  }, 30_000);
});
