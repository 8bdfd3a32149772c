/**
 * The one table: an item per account, and markers that reserve names. Knows nothing of what the
 * items hold beyond their key.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ENV } from '../lib/config.ts';
import type { ApiFunction } from './api-function.ts';
import type { StageConfig } from './stage-config.ts';

/** What the store calls, directly or in a transaction; no query, no scan. */
const ACTIONS = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];

/** The accounts' table. */
export class UsersTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    // A global table from the start: a plain one could get replicas by replacement only.
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.keepsAccounts,
      removalPolicy: config.keepsAccounts ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Lets a function read and write items by key, and tells it the table's name. */
  grantItems(fn: ApiFunction): void {
    fn.grant(ACTIONS, this.table.tableArn, { [ENV.usersTableName]: this.table.tableName });
  }
}
