/** Assertions on problem documents (RFC 9457): all expected members, and no others. */
import { expect } from 'vitest';
import type { Answer } from './deployed-service.ts';

const MEMBERS = ['type', 'title', 'status', 'detail', 'code', 'errors', 'request_id'];

interface ExpectedProblem {
  status: number;
  code: string;
  /** Extension members and their values. */
  hints?: Record<string, unknown>;
  /** Pointer and code of each field error, for example `/name text_too_long`. */
  faults?: string[];
}

export function expectProblem({ status, headers, body }: Answer, expected: ExpectedProblem): void {
  const { hints = {}, faults = [] } = expected;
  // What changed is not always what a test is about.
  const always = expected.code === 'precondition_failed' ? ['changed'] : [];
  const members = new Set([...MEMBERS, ...always, ...Object.keys(hints)]);
  expect({ status, code: body.code }).toEqual({ status: expected.status, code: expected.code });
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(Object.keys(body).sort()).toEqual([...members].sort());
  expect(body).toMatchObject({
    ...hints,
    type: `urn:current-user-service:problem:${expected.code}`,
    status,
    request_id: headers.get('x-request-id'),
  });
  expect(body.title).toMatch(/^[A-Z]/);
  expect(body.detail).toMatch(/^[A-Z].*\.$/);
  expect(body.request_id).toMatch(/^[\w=-]{8,}$/);
  const found = body.errors as { pointer: string; code: string; detail: string }[];
  expect(found.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
  for (const { detail } of found) expect(detail).toMatch(/\.$/);
}
