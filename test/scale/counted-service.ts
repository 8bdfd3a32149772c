/**
 * Runs both operations on a table and counts everything that costs: table calls and their capacity
 * units, directory calls, log bytes. The directory is in memory.
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
import { FOR_REQUESTS } from '../support/store-options.ts';

/** Usage of a request. */
export interface Usage {
  /** Table calls by name, in order, including retries. */
  tableCalls: string[];
  readUnits: number;
  writeUnits: number;
  directoryCalls: number;
  logBytes: number;
}

/** Response of a request, and its usage. */
export interface CountedAnswer {
  status: number;
  etag: string;
  usage: Usage;
  milliseconds: number;
}

const ConsumedSchema = v.object({ ConsumedCapacity: v.object({ CapacityUnits: v.number() }) });
/** An action of a transaction: the item it puts, or the key it deletes. */
const PartSchema = v.pipe(
  v.union([
    v.object({ Put: v.object({ Item: v.unknown() }) }),
    v.object({ Update: v.object({ Key: v.unknown() }) }),
    v.object({ Delete: v.object({ Key: v.unknown() }) }),
  ]),
  v.transform((part) => {
    if ('Put' in part) return part.Put.Item;
    return 'Update' in part ? part.Update.Key : part.Delete.Key;
  }),
);

/** The service on that table; `people` are the directory's users. */
export function countedService(endpoint: string, tableName: string, people: DirectoryPerson[]) {
  const usage = noUsage();
  const client = countingClient(endpoint, usage);
  const directory = createInMemoryDirectory(...people);
  const store = createDynamoUserStore(DynamoDBDocumentClient.from(client), tableName, {
    ...FOR_REQUESTS,
    signal: new AbortController().signal,
  });
  const options = {
    openPorts: () => ({
      store,
      directory,
      signInNames: directory.signInNames,
      runtime: systemRuntime,
    }),
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

/** A client that records the usage of its calls. */
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
    // Before items are marshalled.
    { step: 'initialize', priority: 'high' },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        usage.tableCalls.push(String(commandName).replace(/Command$/, ''));
        return next(args);
      },
    // After the retry middleware.
    { step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}

/** Capacity units reported by the database. */
const unitsIn = (output: object) => v.parse(ConsumedSchema, output).ConsumedCapacity.CapacityUnits;

/**
 * Units of a transaction by AWS's rule, twice those of each item, because DynamoDB Local reports too
 * few. The JSON length is an upper bound of an item's size.
 */
function transactionUnits(parts: readonly object[] = []): number {
  const sizes = parts.map((part) => Buffer.byteLength(JSON.stringify(v.parse(PartSchema, part))));
  return sizes.reduce((sum, bytes) => sum + 2 * Math.ceil(bytes / 1024), 0);
}
