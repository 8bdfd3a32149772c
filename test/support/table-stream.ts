/**
 * Reads a table's stream and the local cloud's event rules over their JSON protocols, because the few
 * calls do not justify more SDK clients.
 */
import { clientSettings } from '../../tools/support/cloud-access.ts';

/** A record of a stream, as a pipe receives it. */
export interface StreamRecord {
  eventName: string;
  dynamodb: Record<string, unknown>;
}

/** Calls a service of the local cloud, which checks no signatures. */
export async function callService<Answer>(
  endpoint: string,
  target: string,
  body: unknown,
): Promise<Answer> {
  const { region } = clientSettings(endpoint);
  const [service] = target.split(/[._]/);
  const scope = `test/20260101/${region}/${SERVICES[service ?? '']}/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': target,
      Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${target} returned ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const SERVICES: Record<string, string> = {
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  DynamoDBStreams: 'dynamodb',
};

/** All records of a table's stream so far, in order. */
export async function readStream(endpoint: string, streamArn: string): Promise<StreamRecord[]> {
  const call = <Answer>(action: string, body: object) =>
    callService<Answer>(endpoint, `DynamoDBStreams_20120810.${action}`, body);
  const { StreamDescription } = await call<{
    StreamDescription: { Shards: { ShardId: string }[] };
  }>('DescribeStream', { StreamArn: streamArn });
  const records: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    let next = await call<{ ShardIterator?: string }>('GetShardIterator', {
      StreamArn: streamArn,
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    while (next.ShardIterator !== undefined) {
      const page = await call<{ Records: StreamRecord[]; NextShardIterator?: string }>(
        'GetRecords',
        { ShardIterator: next.ShardIterator },
      );
      records.push(...page.Records);
      // An open shard always has a next iterator.
      next =
        page.Records.length > 0 && page.NextShardIterator !== undefined
          ? { ShardIterator: page.NextShardIterator }
          : {};
    }
  }
  return records;
}
