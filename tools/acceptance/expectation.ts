/** Compares a response with what a promise says of it. */
import { PROBLEM_TYPE, PROBLEM_TYPE_PREFIX, REQUEST_ID_HEADER } from '../../lib/contract.ts';
import type { ApiResponse } from './api-client.ts';
import { comparedWithExamples, errorPairs } from './documented-problems.ts';
import type { AcceptancePromise, Seen } from './runner.ts';

/** What a response must be like; absent parts may be anything. */
export interface Expected {
  status: number;
  /** Code of a problem document, all of whose members are then checked. */
  code?: string;
  /** Pointer and code of each field error, for example `/name text_too_long`. */
  errors?: readonly string[];
  /** Members of the body and their values. */
  body?: Readonly<Record<string, unknown>>;
  /** Headers by name: the value, or a pattern; null for a header that must be absent. */
  headers?: Readonly<Record<string, string | RegExp | null>>;
}

/** A promise about the response to one request. */
export function responds<Context>(
  id: string,
  text: string,
  expected: Expected,
  send: (context: Context) => Promise<ApiResponse>,
): AcceptancePromise<Context> {
  return {
    id,
    text,
    expected: describeExpected(expected),
    tried: async (context) => compare(expected, await send(context)),
  };
}

/** A promise that cannot be tried on any deployment, and why. */
export function cannotBeTried<Context>(
  code: string,
  text: string,
  reason: string,
): AcceptancePromise<Context> {
  return { id: `untried.${code}`, text, expected: code, tried: async () => notTried(reason) };
}

/** Held or broken, with what was seen. */
export function verdict(isHeld: boolean, seen: string): Seen {
  return { outcome: isHeld ? 'held' : 'broken', seen };
}

/** Not tried on this deployment, and why. */
export function notTried(reason: string): Seen {
  return { outcome: 'not tried', seen: reason };
}

/** Every response that must be as expected; the first that is not decides. */
export function compareAll(
  responses: readonly (readonly [expected: Expected, response: ApiResponse])[],
): Seen {
  const all = responses.map(([expected, response]) => compare(expected, response));
  const broken = all.find(({ outcome }) => outcome === 'broken');
  return broken ?? verdict(true, all.map(({ seen }) => seen).join('; '));
}

/** What a response is like, and whether that is as expected. */
export function compare(expected: Expected, response: ApiResponse): Seen {
  const differences = [
    ...(response.status === expected.status ? [] : ['another status']),
    ...(expected.code === undefined ? [] : problemFaults(expected.code, response)),
    ...(expected.errors === undefined ? [] : errorFaults(expected.errors, response)),
    ...memberFaults(expected.body ?? {}, response),
    ...headerFaults(expected.headers ?? {}, response),
  ];
  const { code } = response.body;
  const comparison = comparedWithExamples(response.body);
  const seen = [
    response.status,
    ...(typeof code === 'string' ? [code] : []),
    ...errorPairs(response.body),
    ...(comparison === 'as documented' ? [comparison] : []),
  ];
  return verdict(
    differences.length === 0,
    [seen.join(' '), ...(differences.length === 0 ? [] : [`(${differences.join(', ')})`])].join(
      ' ',
    ),
  );
}

/** Header of a response; a REST API renames the WWW-Authenticate of its integrations. */
export function headerOf({ headers }: ApiResponse, name: string): string | null {
  return headers.get(name) ?? headers.get(`x-amzn-remapped-${name}`);
}

function problemFaults(code: string, { status, headers, body }: ApiResponse): string[] {
  const { detail, title, errors } = body;
  const requestId = headers.get(REQUEST_ID_HEADER);
  const rules: [boolean, string][] = [
    [body['code'] === code, 'another code'],
    [headers.get('content-type') === PROBLEM_TYPE, 'no problem document'],
    [body['type'] === `${PROBLEM_TYPE_PREFIX}${code}`, 'another type'],
    [body['status'] === status, 'another status in the body'],
    [typeof title === 'string' && typeof detail === 'string', 'no title or detail'],
    [Array.isArray(errors), 'no list of errors'],
    [requestId !== null && body['request_id'] === requestId, 'request ids that differ'],
    [comparedWithExamples(body) !== 'not as documented', 'not as documented'],
  ];
  return rules.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function errorFaults(expected: readonly string[], { body }: ApiResponse): string[] {
  const isSame = JSON.stringify(errorPairs(body)) === JSON.stringify(expected);
  return isSame ? [] : ['other errors'];
}

function memberFaults(expected: Readonly<Record<string, unknown>>, { body }: ApiResponse) {
  return Object.entries(expected)
    .filter(([name, value]) => JSON.stringify(body[name]) !== JSON.stringify(value))
    .map(([name]) => `${name} is ${JSON.stringify(body[name])}`);
}

function headerFaults(expected: NonNullable<Expected['headers']>, response: ApiResponse) {
  return Object.entries(expected)
    .filter(([name, value]) => !isHeader(headerOf(response, name), value))
    .map(([name]) => `${name} is ${headerOf(response, name) ?? 'absent'}`);
}

function isHeader(found: string | null, expected: string | RegExp | null): boolean {
  if (expected === null || found === null) return found === expected;
  return typeof expected === 'string' ? found === expected : expected.test(found);
}

function describeExpected({ status, code, errors = [], body = {}, headers = {} }: Expected) {
  const members = Object.entries(body).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const fields = Object.entries(headers).map(([name, value]) =>
    value === null ? `no ${name}` : `${name} ${value}`,
  );
  return [[status, code].join(' ').trim(), ...errors, ...members, ...fields].join(', ');
}
