/**
 * The DynamoDB table: one item per account, and markers that reserve names. Knows only the key of
 * the items.
 */
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV } from '../../lib/config.ts';
import { EXPIRY_ATTRIBUTE } from '../../lib/contract.ts';
import type { StageConfig } from '../settings/stage-config.ts';
import { customerManagedKey, replicaKeyArn } from './customer-managed-key.ts';

/** What the store calls, directly or in a transaction; no query, no scan. */
const ACTIONS = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
];

/** What DynamoDB does with the key on behalf of whoever reads and writes items. */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** A function that reads and writes items; stated here so that data imports nothing of the API. */
export interface ItemClient {
  /** Allows the actions on the resource and sets the environment variables. */
  grant(actions: string[], resourceArn: string, environment: Record<string, string>): void;
  readonly lambda: { addToRolePolicy(statement: PolicyStatement): void };
}

/** The table of accounts. */
export class UsersTable extends Construct {
  readonly table: TableV2;
  readonly #kmsKeyArn: string | null;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.#kmsKeyArn = config.kmsKeyArn;
    // A global table from the start: an AWS::DynamoDB::Table would have to be replaced to get replicas.
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: this.#encryption(config),
      // Eventually consistent replicas: strongly consistent ones do not support transactions.
      replicas: config.replicaRegions.map((region) => ({ region })),
      // Free while nobody reads it. Always on, because DynamoDB refuses to change the stream together
      // with the replicas; they require both images.
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      // Deletes what is left of deleted accounts, and names that have rested.
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.retainData,
      // Also when the stack's creation is rolled back: deletion protection would block that.
      removalPolicy: config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Allows a function to read and write items by key, and passes it the table's name. */
  grantItems(client: ItemClient): void {
    client.grant(ACTIONS, this.table.tableArn, { [ENV.usersTableName]: this.table.tableName });
    if (this.#kmsKeyArn === null) return;
    const throughDynamoDb = { 'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` };
    client.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: KEY_ACTIONS,
        resources: [this.#kmsKeyArn],
        conditions: { StringEquals: throughDynamoDb },
      }),
    );
  }

  #encryption(config: StageConfig): TableEncryptionV2 {
    const { kmsKeyArn, replicaRegions } = config;
    const key = customerManagedKey(this, config);
    if (key === undefined || kmsKeyArn === null) return TableEncryptionV2.dynamoOwnedKey();
    const replicaKeys = replicaRegions.map((region) => [region, replicaKeyArn(kmsKeyArn, region)]);
    return TableEncryptionV2.customerManagedKey(key, Object.fromEntries(replicaKeys));
  }
}
