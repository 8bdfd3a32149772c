import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROFILE_FIELDS } from '../../../lib/account/fields.ts';
import { withChanges } from '../../../lib/account/record-change.ts';
import {
  downgradeForRollout,
  type Item,
  MIGRATIONS,
  type Migration,
  UnsupportedSchemaVersionError,
  upgrade,
} from '../../../lib/store/item-migrations.ts';
import { fromUserItem, toItemWithSummary, toUserItem } from '../../../lib/store/user-item.ts';
import { aRecord, NOW } from '../../support/builders.ts';

const NEWEST = MIGRATIONS.length + 1;
const numbers = Array.from({ length: NEWEST }, (_, index) => index + 1);
const fileOf = (name: string) => join(import.meta.dirname, 'items', `${name}.json`);
const itemOf = (name: string): Item => JSON.parse(readFileSync(fileOf(name), 'utf8'));

/** What the stored items of this folder hold, whatever their form. */
const RECORD = aRecord(
  {
    id: '0b6d6b2e-6c1f-4f3e-9f0a-5f9b3a9c1d11',
    username: 'ada',
    email: 'ada@example.com',
    name: 'Ada',
    metadata: '{"theme":"dark"}',
  },
  {
    version: 3,
    revision: 5,
    createdAt: null,
    updatedAt: null,
    temporaryPasswordSince: NOW - 86_400,
    sessions: { validFrom: NOW - 3600, exemptOriginJti: 'session-1' },
    intent: {
      id: '5d8f6f4e-1f57-4f5e-8a86-0d0f3c1f2b22',
      openedAt: NOW - 10,
      leaseUntil: NOW + 20,
      changes: { username: 'lovelace' },
      revokesSessions: null,
    },
  },
);

const text = fc.option(fc.string({ unit: 'grapheme' }), { nil: null });
const records = fc
  .record({
    name: text,
    company: text,
    metadata: fc.json(),
    revision: fc.integer({ min: 1 }),
    emailVerified: fc.constantFrom(true, false, null),
    editedFields: fc.subarray([...PROFILE_FIELDS]),
    changes: fc.array(fc.record({ name: text, company: text }, { requiredKeys: [] })),
  })
  .map(({ revision, emailVerified, editedFields, changes, ...account }) =>
    changes.reduce(
      (record, change) => withChanges(record, change, NOW),
      aRecord(account, { revision, emailVerified, editedFields }),
    ),
  );

describe('stored items of accounts', () => {
  it.each(['without-number', ...numbers.map((number) => `form-${number}`)])(
    'of the form %s are read, as they were stored then',
    (name) => {
      expect(existsSync(fileOf(name)), `keep one stored item of each form: ${name}`).toBe(true);
      expect(fromUserItem(itemOf(name))).toEqual(RECORD);
    },
  );

  it.each(['without-number', ...numbers.map((number) => `form-${number}`)])(
    'of the form %s get the form of today with the next write',
    (name) => {
      const stored = toUserItem(fromUserItem(itemOf(name)));

      expect(stored['schema']).toBeGreaterThanOrEqual(NEWEST - 1);
      expect(fromUserItem(stored)).toEqual(RECORD);
    },
  );

  it('are read as they were written, whatever they hold, with a number or without', () => {
    fc.assert(
      fc.property(records, (record) => {
        const { schema, ...withoutNumber } = toUserItem(record);

        expect(fromUserItem({ ...withoutNumber, schema })).toEqual(record);
        if (schema === 1) expect(fromUserItem(withoutNumber)).toEqual(record);
      }),
    );
  });

  it('that the release before has written hold no history from before', () => {
    const known = withChanges(aRecord({}, { emailVerified: true }), { name: 'Ada' }, NOW + 60);
    const { change: _dropped, ...written } = toItemWithSummary(null, known);

    expect(fromUserItem(written)).toEqual({
      ...known,
      createdAt: null,
      updatedAt: null,
      emailVerified: null,
      editedFields: ['name'],
      fieldVersions: { since: 2, fields: {} },
    });
  });

  it('are refused with a version that no change of a field led to', () => {
    const record = aRecord();

    expect(() => toUserItem({ ...record, version: 2 })).toThrow('Invalid');
  });

  it.each([NEWEST + 1, NEWEST + 1000])('of the newer form %i are not guessed at', (schema) => {
    const newer = { ...itemOf(`form-${NEWEST}`), schema, something: 'new' };

    expect(() => fromUserItem(newer)).toThrow(UnsupportedSchemaVersionError);
  });

  it.each([0, -1, 1.5, '1', null])('of no form at all (%j) are refused', (schema) => {
    expect(() => fromUserItem({ ...itemOf('form-1'), schema })).toThrow('Invalid');
  });

  it('with an attribute that their form does not have are refused', () => {
    expect(() => fromUserItem({ ...itemOf('form-1'), extra: 1 })).toThrow('Invalid');
  });
});

/** Three forms: `full` was split in two, then `locale` was added. */
const SPLIT: Migration = {
  up: ({ full, ...rest }) => {
    const [first = '', last = ''] = String(full).split(' ');
    return { ...rest, first, last };
  },
};
const LOCALE: Migration = {
  up: (item) => ({ ...item, locale: null }),
  down: ({ locale, ...rest }) => (locale === null ? rest : null),
};
const CHANGES = [SPLIT, LOCALE];

describe('changes of the form', () => {
  it('bring an item of any older form to the newest, step by step', () => {
    const newest = { pk: 'USER#1', first: 'Ada', last: 'Lovelace', locale: null };

    expect(upgrade({ pk: 'USER#1', full: 'Ada Lovelace' }, CHANGES)).toEqual(newest);
    expect(upgrade({ pk: 'USER#1', full: 'Ada Lovelace', schema: 1 }, CHANGES)).toEqual(newest);
    expect(upgrade({ pk: 'USER#1', first: 'Ada', last: 'Lovelace', schema: 2 }, CHANGES)).toEqual(
      newest,
    );
    expect(upgrade({ ...newest, schema: 3 }, CHANGES)).toEqual(newest);
  });

  it('leave what is stored as it is: only the copy that is read has the newest form', () => {
    const stored = Object.freeze({ pk: 'USER#1', full: 'Ada Lovelace', schema: 1 });

    expect(() => upgrade(stored, CHANGES)).not.toThrow();
  });

  it('are written in the form before, as long as that holds all of it', () => {
    const item = { pk: 'USER#1', first: 'Ada', last: '', locale: null };

    expect(downgradeForRollout(item, CHANGES)).toEqual({
      pk: 'USER#1',
      first: 'Ada',
      last: '',
      schema: 2,
    });
    expect(downgradeForRollout({ ...item, locale: 'en' }, CHANGES)).toEqual({
      ...item,
      locale: 'en',
      schema: 3,
    });
  });

  it('are written in the form before all those that one release brings', () => {
    const first = {
      ...SPLIT,
      down: ({ first, last, ...rest }: Item) => ({ ...rest, full: `${first} ${last}` }),
    };
    const item = { pk: 'USER#1', first: 'Ada', last: 'King', locale: null };

    expect(downgradeForRollout(item, [first, LOCALE])).toEqual({
      pk: 'USER#1',
      full: 'Ada King',
      schema: 1,
    });
    expect(downgradeForRollout({ ...item, locale: 'en' }, [first, LOCALE])).toMatchObject({
      schema: 3,
    });
    expect(toUserItem({ ...RECORD, intent: null })).toMatchObject({ schema: 1 });
    const refused = { ...RECORD, intent: null, nameRefusals: { count: 1, since: NOW } };
    expect(toUserItem(refused)).toMatchObject({ schema: 3 });
    expect(toUserItem(RECORD)).toMatchObject({ schema: 2 });
    const named = { ...RECORD, intent: null, editedFields: [] };
    expect(toUserItem(named)).toMatchObject({ schema: 1 });
    expect(fromUserItem(toUserItem(named))).toEqual(named);
    const telling = RECORD.intent && { ...RECORD.intent, notify: ['ada@example.com'] };
    expect(toUserItem({ ...RECORD, intent: telling })).toMatchObject({ schema: 3 });
    expect(fromUserItem(toUserItem({ ...RECORD, intent: telling })).intent).toEqual(telling);
  });

  it('are written in the newest form one release later', () => {
    const { up } = LOCALE;
    const item = { pk: 'USER#1', first: 'Ada', last: '', locale: null };

    expect(downgradeForRollout(item, [SPLIT, { up }])).toEqual({ ...item, schema: 3 });
  });

  it('lose nothing between two releases that run at once, whichever of them writes', () => {
    const before = [SPLIT];
    const items = fc.record({
      pk: fc.constant('USER#1'),
      first: fc.string(),
      last: fc.string(),
      locale: fc.option(fc.string(), { nil: null }),
    });
    fc.assert(
      fc.property(items, (item) => {
        const stored = downgradeForRollout(item, CHANGES);

        expect(upgrade(stored, CHANGES)).toEqual(item);
        // The release before reads it, or leaves it alone: it never reads a part of it.
        if (item.locale !== null) {
          expect(() => upgrade(stored, before)).toThrow(UnsupportedSchemaVersionError);
        } else {
          const written = downgradeForRollout(upgrade(stored, before), before);
          expect(upgrade(written, CHANGES)).toEqual(item);
        }
      }),
    );
  });
});
