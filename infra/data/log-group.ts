/** The log groups of the service, all kept and encrypted alike. Knows nothing of what is logged. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';
import { customerManagedKey } from './customer-managed-key.ts';

/** A log group that outlives the stack where accounts do. */
export function createLogGroup(scope: Construct, id: string, config: StageConfig): LogGroup {
  const encryptionKey = customerManagedKey(scope, config);
  return new LogGroup(scope, id, {
    retention: config.logRetentionDays,
    removalPolicy: config.retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}
