import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { User } from '../../../examples/spa/src/account-client.ts';
import {
  changesOf,
  conflictingFields,
  draftOf,
  isEdited,
  rebase,
} from '../../../examples/spa/src/profile-edits.ts';

const ADA: User = {
  id: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
  username: 'ada',
  email: 'ada@example.com',
  name: 'Ada',
  company: null,
  job_title: 'Countess',
  avatar_url: null,
  metadata: { theme: 'dark', pinned: [1, 2] },
  password: null,
  password_expired: false,
  oauth_provider: null,
  oauth_id: null,
  is_active: true,
  is_superuser: false,
  is_service_account: false,
  is_onboarded: true,
  organization_id: null,
};

const text = fc.oneof(fc.constant(null), fc.string({ minLength: 1 }));
const user: fc.Arbitrary<User> = fc.record({
  ...Object.fromEntries(Object.entries(ADA).map(([key, value]) => [key, fc.constant(value)])),
  name: text,
  company: text,
  job_title: text,
  avatar_url: text,
  metadata: fc.jsonValue(),
}) as unknown as fc.Arbitrary<User>;

describe('changesOf', () => {
  it('finds no changes in an unedited form', () => {
    fc.assert(
      fc.property(user, (account) => {
        expect(changesOf(account, draftOf(account))).toEqual({});
        expect(isEdited(account, draftOf(account))).toBe(false);
      }),
    );
  });

  it('sends typed values, and null for emptied fields', () => {
    const draft = { ...draftOf(ADA), name: 'Ada Lovelace', job_title: '' };

    expect(changesOf(ADA, draft)).toEqual({ name: 'Ada Lovelace', job_title: null });
  });

  it.each([
    ['another value', '{"theme":"light"}', { metadata: { theme: 'light' } }],
    ['the same value formatted differently', '{ "theme": "dark", "pinned": [1,2] }', {}],
    [
      'the same members in another order',
      '{"pinned":[1,2],"theme":"dark"}',
      { metadata: expect.anything() },
    ],
    ['nothing', ' ', { metadata: null }],
  ])('reads metadata as JSON: %s', (_what, metadata, changes) => {
    expect(changesOf(ADA, { ...draftOf(ADA), metadata })).toEqual(changes);
  });

  it('leaves out metadata that cannot be read, which is an edit nevertheless', () => {
    const draft = { ...draftOf(ADA), name: 'A', metadata: '{"limit":1e400}' };

    expect(changesOf(ADA, draft)).toEqual({ name: 'A' });
    expect(isEdited(ADA, { ...draftOf(ADA), metadata: '{' })).toBe(true);
  });
});

describe('rebase', () => {
  const newer = { ...ADA, name: 'Countess Ada', company: 'Analytical Engines' };

  it('takes the newer account if nothing was edited', () => {
    fc.assert(
      fc.property(user, user, (before, now) => {
        expect(rebase(draftOf(before), draftOf(before), now)).toEqual({
          draft: draftOf(now),
          overlapping: [],
        });
      }),
    );
  });

  it('keeps an edit, and the newer values around it', () => {
    const draft = { ...draftOf(ADA), job_title: 'Mathematician' };

    expect(rebase(draftOf(ADA), draft, newer)).toEqual({
      draft: { ...draftOf(newer), job_title: 'Mathematician' },
      overlapping: [],
    });
  });

  it('names the edited fields that were changed elsewhere as well', () => {
    const draft = { ...draftOf(ADA), name: 'Ada Lovelace', job_title: 'Mathematician' };

    expect(rebase(draftOf(ADA), draft, newer)).toEqual({
      draft: { ...draftOf(newer), name: 'Ada Lovelace', job_title: 'Mathematician' },
      overlapping: ['name'],
    });
  });

  it('keeps what was typed while the form was saving, which is no change made elsewhere', () => {
    const sent = { ...draftOf(ADA), name: 'Countess Ada' };
    const draft = { ...sent, name: 'Countess Ada Lovelace' };

    expect(rebase(draftOf(ADA), draft, newer, sent)).toEqual({
      draft: { ...draftOf(newer), name: 'Countess Ada Lovelace' },
      overlapping: [],
    });
  });

  it('drops an edit that the newer account already has', () => {
    const draft = { ...draftOf(ADA), name: 'Countess Ada' };

    expect(rebase(draftOf(ADA), draft, newer)).toEqual({ draft: draftOf(newer), overlapping: [] });
  });

  it('keeps metadata that is not valid JSON yet', () => {
    const draft = { ...draftOf(ADA), metadata: '{"theme":' };

    expect(rebase(draftOf(ADA), draft, newer).draft.metadata).toBe('{"theme":');
  });
});

describe('conflictingFields', () => {
  const now = { ...ADA, name: 'Countess', metadata: { theme: 'light' } };

  it.each([
    ['another field', { company: 'Engines' }, []],
    ['the same field, to something else', { name: 'Lovelace', company: 'Engines' }, ['name']],
    ['the same field, to the same', { name: 'Countess' }, []],
    ['metadata, to the same value', { metadata: { theme: 'light' } }, []],
    ['metadata, to another value', { metadata: { theme: 'dark' } }, ['metadata']],
    ['a password, which nobody reads', { password: 'secret' }, []],
  ])('compares what both sides changed: %s', (_what, changes, fields) => {
    expect(conflictingFields(ADA, changes, now)).toEqual(fields);
  });
});
