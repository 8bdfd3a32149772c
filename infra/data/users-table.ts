/**
 * The one table: an item per account, and markers that reserve names. Knows nothing of what the
 * items hold beyond their key.
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
import type { ApiFunction } from '../api/api-function.ts';
import type { StageConfig } from '../settings/stage-config.ts';
import { customerManagedKey, replicaKeyArn } from './customer-managed-key.ts';

/** What the store calls, directly or in a transaction; no query, no scan. */
const ACTIONS = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];

/** What DynamoDB does with the key in the name of whoever reads and writes items. */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** The accounts' table. */
export class UsersTable extends Construct {
  readonly table: TableV2;
  readonly #kmsKeyArn: string | null;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.#kmsKeyArn = config.kmsKeyArn;
    // A global table from the start: a plain one could get replicas by replacement only.
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: this.#encryption(config),
      // Asynchronous copies: the strongly consistent kind takes no transactions.
      replicas: config.replicaRegions.map((region) => ({ region })),
      // Both images, because copies of a table take no other kind.
      ...(config.eventBus !== null && { dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.retainsData,
      removalPolicy: config.retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Lets a function read and write items by key, and tells it the table's name. */
  grantItems(fn: ApiFunction): void {
    fn.grant(ACTIONS, this.table.tableArn, { [ENV.usersTableName]: this.table.tableName });
    if (this.#kmsKeyArn === null) return;
    const throughDynamoDb = { 'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` };
    fn.lambda.addToRolePolicy(
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
