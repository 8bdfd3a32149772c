/** The ports of the use cases on AWS, as both functions use them. */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Config } from '../lib/config.ts';
import { createLazyPort } from '../lib/lazy-port.ts';
import type { Ports } from '../lib/self-service/ports.ts';
import { createDynamoUserStore } from '../lib/store/dynamo-user-store.ts';
import { openDynamoDb } from './dynamo-client.ts';
import { systemRuntime } from './system-runtime.ts';

/** Opens, for one request at a time, the table and the pool that the settings name. */
export function createAwsPorts(config: Config): (signal: AbortSignal) => Ports {
  const documents = DynamoDBDocumentClient.from(openDynamoDb());
  const { notices, signInNames } = config;
  return (signal) => ({
    store: createDynamoUserStore(documents, config.usersTableName, {
      releasedNameRestSeconds: config.releasedNameRestSeconds,
      nowSeconds: systemRuntime.nowSeconds,
      keepsLastSuperuser: true,
      signal,
    }),
    // Only first calls and changes of names, passwords and activity need Cognito's client.
    directory: createLazyPort(async () => {
      const { openDirectory } = await import('./cognito.ts');
      return openDirectory(config.userPoolId, signal);
    }),
    signInNames,
    runtime: systemRuntime,
    ...(notices !== '' && {
      notices: createLazyPort(async () => {
        const { openNotices } = await import('./notices.ts');
        return openNotices(notices, signal);
      }),
    }),
  });
}
