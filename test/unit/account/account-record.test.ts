import { describe, expect, it } from 'vitest';
import { directoryFields } from '../../../lib/account/account-record.ts';
import { newRecord } from '../../../lib/account/record-change.ts';
import { anAccount, NOW } from '../../support/builders.ts';

describe('directoryFields', () => {
  const account = anAccount({ name: 'Ada', avatar_url: 'https://a.example/ada.png' });

  it('are the profile fields that have a value and were not edited, in the order of the wire', () => {
    const record = newRecord(account.id, account, NOW, { editedFields: ['company'] });

    expect(directoryFields(record)).toEqual(['name', 'avatar_url']);
    expect(directoryFields({ ...record, editedFields: ['name'] })).toEqual(['avatar_url']);
  });

  it('are none where nobody said that values came from the directory', () => {
    expect(directoryFields(newRecord(account.id, account, NOW))).toEqual([]);
  });
});
