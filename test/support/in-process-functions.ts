/** Both functions in this process, on the clients and the call budget of the deployed ones. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { AWS_CLIENT_CONFIG } from '../../functions/aws-client-config.ts';
import { openDynamoDb } from '../../functions/dynamo-client.ts';
import { systemRuntime } from '../../functions/system-runtime.ts';
import { FUNCTION_TIMEOUT_SECONDS, WRITE_SCOPE } from '../../lib/contract.ts';
import { createCognitoDirectory } from '../../lib/directory/cognito-directory.ts';
import type { ApiContext, ApiOptions } from '../../lib/http/api-handler.ts';
import { getMeHandler } from '../../lib/http/get-me-handler.ts';
import { patchMeHandler } from '../../lib/http/patch-me-handler.ts';
import type { Caller } from '../../lib/self-service/caller.ts';
import type { UserDirectory } from '../../lib/self-service/ports.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { anApiEvent, aPatchEvent } from './api-event.ts';
import { RULES } from './builders.ts';
import type { Claims } from './claims.ts';
import { faultOfLogLine } from './log-lines.ts';

/** The functions' timeout, in milliseconds. */
export const FUNCTION_TIMEOUT = FUNCTION_TIMEOUT_SECONDS * 1000;

/** Where the functions find what they work with. */
export interface Places {
  dynamoDbUrl: string;
  tableName: string;
  /** A pool, or a directory in its stead. */
  directory: { url: string; userPoolId: string } | UserDirectory;
}

/** One request. */
export interface Sent {
  /** Fields to change; null to read. */
  body: unknown;
  headers?: Record<string, string>;
}

/** What a function returned, its body parsed. */
export interface Returned {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  body: any;
}

/** Calls the functions on behalf of a caller, whose token the gateway has checked. */
export function inProcessFunctions(places: Places) {
  const documents = DynamoDBDocumentClient.from(openDynamoDb(clientSettings(places.dynamoDbUrl)));
  const lines: string[] = [];
  const openDirectory = directoriesOf(places.directory);
  const options: ApiOptions = {
    openPorts: (signal) => ({
      store: createDynamoUserStore(documents, places.tableName, signal),
      directory: openDirectory(signal),
      runtime: systemRuntime,
    }),
    rules: RULES,
    authenticate: (claims) => ({
      principal: claims as Caller, // See call: the claims of an event are the caller.
      clientId: 'any client',
      scopes: [WRITE_SCOPE],
    }),
    patchClientIds: [],
    corsOrigins: [],
    writeLine: (line) => {
      const fault = faultOfLogLine(line);
      if (fault !== null) throw new Error(`A line of log has ${fault}`);
      lines.push(line);
    },
  };
  const [get, patch] = [getMeHandler(options), patchMeHandler(options)];
  return {
    /** Every line of log so far. */
    lines,
    /** Where the accounts are, for the time before a request. */
    store: createDynamoUserStore(documents, places.tableName),
    async call(caller: Caller, { body, headers = {} }: Sent): Promise<Returned> {
      const given = { claims: caller as unknown as Claims, headers };
      const event = body === null ? anApiEvent(given) : aPatchEvent(body, given);
      const end = performance.now() + FUNCTION_TIMEOUT;
      const context = {
        functionName: 'here',
        getRemainingTimeInMillis: () => end - performance.now(),
      };
      const handler = body === null ? get : patch;
      return returned(await handler(event as unknown as ApiContext, context as Context));
    },
  };
}

function directoriesOf(given: Places['directory']): (signal: AbortSignal) => UserDirectory {
  if (!('url' in given)) return () => given;
  const cognito = new CognitoIdentityProviderClient({
    ...clientSettings(given.url),
    ...AWS_CLIENT_CONFIG,
  });
  return (signal) => createCognitoDirectory(cognito, given.userPoolId, signal);
}

function returned({ statusCode, headers = {}, body }: APIGatewayProxyResult): Returned {
  const text = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return {
    status: statusCode,
    headers: new Headers(Object.fromEntries(text)),
    body: body === '' ? '' : JSON.parse(body),
  };
}
