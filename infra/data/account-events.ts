/**
 * Account events on an EventBridge bus: a pipe reads the table's stream, without a function. The
 * store adds a change summary to each item (lib/store/change-summary.ts); the pipe passes it on.
 */
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Writes of accounts with a change summary: neither reserved names nor intermediate states. */
const SUMMARIZED_WRITES = {
  eventName: ['INSERT', 'MODIFY'],
  dynamodb: {
    Keys: { pk: { S: [{ prefix: 'USER#' }] } },
    NewImage: { change: { M: { type: { S: [{ exists: true }] } } } },
  },
};

/**
 * Paths in a stream record to what lib/store writes: the item's attributes, each with its DynamoDB
 * type. `test/store/dynamo-events.test.ts` holds them against records of real writes.
 */
const PATHS = {
  accountId: '$.dynamodb.NewImage.account.M.id.S',
  version: '$.dynamodb.NewImage.version.N',
  changeType: '$.dynamodb.NewImage.change.M.type.S',
  changedFields: '$.dynamodb.NewImage.change.M.fields.SS',
};

/** Body of an event. A string set becomes an array, and a number a string, hence the quotes. */
const DETAIL = `{
  "id": "<${PATHS.accountId}>",
  "version": "<${PATHS.version}>",
  "fields": <${PATHS.changedFields}>
}`;

/** How long deliveries are retried: DynamoDB Streams keep records for a day. */
const MAX_RECORD_AGE_SECONDS = 86_400;

/** Source table and target bus. */
export interface AccountEventsProps {
  /** Must have a stream. */
  readonly table: TableV2;
  /** Name of a bus in the same account and region. */
  readonly busName: string;
  /** Value of `source` in the events. */
  readonly source: string;
}

/** The pipe and its dead-letter queue. */
export class AccountEvents extends Construct {
  /** Number of messages in the dead-letter queue. */
  readonly undelivered: IMetric;
  readonly deadLetterQueue: Queue;
  readonly pipeName: string;

  constructor(scope: Construct, id: string, { table, busName, source }: AccountEventsProps) {
    super(scope, id);
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('The table for account events has no stream');
    const bus = EventBus.fromEventBusName(this, 'Bus', busName);
    const undelivered = this.#createDeadLetterQueue();
    this.deadLetterQueue = undelivered;
    this.undelivered = undelivered.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'Account events: names of changed fields, without values',
      roleArn: role.roleArn,
      source: tableStreamArn,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: JSON.stringify(SUMMARIZED_WRITES) }] },
        dynamoDbStreamParameters: {
          startingPosition: 'LATEST',
          // PutEvents accepts at most ten events.
          batchSize: 10,
          maximumRecordAgeInSeconds: MAX_RECORD_AGE_SECONDS,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: undelivered.queueArn },
        },
      },
      target: bus.eventBusArn,
      targetParameters: {
        eventBridgeEventBusParameters: {
          source,
          detailType: PATHS.changeType,
        },
        inputTemplate: DETAIL,
      },
    });
    this.pipeName = pipe.ref;
    table.grantStreamRead(role);
    bus.grantPutEventsTo(role);
    undelivered.grantSendMessages(role);
    // Creating a pipe fails unless its role already has the permissions.
    pipe.node.addDependency(role);
  }

  /** Holds positions in the stream, not records. */
  #createDeadLetterQueue(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue of the pipe.',
    });
    return queue;
  }
}
