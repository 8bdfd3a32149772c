import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountChanges } from '../../../lib/account/account-record.ts';
import { changedSince, newestVersion } from '../../../lib/account/field-versions.ts';
import { ACCOUNT_FIELDS, type Field } from '../../../lib/account/fields.ts';
import { withChanges } from '../../../lib/account/record-change.ts';
import { aRecord, NOW } from '../../support/builders.ts';

const text = fc.constantFrom('Ada', 'Bob', null);
const changes = fc.record(
  {
    name: text,
    company: text,
    metadata: text,
    email: fc.constantFrom('ada@example.com', 'ADA@example.com', 'bob@example.com', null),
    is_superuser: fc.boolean(),
  },
  { requiredKeys: [] },
);
const step = fc.record({
  changes,
  seconds: fc.integer({ min: -2, max: 2 }),
  setsPassword: fc.boolean(),
});

describe('withChanges', () => {
  it('keeps track of exactly the fields that changed since each version', () => {
    const first = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(first, fc.array(step, { maxLength: 12 }), (since, steps) => {
        let record = aRecord({ email: 'ada@example.com' }, { version: since });
        /** What changed at each version, the plain way. */
        const log: { version: number; fields: Set<Field> }[] = [];
        let now = NOW;
        for (const { changes: sent, seconds, setsPassword } of steps) {
          now += seconds;
          const next = withChanges(record, sent, now, setsPassword ? now : null);
          const fields = ACCOUNT_FIELDS.filter((field) =>
            field === 'password' ? setsPassword : next.account[field] !== record.account[field],
          );
          if (fields.length === 0) {
            expect(next).toMatchObject({ version: record.version, updatedAt: record.updatedAt });
          } else {
            log.push({ version: next.version, fields: new Set(fields) });
            expect(next.version).toBe(record.version + 1);
            expect(next.updatedAt).toBeGreaterThan(record.updatedAt ?? 0);
            expect(next.updatedAt).toBeGreaterThanOrEqual(now);
          }
          record = next;
          expect(newestVersion(record.fieldVersions)).toBe(record.version);
          for (let asked = 0; asked <= record.version + 1; asked += 1) {
            const after = log.filter(({ version }) => version > asked);
            const fields = after.reduce((all, one) => all.union(one.fields), new Set<Field>());
            const isKnown = asked >= since && asked <= record.version;
            expect(changedSince(asked, record)).toEqual(
              isKnown ? ACCOUNT_FIELDS.filter((field) => fields.has(field)) : null,
            );
          }
        }
      }),
    );
  });

  it.each<{ what: string; sent: AccountChanges; emailVerified: boolean | null }>([
    { what: 'another address', sent: { email: 'bob@example.com' }, emailVerified: null },
    { what: 'no address', sent: { email: null }, emailVerified: null },
    {
      what: 'the address in other letters',
      sent: { email: 'ADA@example.com' },
      emailVerified: true,
    },
    { what: 'another field', sent: { name: 'Ada' }, emailVerified: true },
  ])(
    'knows after $what whether the e-mail is proven: $emailVerified',
    ({ sent, emailVerified }) => {
      const record = aRecord({ email: 'ada@example.com' }, { emailVerified: true });

      expect(withChanges(record, sent, NOW)).toMatchObject({ emailVerified });
    },
  );

  it('notes when the password was set', () => {
    const record = withChanges(aRecord(), {}, NOW, NOW - 5);

    expect(record).toMatchObject({ version: 2, passwordChangedAt: NOW - 5, updatedAt: NOW + 1 });
    expect(withChanges(record, { name: 'Ada' }, NOW + 60).passwordChangedAt).toBe(NOW - 5);
  });
});
