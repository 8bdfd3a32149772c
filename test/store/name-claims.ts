/** Many accounts that claim one name at once: run on the in-memory store and on real tables. */
import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { ProblemError } from '../../lib/account/errors.ts';
import type { AccountIndex } from '../../lib/operations/ports.ts';
import { patchMe } from '../../lib/self-service/current-user.ts';
import type { UserStore } from '../../lib/self-service/ports.ts';
import { aCaller, aRecord, aRuntime, personOf, RULES } from '../support/builders.ts';
import { createInMemoryAdmin } from '../support/in-memory-admin.ts';
import { createInMemoryDirectory } from '../support/in-memory-directory.ts';
import { verified } from '../support/verified.ts';

/** @param claims a client of DynamoDB sends 50 requests at once, the others wait for their turn */
export function describeNameClaims(
  place: string,
  claims: number,
  open: () => { store: UserStore; index: AccountIndex },
): void {
  describe(`${claims} concurrent claims of one name ${place}`, () => {
    it('are won by exactly one account, and everything agrees afterwards', async () => {
      const { store, index } = open();
      const records = Array.from({ length: claims }, () => aRecord());
      for (let start = 0; start < claims; start += 50) {
        await Promise.all(records.slice(start, start + 50).map((record) => store.create(record)));
      }
      const directory = createInMemoryDirectory(...records.map(personOf));
      const { signInNames } = directory;
      const ports = { store, directory, signInNames, runtime: aRuntime() };
      const claim = (record: AccountRecord) => {
        const request = { caller: aCaller(record), report: () => {} };
        const sent = { body: { username: 'prize' }, mode: 'replace' } as const;
        return patchMe(ports, RULES, request, sent, () => {}).then(
          () => 'won',
          (error) => (error instanceof ProblemError ? error.code : String(error)),
        );
      };

      const outcomes = await Promise.all(records.map(claim));

      const counts = Map.groupBy(outcomes, (outcome) => outcome);
      expect(new Map([...counts].map(([outcome, all]) => [outcome, all.length]))).toEqual(
        new Map([
          ['won', 1],
          ['username_taken', claims - 1],
        ]),
      );
      const winner = records[outcomes.indexOf('won')]?.subject;
      expect(await index.holdersOf(['prize'])).toEqual(new Map([['prize', winner]]));
      const operators = {
        ...ports,
        index,
        admin: createInMemoryAdmin(directory),
        newPassword: () => '',
        adminUsername: 'admin',
        reservedNames: [],
      };
      expect(await verified(operators)).toEqual([]);
    }, 180_000);
  });
}
