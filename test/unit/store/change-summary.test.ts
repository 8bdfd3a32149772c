import { describe, expect, it } from 'vitest';
import type { StoredAccount } from '../../../lib/account/account.ts';
import { changeSummary } from '../../../lib/store/change-summary.ts';
import { aRecord } from '../../support/builders.ts';

const { account } = aRecord({ username: 'ada', name: 'Ada', company: null });

describe('changeSummary', () => {
  it.each<{ changes: Partial<StoredAccount>; fields: string[] }>([
    { changes: { name: 'Countess' }, fields: ['name'] },
    { changes: { name: null, company: 'Analytical Engines' }, fields: ['name', 'company'] },
    { changes: { metadata: '{"theme":"dark"}' }, fields: ['metadata'] },
    { changes: { is_active: false, is_superuser: true }, fields: ['is_active', 'is_superuser'] },
  ])('names what differs: $fields', ({ changes, fields }) => {
    const change = changeSummary(account, { ...account, ...changes });

    expect(change?.type).toBe('user.updated');
    expect([...(change?.fields ?? [])].sort()).toEqual(fields.sort());
  });

  it('names the fields of a new account that are set', () => {
    const change = changeSummary(null, account);

    expect(change?.type).toBe('user.created');
    expect(change?.fields).toContain('name');
    expect(change?.fields).not.toContain('company');
  });

  it('marks no write that leaves the account as it is', () => {
    expect(changeSummary(account, { ...account })).toBeNull();
  });
});
