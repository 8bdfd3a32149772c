/** The customer managed key that the settings may name. Its key policy is up to its owner. */
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';

/** The customer managed key; undefined where AWS owned keys encrypt. */
export function customerManagedKey(scope: Construct, { kmsKeyArn }: StageConfig): IKey | undefined {
  return kmsKeyArn === null ? undefined : Key.fromKeyArn(scope, 'CustomerManagedKey', kmsKeyArn);
}

/** ARN of the replica of a multi-Region key in that region. */
export function replicaKeyArn(keyArn: string, region: string): string {
  return keyArn.replace(/(?<=:kms:)[a-z0-9-]+/, region);
}
