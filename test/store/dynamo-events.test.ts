import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withChanges } from '../../lib/account/record-change.ts';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { PROJECT_ROOT, synthesised, theOne } from '../stack/synthesised.ts';
import { aRecord, NOW } from '../support/builders.ts';
import { FOR_REQUESTS } from '../support/store-options.ts';
import { callService, readStream, type StreamRecord } from '../support/table-stream.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

/** The local cloud's pipes know no filter, template or bus: what the stack's pipe says is done here. */
const cloud = inject('cloudUrl');
const pipe = theOne(
  synthesised({ stage: 'production', eventBus: 'default' }),
  'AWS::Pipes::Pipe',
).Properties;
const { EventBridgeEventBusParameters: envelope, InputTemplate } = pipe.TargetParameters;

/** The value at a path like `$.dynamodb.NewImage.version.N`. */
const valueAt = (record: StreamRecord, path: string) => {
  const names = path.split('.').slice(1);
  // biome-ignore lint/suspicious/noExplicitAny: records have no types
  const value = names.reduce((found: any, name) => found?.[name], record);
  if (value === undefined) throw new Error(`The record has nothing at ${path}`);
  return value;
};

const isTaken = async (record: StreamRecord) => {
  const [filter] = pipe.SourceParameters.FilterCriteria.Filters;
  const { Result } = await callService<{ Result: boolean }>(cloud, 'AWSEvents.TestEventPattern', {
    EventPattern: filter.Pattern,
    Event: JSON.stringify(record),
  });
  return Result;
};

const eventOf = (record: StreamRecord) => ({
  Source: envelope.Source as string,
  DetailType: valueAt(record, envelope.DetailType),
  Detail: (InputTemplate as string)
    .replaceAll(/"<(\$[^>]+)>"/g, (_all, path) => JSON.stringify(valueAt(record, path)))
    .replaceAll(/<(\$[^>]+)>/g, (_all, path) => JSON.stringify(valueAt(record, path))),
});

async function eventsIn(endpoint: string, table: TestTable) {
  const records = await readStream(endpoint, table.streamArn);
  const taken = await Promise.all(records.map(isTaken));
  return records.filter((_record, index) => taken[index]).map(eventOf);
}

const SECRETIVE = {
  username: 'ada.lovelace',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  company: 'Analytical Engines',
  metadata: '{"diary":"private"}',
};

describe.each([
  { place: 'on the local cloud', endpoint: cloud },
  { place: 'on DynamoDB Local', endpoint: inject('dynamoDbUrl') },
])('events of accounts $place', ({ endpoint }) => {
  describe.skipIf(endpoint === null)('with what they need', () => {
    const address = endpoint ?? '';
    let table: TestTable;
    let events: Awaited<ReturnType<typeof eventsIn>>;
    const record = aRecord(SECRETIVE);
    const { account } = record;

    beforeAll(async () => {
      table = await createTestTable(address);
      const store = createDynamoUserStore(table.client, table.name, FOR_REQUESTS);
      await store.create(record);
      const renamed = await store.replace(
        record,
        withChanges(record, { username: 'countess', name: null }, NOW),
      );
      // Steps that no caller sees: an intent is opened and cleared, sessions end.
      const sessions = { validFrom: 1, exemptOriginJti: null };
      const stepped = await store.replace(renamed, { ...renamed, sessions });
      const again = await store.replace(stepped, withChanges(stepped, { company: null }, NOW));
      const index = createDynamoAccountIndex(table.client, table.name, FOR_REQUESTS);
      const moved = await index.move(again, randomUUID());
      await store.remove(moved.subject, moved, NOW);
      events = await eventsIn(address, table);
    });
    afterAll(() => table.remove());

    it('are one for each change that a caller sees, and none for markers and steps', () => {
      expect(events.map(({ DetailType }) => DetailType)).toEqual([
        'user.created',
        'user.updated',
        'user.updated',
      ]);
    });

    it('name the account, its version and the fields', () => {
      const details = events.map(({ Detail }) => JSON.parse(Detail));

      expect(details.map(({ id }) => id)).toEqual(Array(3).fill(account.id));
      expect(details.map(({ version }) => version)).toEqual(['1', '2', '3']);
      expect(details.map(({ fields }) => fields.sort()).slice(1)).toEqual([
        ['name', 'username'],
        ['company'],
      ]);
      expect(details[0].fields).toEqual(expect.arrayContaining(['id', 'email', 'metadata']));
    });

    it('hold no value of a field but the id', () => {
      for (const value of Object.values(SECRETIVE)) {
        expect(JSON.stringify(events)).not.toContain(value);
      }
    });

    it('reach whoever follows the rule of the documentation, in the form it shows', async () => {
      const [example, rule] = examplesOf('docs/events.md');
      const received = await receivedBy(rule, events);

      expect(received.map(({ detail }) => detail['version'])).toEqual(['2']);
      expect(Object.keys(received[0] ?? {}).sort()).toEqual(Object.keys(example).sort());
      expect(Object.keys(received[0]?.detail ?? {})).toEqual(Object.keys(example['detail']));
    });
  });
});

interface BusEvent {
  detail: Record<string, unknown>;
}

/** The blocks of JSON of a document. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the document shows
function examplesOf(file: string): any[] {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  return [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json ?? ''));
}

/** What a queue behind the rule gets of these events. */
async function receivedBy(rule: unknown, events: object[]): Promise<BusEvent[]> {
  const name = `events-${randomUUID()}`;
  const { QueueUrl } = await callService<{ QueueUrl: string }>(cloud, 'AmazonSQS.CreateQueue', {
    QueueName: name,
  });
  const { Attributes } = await callService<{ Attributes: { QueueArn: string } }>(
    cloud,
    'AmazonSQS.GetQueueAttributes',
    { QueueUrl, AttributeNames: ['QueueArn'] },
  );
  await callService(cloud, 'AWSEvents.PutRule', { Name: name, EventPattern: JSON.stringify(rule) });
  await callService(cloud, 'AWSEvents.PutTargets', {
    Rule: name,
    Targets: [{ Id: 'queue', Arn: Attributes.QueueArn }],
  });
  await callService(cloud, 'AWSEvents.PutEvents', { Entries: events });
  const { Messages = [] } = await callService<{ Messages?: { Body: string }[] }>(
    cloud,
    'AmazonSQS.ReceiveMessage',
    { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 },
  );
  return Messages.map(({ Body }) => JSON.parse(Body));
}
