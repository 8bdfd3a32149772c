import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesised, templateOf, theOne } from './synthesised.ts';

const template = synthesised({ stage: 'production', eventBus: 'accounts' });
const pipe = theOne(template, 'AWS::Pipes::Pipe').Properties;

describe('account events', () => {
  it('exist only where a bus is named', () => {
    expect(resourcesOf(templateOf('production'), 'AWS::Pipes::Pipe')).toEqual([]);
  });

  it("lead from the table's stream to that bus", () => {
    const table = theOne(template, 'AWS::DynamoDB::GlobalTable');

    expect(table.Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(pipe.Source).toEqual({ 'Fn::GetAtt': [table.id, 'StreamArn'] });
    expect(JSON.stringify(pipe.Target)).toContain(':event-bus/accounts');
    expect(pipe.TargetParameters.EventBridgeEventBusParameters.Source).toBe(
      'current-user-production',
    );
  });

  it('need no function', () => {
    const functions = (of = template) => resourcesOf(of, 'AWS::Lambda::Function').length;

    expect(functions()).toBe(functions(templateOf('production')));
    expect(pipe).not.toHaveProperty('Enrichment');
  });

  it('are retried for as long as the stream keeps records, then go to an encrypted queue', () => {
    const queue = theOne(template, 'AWS::SQS::Queue');

    expect(pipe.SourceParameters.DynamoDBStreamParameters).toMatchObject({
      MaximumRecordAgeInSeconds: 86_400,
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue.id, 'Arn'] } },
    });
    expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
  });

  it('need these permissions and no other', () => {
    const [policy] = resourcesOf(template, 'AWS::IAM::Policy').filter(({ id }) =>
      id.startsWith('EventsRole'),
    );
    const statements: { Action: string | string[]; Resource: unknown }[] =
      policy?.Properties.PolicyDocument.Statement;

    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'events:PutEvents',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    for (const { Resource } of statements) expect(Resource).not.toBe('*');
  });
});
