import { describe, expect, it } from 'vitest';
import { withChanges } from '../../../lib/account/record-change.ts';
import { toRestoredItem } from '../../../lib/store/restored-item.ts';
import { fromUserItem, toItemWithSummary } from '../../../lib/store/user-item.ts';
import { aRecord, NOW } from '../../support/builders.ts';

const LATER = NOW + 3600;
const record = withChanges(aRecord(), { name: 'Ada' }, NOW + 60);
const refused = { ...record, nameRefusals: { count: 1, since: NOW } };

describe('toRestoredItem', () => {
  it.each([
    { schema: 'that the release before can read', stored: record },
    { schema: 'of the newest version', stored: refused },
  ])(
    'makes an item $schema the account as of now, at a version of which nothing before is known',
    ({ stored }) => {
      const restored = toRestoredItem(toItemWithSummary(null, stored), LATER);

      expect(restored).not.toHaveProperty('change.type');
      expect(fromUserItem(restored)).toEqual({
        ...stored,
        version: 1_000_002,
        revision: 1_000_001,
        updatedAt: LATER,
        fieldVersions: { since: 1_000_002, fields: {} },
      });
    },
  );

  it('leaves it unknown when an account of an older release changed', () => {
    const { change: _none, ...old } = toItemWithSummary(null, record);

    expect(fromUserItem(toRestoredItem(old, LATER))).toMatchObject({
      version: 1_000_002,
      updatedAt: null,
      fieldVersions: { since: 1_000_002, fields: {} },
    });
  });

  it.each([
    { pk: 'NAME#ada', holder: record.subject },
    { pk: `USER#${record.subject}`, expiresAt: NOW },
  ])('leaves what is no account as it is: %j', (item) => {
    expect(toRestoredItem(item, LATER)).toEqual(item);
  });
});
