import { describe, expect, it } from 'vitest';
import type { ApiResponse } from '../../../../tools/acceptance/api-client.ts';
import { documentedProblems } from '../../../../tools/acceptance/documented-problems.ts';
import {
  compare,
  compareAll,
  type Expected,
  responds,
} from '../../../../tools/acceptance/expectation.ts';

const REQUEST_ID = 'request-1';

function aResponse(given: Partial<ApiResponse> = {}): ApiResponse {
  const headers = new Headers({ 'content-type': 'application/json', 'x-request-id': REQUEST_ID });
  return { status: 200, headers, body: {}, text: '', milliseconds: 1, ...given };
}

function aProblem(code: string, status: number, members: Record<string, unknown> = {}) {
  const body = {
    type: `urn:current-user-service:problem:${code}`,
    title: 'Title',
    status,
    detail: 'Detail.',
    code,
    errors: [{ pointer: '/name', code: 'empty', detail: 'Detail.' }],
    request_id: REQUEST_ID,
    ...members,
  };
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'x-request-id': REQUEST_ID,
    'x-amzn-remapped-www-authenticate': 'Bearer',
  });
  return aResponse({ status, headers, body });
}

const PROBLEM: Expected = {
  status: 401,
  code: 'invalid_token',
  errors: ['/name empty'],
  headers: { 'www-authenticate': 'Bearer' },
};

describe('a response as expected', () => {
  it.each<[string, Expected, ApiResponse]>([
    ['by status', { status: 200 }, aResponse()],
    [
      'by members',
      { status: 200, body: { a: [1, { b: null }] } },
      aResponse({ body: { a: [1, { b: null }], c: 2 } }),
    ],
    ['by a pattern', { status: 200, headers: { 'content-type': /json$/ } }, aResponse()],
    ['without a header', { status: 200, headers: { etag: null } }, aResponse()],
    ['as a problem, with the renamed header', PROBLEM, aProblem('invalid_token', 401)],
  ])('holds %s', (_name, expected, response) => {
    expect(compare(expected, response).outcome).toBe('held');
  });
});

describe('a response that differs', () => {
  it.each<[string, Expected, ApiResponse, string]>([
    ['status', { status: 200 }, aResponse({ status: 500 }), 'another status'],
    ['member', { status: 200, body: { a: 1 } }, aResponse({ body: { a: '1' } }), 'a is "1"'],
    [
      'order of JSON',
      { status: 200, body: { m: { a: 1, b: 2 } } },
      aResponse({ body: { m: { b: 2, a: 1 } } }),
      'm is',
    ],
    ['header', { status: 200, headers: { etag: /./ } }, aResponse(), 'etag is absent'],
    [
      'surplus header',
      { status: 200, headers: { 'content-type': null } },
      aResponse(),
      'content-type is application/json',
    ],
    [
      'code',
      PROBLEM,
      aProblem('session_revoked', 401),
      '401 session_revoked /name empty (another code',
    ],
    [
      'errors',
      PROBLEM,
      aProblem('invalid_token', 401, { errors: [{ pointer: '/name', code: 'x' }] }),
      '401 invalid_token /name x (other errors)',
    ],
    [
      'status in the body',
      PROBLEM,
      aProblem('invalid_token', 401, { status: 403 }),
      'another status in the body',
    ],
    [
      'request id',
      PROBLEM,
      aProblem('invalid_token', 401, { request_id: 'x' }),
      'request ids that differ',
    ],
    ['type', PROBLEM, aProblem('invalid_token', 401, { type: 'about:blank' }), 'another type'],
    ['detail', PROBLEM, aProblem('invalid_token', 401, { detail: 42 }), 'no title or detail'],
    [
      'media type',
      { status: 200, code: 'x' },
      aResponse({ body: { code: 'x' } }),
      'no problem document',
    ],
  ])('is broken by its %s, and says so', (_name, expected, response, seen) => {
    const result = compare(expected, response);

    expect(result.outcome).toBe('broken');
    expect(result.seen).toContain(seen);
  });

  it('is broken by any of several, the first of which is reported', () => {
    const [good, bad] = [aResponse(), aResponse({ status: 500 })];
    const expected = { status: 200 };

    expect(
      compareAll([
        [expected, good],
        [expected, bad],
      ]).outcome,
    ).toBe('broken');
    expect(
      compareAll([
        [expected, good],
        [expected, good],
      ]),
    ).toEqual({ outcome: 'held', seen: '200; 200' });
  });
});

describe('a problem that the documentation shows', () => {
  const [example = {}] = documentedProblems();
  const code = String(example['code']);
  const shown = (members: object) => aProblem(code, 401, { ...example, ...members });

  it('is as documented but for the numbers of its request and deployment', () => {
    const response = shown({ request_id: REQUEST_ID });

    expect(compare({ status: 401, code }, response).seen).toBe(`401 ${code} as documented`);
  });

  it('is broken by other words', () => {
    const response = shown({ request_id: REQUEST_ID, detail: 'Something else.' });

    expect(compare({ status: 401, code }, response)).toEqual({
      outcome: 'broken',
      seen: `401 ${code} (not as documented)`,
    });
  });
});

describe('a promise about a response', () => {
  it('says what is expected, and compares the response to its request', async () => {
    const promise = responds('id', 'Text', PROBLEM, async (response: ApiResponse) => response);

    expect(promise.expected).toBe('401 invalid_token, /name empty, www-authenticate Bearer');
    expect((await promise.tried(aProblem('invalid_token', 401))).outcome).toBe('held');
    expect((await promise.tried(aResponse())).outcome).toBe('broken');
  });
});
