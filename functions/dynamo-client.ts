/**
 * The functions' client of DynamoDB: bounded calls, and nothing in a call that gains nothing here.
 * Knows inner names of the SDK (docs/decisions/0023).
 */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AWS_CLIENT_CONFIG } from './aws-client-config.ts';

/** Steps of a call that are left out, by the names the SDK gives them. */
export const REMOVED_MIDDLEWARE = [
  // Has no log to write to, and still goes through the whole item to leave out what is sensitive.
  'loggerMiddleware',
  // Breaks loops of functions that call one another; a table calls nobody.
  'recursionDetectionMiddleware',
  // Works the same header out anew. Whose call it was, its signature says.
  'getUserAgentMiddleware',
];

/** Opens a client; by default with the settings that Lambda gives a function. */
export function openDynamoDb(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...settings, ...AWS_CLIENT_CONFIG });
  for (const step of REMOVED_MIDDLEWARE) client.middlewareStack.remove(step);
  // One signer for all calls. The SDK makes one per call, from a copy of its whole configuration.
  const { signer } = client.config;
  let made: ReturnType<typeof signer> | undefined;
  client.config.signer = (scheme) => {
    made ??= signer(scheme);
    return made;
  };
  return client;
}
