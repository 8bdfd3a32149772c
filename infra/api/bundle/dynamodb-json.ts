/**
 * Replaces `@aws-sdk/dynamodb-codec` in the functions' bundles. What DynamoDB sends and takes is JSON
 * with the members' own names; the SDK's codec walks it by the schema of the operation for binary
 * values, dates and missing idempotency tokens, of which the functions have none. Must import nothing
 * of this project.
 */

/** The part of the SDK's codec that its protocol calls. */
export class DynamoDBJsonCodec2 {
  setSerdeContext(): void {}

  createSerializer() {
    let text = '';
    return {
      setSerdeContext() {},
      write: (_schema: unknown, input: unknown) => {
        text = JSON.stringify(input);
      },
      flush: () => text,
    };
  }

  createDeserializer() {
    return {
      setSerdeContext() {},
      read: async (_schema: unknown, { buffer, byteOffset, byteLength }: Uint8Array) =>
        JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()),
      readObject: (_schema: unknown, value: unknown) => value,
    };
  }
}
