/** The key of the operator's own that the settings may name. Its policy is theirs: see the docs. */
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../settings/stage-config.ts';

/** The key, or undefined where AWS's own keys do. */
export function ownKey(scope: Construct, { kmsKeyArn }: StageConfig): IKey | undefined {
  return kmsKeyArn === null ? undefined : Key.fromKeyArn(scope, 'OwnKey', kmsKeyArn);
}

/** Name of the copy of a multi-Region key in that region. */
export function keyArnIn(region: string, keyArn: string): string {
  return keyArn.replace(/(?<=:kms:)[a-z0-9-]+/, region);
}
