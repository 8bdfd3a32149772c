/**
 * Both operations on a table, with everything counted that costs: calls to the table and the units
 * they consume, calls to the directory, bytes of log. The directory is in memory.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import * as v from 'valibot';
import { systemRuntime } from '../../functions/system-runtime.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { authenticate } from '../../lib/auth/access-token.ts';
import type { ApiContext } from '../../lib/http/api-handler.ts';
import { getMeHandler } from '../../lib/http/get-me-handler.ts';
import { patchMeHandler } from '../../lib/http/patch-me-handler.ts';
import type { DirectoryPerson } from '../../lib/self-service/ports.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { anApiEvent, aPatchEvent } from '../support/api-event.ts';
import { RULES } from '../support/builders.ts';
import { claimsOf, USER_POOL_ID } from '../support/claims.ts';
import { createInMemoryDirectory } from '../support/in-memory-directory.ts';

/** What one request used. */
export interface Usage {
  /** Calls to the table by name, in order; a try again counts again. */
  tableCalls: string[];
  readUnits: number;
  writeUnits: number;
  directoryCalls: number;
  logBytes: number;
}

/** The answer to one request, and what it took. */
export interface CountedAnswer {
  status: number;
  etag: string;
  usage: Usage;
  milliseconds: number;
}

const ConsumedSchema = v.object({ ConsumedCapacity: v.object({ CapacityUnits: v.number() }) });
/** A part of a transaction: the item it puts, or the key of the small one it deletes. */
const PartSchema = v.pipe(
  v.union([
    v.object({ Put: v.object({ Item: v.unknown() }) }),
    v.object({ Delete: v.object({ Key: v.unknown() }) }),
  ]),
  v.transform((part) => ('Put' in part ? part.Put.Item : part.Delete.Key)),
);

/** The service on the table of that name; `people` are those the directory knows. */
export function countedService(endpoint: string, tableName: string, people: DirectoryPerson[]) {
  const usage = noUsage();
  const client = countingClient(endpoint, usage);
  const directory = createInMemoryDirectory(...people);
  const store = createDynamoUserStore(
    DynamoDBDocumentClient.from(client),
    tableName,
    new AbortController().signal,
  );
  const options = {
    openPorts: () => ({ store, directory, runtime: systemRuntime }),
    rules: RULES,
    authenticate: (claims: unknown) => authenticate(claims, USER_POOL_ID),
    patchClientIds: [],
    corsOrigins: [],
    writeLine: (line: string) => {
      usage.logBytes += Buffer.byteLength(line) + 1;
    },
  };
  const getMe = getMeHandler(options);
  const patchMe = patchMeHandler(options);

  const counted = async (answer: () => Promise<APIGatewayProxyResult>): Promise<CountedAnswer> => {
    Object.assign(usage, noUsage());
    const callsBefore = directory.calls;
    const start = performance.now();
    const { statusCode, headers } = await answer();
    const milliseconds = performance.now() - start;
    const directoryCalls = directory.calls - callsBefore;
    const etag = String(headers?.['ETag']);
    return { status: statusCode, etag, usage: { ...usage, directoryCalls }, milliseconds };
  };
  const context = { functionName: 'f', getRemainingTimeInMillis: () => 10_000 } as Context;
  const claimsNow = (record: AccountRecord) => {
    const now = systemRuntime.nowSeconds();
    const [exp, signedIn] = [String(now + 3600), String(now - 60)];
    return { claims: claimsOf(record, { exp, iat: signedIn, auth_time: signedIn }) };
  };
  return {
    directory,
    get: (record: AccountRecord, headers: Record<string, string> = {}) => {
      const event = anApiEvent({ ...claimsNow(record), headers });
      return counted(() => getMe(event as unknown as ApiContext, context));
    },
    patch: (record: AccountRecord, fields: object) => {
      const event = aPatchEvent(fields, claimsNow(record));
      return counted(() => patchMe(event as unknown as ApiContext, context));
    },
    close: () => client.destroy(),
  };
}

const noUsage = (): Usage => ({
  tableCalls: [],
  readUnits: 0,
  writeUnits: 0,
  directoryCalls: 0,
  logBytes: 0,
});

/** A client that adds to a usage what its calls consume. */
function countingClient(endpoint: string, usage: Usage): DynamoDBClient {
  const client = new DynamoDBClient(clientSettings(endpoint));
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
        const result = await next({ ...args, input });
        if ('TransactItems' in input) usage.writeUnits += transactionUnits(input.TransactItems);
        else if (commandName === 'GetItemCommand') usage.readUnits += unitsIn(result.output);
        else usage.writeUnits += unitsIn(result.output);
        return result;
      },
    // Before items are turned into DynamoDB's own form.
    { step: 'initialize', priority: 'high' },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        usage.tableCalls.push(String(commandName).replace(/Command$/, ''));
        return next(args);
      },
    // After the middleware that tries again.
    { step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}

/** What the database says. */
const unitsIn = (output: object) => v.parse(ConsumedSchema, output).ConsumedCapacity.CapacityUnits;

/**
 * By AWS's rule, twice the units of each item, because DynamoDB Local reports too few of a
 * transaction. The length of an item as JSON is above its size in DynamoDB.
 */
function transactionUnits(parts: readonly object[] = []): number {
  const sizes = parts.map((part) => Buffer.byteLength(JSON.stringify(v.parse(PartSchema, part))));
  return sizes.reduce((sum, bytes) => sum + 2 * Math.ceil(bytes / 1024), 0);
}
