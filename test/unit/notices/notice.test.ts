import { describe, expect, it } from 'vitest';
import { noticesOf } from '../../../lib/notices/notice.ts';
import { aRecord, NOW } from '../../support/builders.ts';
import { aTellingRecord } from '../../support/notice-builders.ts';

const changedBy = (record: Parameters<typeof noticesOf>[0]) =>
  noticesOf(record).map(({ changed }) => changed);

describe('the notices of a change', () => {
  it('name what changes, and when it was asked for', () => {
    const changes = { username: 'countess', email: 'countess@new.example', name: 'Countess' };
    const record = aTellingRecord(changes, { revokesSessions: { exemptOriginJti: null } });

    expect(noticesOf(record)).toEqual([
      {
        to: 'ada@example.com',
        changed: ['username', 'email', 'password'],
        maskedEmail: 'c***@n***',
        at: NOW,
      },
    ]);
  });

  it('never hold the new username or the new address', () => {
    const record = aTellingRecord({ username: 'login.evil.example', email: 'x.y@evil.example' });

    expect(JSON.stringify(noticesOf(record))).not.toMatch(/evil|x\.y/);
  });

  it('go to each address of the intent', () => {
    const notify = ['ada@example.com', 'ada@new.example'];
    const record = aTellingRecord({ email: 'ada@new.example' }, { notify });

    expect(noticesOf(record).map(({ to }) => to)).toEqual(notify);
  });

  it.each([
    { what: 'a name that stays', changes: { username: 'ada' } },
    { what: 'an e-mail that stays', changes: { email: 'ada@example.com' } },
    { what: 'a profile', changes: { name: 'Countess' } },
    { what: 'an activation', changes: { is_active: false } },
  ])('do not tell of $what', ({ changes }) => {
    expect(noticesOf(aTellingRecord(changes))).toEqual([]);
  });

  it('tell of other letters, with the name that stays left out', () => {
    expect(changedBy(aTellingRecord({ username: 'ada', email: 'Ada@example.com' }))).toEqual([
      ['email'],
    ]);
  });

  it('have no new address where it was taken away', () => {
    expect(noticesOf(aTellingRecord({ email: null }))).toMatchObject([
      { changed: ['email'], maskedEmail: null },
    ]);
  });

  it.each([
    {
      what: 'an intent without addresses',
      record: aTellingRecord({ username: 'b' }, { notify: [] }),
    },
    { what: 'a record without an intent', record: aRecord() },
  ])('are none for $what', ({ record }) => {
    expect(noticesOf(record)).toEqual([]);
  });
});
