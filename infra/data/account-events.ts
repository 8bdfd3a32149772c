/**
 * Events of accounts on a bus: the table's stream through a pipe, without code. The store marks each
 * write with what it changed (lib/store/change-summary.ts), and the pipe passes the mark on.
 */
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Writes of accounts that carry a mark: no markers of names, no steps between two states. */
const MARKED_WRITES = {
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

/** Seconds for which a bus that cannot be reached is tried again: as long as a stream keeps. */
const PATIENCE_SECONDS = 86_400;

/** From where to where. */
export interface AccountEventsProps {
  /** Has a stream. */
  readonly table: TableV2;
  /** A bus of this account and region. */
  readonly busName: string;
  /** What events say they come from. */
  readonly source: string;
}

/** The pipe, and a queue for what it had to give up. */
export class AccountEvents extends Construct {
  /** What the pipe had to give up, in number. */
  readonly undelivered: IMetric;

  constructor(scope: Construct, id: string, { table, busName, source }: AccountEventsProps) {
    super(scope, id);
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('The table of account events has no stream');
    const bus = EventBus.fromEventBusName(this, 'Bus', busName);
    const undelivered = this.#makeQueue();
    this.undelivered = undelivered.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'Events of accounts, by names of changed fields alone',
      roleArn: role.roleArn,
      source: tableStreamArn,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: JSON.stringify(MARKED_WRITES) }] },
        dynamoDbStreamParameters: {
          startingPosition: 'LATEST',
          // A bus takes ten events at once.
          batchSize: 10,
          maximumRecordAgeInSeconds: PATIENCE_SECONDS,
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
    table.grantStreamRead(role);
    bus.grantPutEventsTo(role);
    undelivered.grantSendMessages(role);
    // A pipe asks for its rights when it is made.
    pipe.node.addDependency(role);
  }

  /** Holds places in the stream, not records; empty it after looking. */
  #makeQueue(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself what the pipe leaves records in that it had to give up.',
    });
    return queue;
  }
}
