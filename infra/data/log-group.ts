/**
 * Creates the service's log groups, all with the same encryption. Lives beside the customer managed
 * key, in the lowest folder that defines resources, so that api can import it.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';
import { customerManagedKey } from './customer-managed-key.ts';

/** What a log group holds: lines of requests, or audit lines among them, which are kept longer. */
export type LogContents = 'requests' | 'audit';

/**
 * A log group, retained on stack deletion where accounts are; deleted again when its
 * own creation is rolled back.
 */
export function createLogGroup(
  scope: Construct,
  id: string,
  config: StageConfig,
  contents: LogContents,
): LogGroup {
  const encryptionKey = customerManagedKey(scope, config);
  return new LogGroup(scope, id, {
    retention: contents === 'audit' ? config.auditRetentionDays : config.logRetentionDays,
    removalPolicy: config.retainData
      ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
      : RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}
