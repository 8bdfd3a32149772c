/** Both handlers as Lambda calls them, on in-memory ports and with real claim checks. */
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { authenticate } from '../../../lib/auth/access-token.ts';
import type { ApiContext } from '../../../lib/http/api-handler.ts';
import { getMeHandler } from '../../../lib/http/get-me-handler.ts';
import { type PatchOptions, patchMeHandler } from '../../../lib/http/patch-me-handler.ts';
import type { DependencyCall } from '../../../lib/metrics.ts';
import type { Ports } from '../../../lib/self-service/ports.ts';
import { anApiEvent, aPatchEvent, type GivenEvent } from '../../support/api-event.ts';
import { aTestContext, RULES } from '../../support/builders.ts';
import { claimsOf, USER_POOL_ID } from '../../support/claims.ts';

export const ORIGIN = 'https://app.example.com';
export const FUNCTION_NAME = 'a-function';

/** A problem document, as far as tests look at it. */
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors: { pointer: string; code: string; detail: string }[];
  request_id: string;
  max_age?: number;
  scope?: string;
  changed?: string[] | null;
}

/** An API whose first record is the caller's. */
export function anApi(...records: AccountRecord[]) {
  const world = aTestContext(...records);
  const lines: string[] = [];
  const traced: DependencyCall[][] = [];
  const signals: AbortSignal[] = [];
  const [own] = records;
  const claims = own ? { claims: claimsOf(own) } : {};
  const patchClientIds: string[] = [];
  const options: Omit<PatchOptions, 'openPorts'> & { ports: Ports } = {
    ports: world,
    rules: { ...RULES },
    authenticate: (given) => authenticate(given, USER_POOL_ID),
    patchClientIds,
    corsOrigins: [ORIGIN, 'https://other.example.com'],
    traceCalls: (calls) => void traced.push([...calls]),
    writeLine: (line) => void lines.push(line),
  };
  const call = async (method: 'GET' | 'PATCH', event: unknown, context: Partial<Context>) => {
    const full: PatchOptions = {
      ...options,
      openPorts: (signal) => {
        signals.push(signal);
        return options.ports;
      },
    };
    const handler = method === 'GET' ? getMeHandler(full) : patchMeHandler(full);
    return answerOf(
      await handler(event as ApiContext, { functionName: FUNCTION_NAME, ...context } as Context),
    );
  };
  return {
    ...world,
    /** May be changed before a call. */
    options,
    /** App clients that may change the account, all while empty; may be changed before a call. */
    patchClientIds,
    /** Log lines so far, parsed. */
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    /** Those of one event. */
    logged: (event: string) =>
      lines.map((line) => JSON.parse(line)).filter((line) => line.event === event),
    lines,
    /** Of each request, the calls it made. */
    traced,
    /** Of each request, what its ports were opened with. */
    signals,
    call,
    get: (given: GivenEvent = {}, context: Partial<Context> = {}) =>
      call('GET', anApiEvent({ ...claims, ...given }), context),
    patch: (fields: unknown, given: GivenEvent = {}, context: Partial<Context> = {}) =>
      call('PATCH', aPatchEvent(fields, { ...claims, ...given }), context),
  };
}

function answerOf({ statusCode, headers = {}, body }: APIGatewayProxyResult) {
  const text = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return {
    status: statusCode,
    headers: new Headers(Object.fromEntries(text)),
    text: body,
    account: () => JSON.parse(body) as Record<string, unknown>,
    problem: () => JSON.parse(body) as Problem,
  };
}
