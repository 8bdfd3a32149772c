/** Fuzz campaign: any input gets a documented response, and has no other effect. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { PROBLEMS } from '../../lib/http/problem.ts';
import { aRecord, NOW } from '../support/builders.ts';
import { recordFigures, size } from '../support/figures.ts';
import { MARKER, type MaliciousRequest, maliciousRequest } from '../support/malicious-input.ts';
import { inconsistencies } from '../support/oracle.ts';
import { uncounted } from '../support/uncounted.ts';
import { anApi } from '../unit/http/api-harness.ts';

/** Number of request sequences, each on its own accounts. */
const CAMPAIGN = size({ bounded: 1500, full: 20_000 });
const MEMBERS = ['type', 'title', 'status', 'detail', 'code', 'errors', 'request_id'];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const statuses = new Map<number, number>();
let largestAnswer = 0;
afterAll(() => {
  const counted = [...statuses].toSorted(([one], [other]) => one - other);
  const sent = counted.reduce((sum, [, count]) => sum + count, 0);
  return recordFigures('input in process', {
    'bodies sent': sent,
    ...Object.fromEntries(counted.map(([status, count]) => [`answered ${status}`, count])),
    '5xx': counted.reduce((sum, [status, count]) => (status < 500 ? sum : sum + count), 0),
    'largest answer in bytes': largestAnswer,
  });
});

type Api = ReturnType<typeof anApi>;
type Answer = Awaited<ReturnType<Api['get']>>;

function send(api: Api, { body, headers, isBase64Encoded }: MaliciousRequest): Promise<Answer> {
  const lists = Map.groupBy(headers, ([name]) => name);
  const sent = [...lists].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]);
  const text = body.toString(isBase64Encoded ? 'base64' : 'utf8');
  const event = { headers: Object.fromEntries(sent), body: text, isBase64Encoded };
  // Without the harness's own content type, unless one was generated.
  const type = lists.has('content-type') ? {} : { 'content-type': [] };
  return api.patch(null, { ...event, headers: { ...event.headers, ...type } });
}

function expectProblem(answer: Answer): void {
  const problem = answer.problem();
  const hints = ['max_age', 'scope', 'changed'].filter((name) => name in problem);
  expect(Object.keys(problem).toSorted()).toEqual([...MEMBERS, ...hints].toSorted());
  expect(PROBLEMS).toHaveProperty(problem.code);
  expect(problem.status).toBe(answer.status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  for (const fault of problem.errors) {
    expect(Object.keys(fault).toSorted()).toEqual(['code', 'detail', 'pointer']);
    expect(fault.code).toMatch(/^[a-z_]+$/);
  }
  expect(withoutPointers(answer.text)).not.toContain(MARKER);
}

/** Names of unknown fields are echoed on purpose, in pointers only. */
function withoutPointers(text: string): string {
  const problem = JSON.parse(text);
  const errors = problem.errors.map(({ code, detail }: Record<string, string>) => [code, detail]);
  return JSON.stringify({ ...problem, errors });
}

/** The limits of README, section Fields, in other words than the schemas'. */
function expectWithinLimits(account: Record<string, unknown>): void {
  expect(Object.keys(account)).toHaveLength(17);
  expect(account['password']).toBeNull();
  for (const field of ['name', 'company', 'job_title']) {
    const value = account[field];
    if (value !== null) expect([...String(value)].length).toBeOneOf(UP_TO_50);
  }
  expect(String(account['username'])).toMatch(/^[\x21-\x7e]+$/);
  expect(String(account['avatar_url'])).toMatch(/^(null|https:\/\/[^@\s]+)$/);
  const metadata = JSON.stringify(account['metadata']);
  expect(Buffer.byteLength(metadata)).toBeLessThanOrEqual(16_384);
  expect(levelsOf(metadata)).toBeLessThanOrEqual(32);
}

const UP_TO_50 = Array.from({ length: 50 }, (_, index) => index + 1);

/** How deep JSON text is nested, without parsing it. */
function levelsOf(text: string): number {
  let level = 0;
  let deepest = 0;
  for (const character of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (character === '[' || character === '{') level += 1;
    if (character === ']' || character === '}') level -= 1;
    deepest = Math.max(deepest, level);
  }
  return deepest;
}

/** State that no request of this user may change. */
function expectRights(record: AccountRecord | undefined, before: AccountRecord): void {
  const fixed = ({ account, subject, directoryName, internal }: AccountRecord) => ({
    subject,
    directoryName,
    internal,
    id: account.id,
    is_superuser: account.is_superuser,
    is_active: account.is_active,
    is_service_account: account.is_service_account,
    oauth: [account.oauth_provider, account.oauth_id],
    organization_id: account.organization_id,
  });
  expect(record && fixed(record)).toEqual(fixed(before));
}

async function expectHarmless(api: Api, request: MaliciousRequest, others: AccountRecord[]) {
  const subject = [...api.store.records.keys()][0] ?? '';
  const before = structuredClone(api.store.records.get(subject));
  if (!before) throw new Error('The caller has a record');
  const answer = await send(api, request);
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  largestAnswer = Math.max(largestAnswer, answer.text.length);
  expect(answer.status).toBeLessThan(500);
  for (const [, value] of answer.headers) expect(value).not.toMatch(/[\r\n]|kept-to-itself/);

  const after = api.store.records.get(subject);
  expectRights(after, before);
  if (answer.status === 200) {
    expectWithinLimits(answer.account());
    expect(answer.account()).toEqual((await api.get()).account());
  } else {
    expectProblem(answer);
    const asKept = answer.status === 409 ? uncounted : (record: AccountRecord) => record;
    expect(after && asKept(after)).toEqual(asKept(before));
  }
  expect(inconsistencies(api)).toEqual([]);
  for (const other of others) expect(api.store.records.get(other.subject)).toEqual(other);
}

describe('PATCH /users/me', () => {
  it('returns a documented response and does no harm for any input', {
    timeout: 600_000,
  }, async () => {
    const plain = Object.getOwnPropertyNames(Object.prototype);
    await fc.assert(
      fc.asyncProperty(fc.array(maliciousRequest, { minLength: 1, maxLength: 8 }), async (sent) => {
        const others = [
          aRecord({ username: 'grace', email: 'grace@example.com' }),
          aRecord({ username: 'Linus', email: 'ada@example.org' }),
        ];
        const api = anApi(aRecord({ username: 'ada', email: 'ada@example.com' }), ...others);
        for (const request of sent) await expectHarmless(api, request, others);
        for (const line of api.lines) expect(line).not.toContain(MARKER);
        expect(api.log().length).toBeGreaterThanOrEqual(sent.length);
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(plain);
      }),
      { numRuns: CAMPAIGN },
    );
    // A campaign must cause both accepted and rejected requests.
    for (const status of [200, 409, 413, 415, 422]) expect(statuses.get(status)).toBeGreaterThan(9);
  });

  it('responds to 64 KiB of unknown fields within the response size limit', async () => {
    const fields = [...Array(7_000).keys()].map((number) => `"${number.toString(36)}":0`);
    const api = anApi(aRecord());
    const body = Buffer.from(`{${fields.join(',')}}`);
    expect(body.length).toBeLessThan(64 * 1024);

    const answer = await send(api, {
      body,
      headers: [['content-type', 'application/json']],
      isBase64Encoded: false,
    });

    expect(answer.status).toBe(422);
    expect(answer.problem().errors).toHaveLength(7_000);
    expect(answer.text.length).toBeLessThan(6_000_000);
    largestAnswer = Math.max(largestAnswer, answer.text.length);
  });
});
