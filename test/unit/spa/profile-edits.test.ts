import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { User } from '../../../examples/spa/src/account-client.ts';
import {
  changesOf,
  draftOf,
  errorsByField,
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
        expect(changesOf(account, draftOf(account))).toEqual({ changes: {}, errors: {} });
      }),
    );
  });

  it('sends typed values, and null for emptied fields', () => {
    const draft = { ...draftOf(ADA), name: 'Ada Lovelace', job_title: '' };

    expect(changesOf(ADA, draft).changes).toEqual({ name: 'Ada Lovelace', job_title: null });
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
    expect(changesOf(ADA, { ...draftOf(ADA), metadata })).toEqual({ changes, errors: {} });
  });

  it('reports metadata that is not valid JSON, and still returns the other changes', () => {
    const draft = { ...draftOf(ADA), name: 'A', metadata: '{' };

    expect(changesOf(ADA, draft)).toEqual({
      changes: { name: 'A' },
      errors: { metadata: 'This is not valid JSON.' },
    });
  });
});

describe('rebase', () => {
  const newer = { ...ADA, name: 'Countess Ada', company: 'Analytical Engines' };

  it('takes the newer account if nothing was edited', () => {
    fc.assert(
      fc.property(user, user, (before, now) => {
        expect(rebase(before, draftOf(before), now)).toEqual({
          draft: draftOf(now),
          overlapping: [],
        });
      }),
    );
  });

  it('keeps an edit, and the newer values around it', () => {
    const draft = { ...draftOf(ADA), job_title: 'Mathematician' };

    expect(rebase(ADA, draft, newer)).toEqual({
      draft: { ...draftOf(newer), job_title: 'Mathematician' },
      overlapping: [],
    });
  });

  it('names the edited fields that were changed elsewhere as well', () => {
    const draft = { ...draftOf(ADA), name: 'Ada Lovelace', job_title: 'Mathematician' };

    expect(rebase(ADA, draft, newer)).toEqual({
      draft: { ...draftOf(newer), name: 'Ada Lovelace', job_title: 'Mathematician' },
      overlapping: ['name'],
    });
  });

  it('drops an edit that the newer account already has', () => {
    const draft = { ...draftOf(ADA), name: 'Countess Ada' };

    expect(rebase(ADA, draft, newer)).toEqual({ draft: draftOf(newer), overlapping: [] });
  });

  it('keeps metadata that is not valid JSON yet', () => {
    const draft = { ...draftOf(ADA), metadata: '{"theme":' };

    expect(rebase(ADA, draft, newer).draft.metadata).toBe('{"theme":');
  });
});

describe('errorsByField', () => {
  const problem = (...errors: [pointer: string, detail: string][]) => ({
    detail: 'Some fields cannot be accepted.',
    errors: errors.map(([pointer, detail]) => ({ pointer, code: 'x', detail })),
  });
  const FIELDS = ['name', 'metadata', 'a/b'] as const;

  it('joins all messages of a field, whatever part of it they point to', () => {
    const refused = problem(['/name', 'One.'], ['/metadata/deep/0', 'Two.'], ['/name', 'Three.']);

    expect(errorsByField(refused, FIELDS)).toEqual({
      atFields: { name: 'One. Three.', metadata: 'Two.' },
      elsewhere: [],
    });
  });

  it('unescapes pointers (RFC 6901)', () => {
    expect(errorsByField(problem(['/a~1b', 'One.']), FIELDS).atFields).toEqual({ 'a/b': 'One.' });
  });

  it('returns separately the messages that belong to no field of the form', () => {
    expect(errorsByField(problem(['/is_active', 'One.'], ['', 'Two.']), FIELDS)).toEqual({
      atFields: {},
      elsewhere: ['One.', 'Two.'],
    });
  });

  it('returns the detail of a problem that lists no errors', () => {
    expect(errorsByField(problem(), FIELDS)).toEqual({
      atFields: {},
      elsewhere: ['Some fields cannot be accepted.'],
    });
  });
});
