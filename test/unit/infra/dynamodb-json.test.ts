import { GetItem$, PutItem$, TransactWriteItems$ } from '@aws-sdk/client-dynamodb';
import { DynamoDBJsonCodec2 as SdkCodec } from '@aws-sdk/dynamodb-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DynamoDBJsonCodec2 } from '../../../infra/api/bundle/dynamodb-json.ts';

/** Positions of an operation's schemas in the SDK. */
const [INPUT, OUTPUT] = [4, 5] as const;

/** Attribute values of every type that an item of the table can hold. */
const values = fc.letrec((value) => ({
  map: fc.dictionary(fc.string({ minLength: 1 }), value('any'), { maxKeys: 5 }),
  any: fc.oneof(
    { maxDepth: 3 },
    fc.record({ S: fc.string({ unit: 'binary' }) }),
    fc.record({ N: fc.integer().map(String) }),
    fc.record({ BOOL: fc.boolean() }),
    fc.constant({ NULL: true }),
    fc.record({ SS: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }) }),
    fc.record({ L: fc.array(value('any'), { maxLength: 3 }) }),
    fc.record({ M: value('map') }),
  ),
}));
const items = values.map.map((item) => ({ pk: { S: 'USER#1' }, ...Object(item) }));

const sdk = new SdkCodec();
const own = new DynamoDBJsonCodec2();

function written(codec: SdkCodec | DynamoDBJsonCodec2, operation: unknown[], input: unknown) {
  const serializer = codec.createSerializer();
  serializer.write(operation[INPUT] as never, structuredClone(input)); // The SDK's own schema.
  return JSON.parse(Buffer.from(serializer.flush()).toString());
}

describe('JSON of DynamoDB in the bundles', () => {
  it.each([
    [
      'GetItem',
      GetItem$,
      () => ({ TableName: 't', Key: { pk: { S: 'a' } }, ConsistentRead: true }),
    ],
    ['PutItem', PutItem$, (Item: object) => ({ TableName: 't', Item })],
    [
      'TransactWriteItems',
      TransactWriteItems$,
      (Item: object) => ({
        TransactItems: [{ Put: { TableName: 't', Item } }],
        ClientRequestToken: 'token',
      }),
    ],
  ])('is written as the SDK writes it: %s', (_name, operation, inputOf) => {
    fc.assert(
      fc.property(items, (item) => {
        const input = inputOf(item);
        expect(written(own, operation, input)).toEqual(written(sdk, operation, input));
      }),
    );
  });

  it('is read as the SDK reads it', async () => {
    // The two do not declare the same schemas and texts.
    const read = (codec: SdkCodec | DynamoDBJsonCodec2, text: string) =>
      codec.createDeserializer().read(GetItem$[OUTPUT] as never, Buffer.from(text) as never);
    await fc.assert(
      fc.asyncProperty(items, async (Item) => {
        const text = JSON.stringify({ Item });
        expect(await read(own, text)).toEqual(await read(sdk, text));
      }),
    );
  });
});
