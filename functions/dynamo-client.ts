/**
 * The functions' DynamoDB client: bounded calls, without the SDK middleware that gains nothing here.
 * Knows internal names of the SDK (docs/decisions/0023).
 */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AWS_CLIENT_CONFIG } from './aws-client-config.ts';

/** Middleware that is removed from every call, by the names the SDK gives it. */
export const REMOVED_MIDDLEWARE = [
  // No logger is configured, yet this middleware still walks every item to redact it.
  'loggerMiddleware',
  // Detects recursive Lambda invocations; DynamoDB calls cannot recurse.
  'recursionDetectionMiddleware',
  // Rebuilds an identical User-Agent per call; CloudTrail already records the role.
  'getUserAgentMiddleware',
];

/**
 * Opens a client; by default with the settings that Lambda gives a function.
 * @throws Error where the SDK has no middleware of one of those names
 */
export function openDynamoDb(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...settings, ...AWS_CLIENT_CONFIG });
  for (const name of REMOVED_MIDDLEWARE) removeMiddleware(client.middlewareStack, name);
  // One signer for all calls: the SDK creates one per call, from a copy of its whole configuration.
  // Set here and not as an option, because a signer needs the region and credentials that the client
  // has resolved.
  const { signer } = client.config;
  let created: ReturnType<typeof signer> | undefined;
  client.config.signer = (scheme) => {
    created ??= signer(scheme);
    return created;
  };
  return client;
}

/** The bundle fixes the version of the SDK, so this throws in tests and deployments, never later. */
export function removeMiddleware(
  stack: Pick<DynamoDBClient['middlewareStack'], 'remove'>,
  name: string,
): void {
  if (!stack.remove(name)) throw new Error(`The SDK has no middleware named ${name}`);
}
