import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { unknownBefore } from '../../../lib/account/field-versions.ts';
import { withChanges } from '../../../lib/account/record-change.ts';
import { parseConditions } from '../../../lib/http/conditional.ts';
import { preconditionFailed } from '../../../lib/http/precondition-failed.ts';
import { aRecord, NOW } from '../../support/builders.ts';

const ID = '0f6d3b0a-2f5d-4d8e-8a55-0a3d6c1b9e42';
const OTHER_ID = '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11';
const tag = (version: number | string) => `"${ID}.${version}"`;

/** Version 4 was there first; then company, name and the password, and company again changed. */
const record: AccountRecord = [
  (one: AccountRecord) => withChanges(one, { company: 'First' }, NOW),
  (one: AccountRecord) => withChanges(one, { name: 'Ada' }, NOW, NOW),
  (one: AccountRecord) => withChanges(one, { company: 'Second' }, NOW),
].reduce((one, change) => change(one), aRecord({ id: ID }, { version: 4 }));

describe('preconditionFailed', () => {
  it.each([
    { asked: 'the version before the last change', value: tag(6), changed: ['company'] },
    { asked: 'an older version', value: tag(5), changed: ['name', 'company', 'password'] },
    { asked: 'the first known version', value: tag(4), changed: ['name', 'company', 'password'] },
    { asked: 'the version of now, weak', value: `W/${tag(7)}`, changed: [] },
    {
      asked: 'several versions: the newest',
      value: `${tag(5)}, ${tag(6)}, ${tag(4)}`,
      changed: ['company'],
    },
    {
      asked: 'this account among others',
      value: `"x", "${OTHER_ID}.7", ${tag(6)}`,
      changed: ['company'],
    },
    { asked: 'a version that is too old to tell', value: tag(3), changed: null },
    { asked: 'a version that was never', value: tag(8), changed: null },
    { asked: 'another account', value: `"${OTHER_ID}.6"`, changed: null },
    {
      asked: 'a tag of another form',
      value: `"${ID}.6.6", ${tag('06')}, ${tag('6x')}, "6"`,
      changed: null,
    },
  ])('says what changed since $asked', ({ value, changed }) => {
    const { code, challenge } = preconditionFailed(parseConditions({ 'if-match': value }), record);

    expect(code).toBe('precondition_failed');
    expect(challenge).toEqual({ changed, entityTag: tag(7) });
  });

  it.each([
    { 'if-unmodified-since': new Date((NOW - 60) * 1000).toUTCString() },
    { 'if-none-match': '*' },
  ])('cannot tell it of %j', (headers) => {
    const { challenge } = preconditionFailed(parseConditions(headers), record);

    expect(challenge.changed).toBeNull();
  });

  it('cannot tell it of a version from before the release that notes it, or before a restore', () => {
    const restored = { ...record, version: 1_000_007, fieldVersions: unknownBefore(1_000_007) };
    const conditions = parseConditions({ 'if-match': tag(6) });

    expect(preconditionFailed(conditions, restored).challenge.changed).toBeNull();
  });
});
