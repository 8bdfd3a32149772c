/** A sample of the fuzz campaign over HTTP, through the gateway and a real table. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import { aPerson, get, recordOf, type TestPerson, unique } from '../support/deployed-service.ts';
import { recordFigures, size } from '../support/figures.ts';
import { MARKER, type MaliciousRequest, maliciousRequest } from '../support/malicious-input.ts';
import { rawCall } from '../support/raw-call.ts';
import { uncounted } from '../support/uncounted.ts';

const SAMPLE = size({ bounded: 250, full: 2500 });

const statuses = new Map<number, number>();
afterAll(() => {
  const counted = [...statuses].toSorted(([one], [other]) => one - other);
  return recordFigures('input over HTTP', {
    'bodies sent': counted.reduce((sum, [, count]) => sum + count, 0),
    ...Object.fromEntries(counted.map(([status, count]) => [`answered ${status}`, count])),
    '5xx': counted.reduce((sum, [status, count]) => (status < 500 ? sum : sum + count), 0),
  });
});

let person: TestPerson;
let other: TestPerson;
beforeAll(async () => {
  other = await aPerson({ username: unique('grace') });
  person = await aPerson();
});

/** What HTTP/1.1 itself forbids in a header, and what would say how long the body is. */
const isSendable = ([name, value]: readonly [string, string]) =>
  /^[\t\x20-\x7e]*$/.test(value) && !/^(transfer-encoding|expect|__proto__)$/.test(name);

function send({ body, headers }: MaliciousRequest) {
  const sent = [
    ['authorization', `Bearer ${person.token}`] as const,
    ...headers.filter(isSendable),
  ];
  return rawCall({ method: 'PATCH', headers: sent, body });
}

describe('PATCH /users/me of the deployed service', () => {
  it('responds below 500 and changes nothing unless it reports success, for any input', {
    timeout: 1_200_000,
  }, async () => {
    const untouched = await recordOf(other.subject);
    await fc.assert(
      fc.asyncProperty(maliciousRequest, async (request) => {
        const before = await recordOf(person.subject);
        const answer = await send(request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.status).toBeLessThan(500);
        const after = await recordOf(person.subject);
        if (answer.status === 200) {
          expect(Object.keys(answer.body)).toHaveLength(17);
          // A new password keeps its own session, so the token stays valid.
          expect((await get(person.token)).body).toEqual(answer.body);
        } else {
          const asKept = answer.status === 409 ? uncounted : (record: AccountRecord) => record;
          expect(asKept(after)).toEqual(asKept(before));
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          expect(answer.body).toMatchObject({
            status: answer.status,
            code: expect.stringMatching(/^[a-z_]+$/),
          });
          const { errors, ...rest } = answer.body;
          const details = errors.map(({ code, detail }: Record<string, string>) => [code, detail]);
          expect(JSON.stringify([rest, details, ...answer.headers])).not.toContain(MARKER);
        }
        const { is_superuser, is_active, id } = after.account;
        expect({ is_superuser, is_active, id }).toEqual({
          is_superuser: false,
          is_active: true,
          id: person.subject,
        });
      }),
      // Shrinking would take longer than the campaign; the seed reproduces the input.
      { numRuns: SAMPLE, endOnFailure: true },
    );
    expect(await recordOf(other.subject)).toEqual(untouched);
    expect(await disagreementsOf([person.subject, other.subject])).toEqual([]);
    for (const status of [200, 413, 415, 422]) expect(statuses.get(status)).toBeGreaterThan(0);
  });
});
