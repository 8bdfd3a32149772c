/** Runs both functions in this process, with the client configuration of the deployed ones. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { AWS_CLIENT_CONFIG } from '../../functions/aws-client-config.ts';
import { openDynamoDb } from '../../functions/dynamo-client.ts';
import { systemRuntime } from '../../functions/system-runtime.ts';
import { FUNCTION_TIMEOUT_SECONDS, WRITE_SCOPE } from '../../lib/contract.ts';
import { createCognitoDirectory } from '../../lib/directory/cognito-directory.ts';
import type { ApiContext } from '../../lib/http/api-handler.ts';
import { getMeHandler } from '../../lib/http/get-me-handler.ts';
import { type PatchOptions, patchMeHandler } from '../../lib/http/patch-me-handler.ts';
import type { Caller } from '../../lib/self-service/caller.ts';
import type { UserDirectory } from '../../lib/self-service/ports.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { anApiEvent, aPatchEvent } from './api-event.ts';
import { RULES } from './builders.ts';
import type { Claims } from './claims.ts';
import { faultOfLogLine } from './log-lines.ts';
import { FOR_OPERATORS, FOR_REQUESTS } from './store-options.ts';

/** The functions' timeout, in milliseconds. */
export const FUNCTION_TIMEOUT = FUNCTION_TIMEOUT_SECONDS * 1000;

/** Backends of the functions. */
export interface Backends {
  dynamoDbUrl: string;
  tableName: string;
  /** A user pool, or a directory in its place. */
  directory: { url: string; userPoolId: string } | UserDirectory;
}

/** One request. */
export interface Sent {
  /** Fields of a PATCH; null for a GET. */
  body: unknown;
  headers?: Record<string, string>;
}

/** Result of a function, with a parsed body. */
export interface Returned {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect arbitrary bodies
  body: any;
}

/** Creates the functions; calls bypass the gateway's token check. */
export function inProcessFunctions(backends: Backends) {
  const documents = DynamoDBDocumentClient.from(openDynamoDb(clientSettings(backends.dynamoDbUrl)));
  const lines: string[] = [];
  const openDirectory = directoriesOf(backends.directory);
  const options: PatchOptions = {
    openPorts: (signal) => ({
      store: createDynamoUserStore(documents, backends.tableName, { ...FOR_REQUESTS, signal }),
      directory: openDirectory(signal),
      signInNames: 'aliases',
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
      if (fault !== null) throw new Error(`A log line has ${fault}`);
      lines.push(line);
    },
  };
  const [get, patch] = [getMeHandler(options), patchMeHandler(options)];
  return {
    /** All log lines so far. */
    lines,
    /** The store, for preparing accounts. */
    store: createDynamoUserStore(documents, backends.tableName, FOR_OPERATORS),
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

function directoriesOf(given: Backends['directory']): (signal: AbortSignal) => UserDirectory {
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
