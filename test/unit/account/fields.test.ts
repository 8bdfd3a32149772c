import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { StoredAccountSchema, toAccountView } from '../../../lib/account/account.ts';
import { AccountChangesSchema } from '../../../lib/account/account-record.ts';
import {
  ACCOUNT_FIELDS,
  DENIAL_REASONS,
  EDITABLE_FIELDS,
  fieldRow,
  NEW_PERSON,
  NEW_SERVICE_ACCOUNT,
  NULL_IGNORED_FIELDS,
  READ_ONLY_FIELDS,
  STORED_FIELDS,
} from '../../../lib/account/fields.ts';
import { updateSchema } from '../../../lib/account/update-schema.ts';
import { capabilitiesOf } from '../../../lib/self-service/capabilities.ts';
import { firstAccount } from '../../../lib/self-service/provisioning.ts';
import { fromUserItem, toUserItem } from '../../../lib/store/user-item.ts';
import { EXAMPLE_ADDRESSES, openApiDocument } from '../../../tools/openapi/openapi-document.ts';
import { aCaller, anAccount, aPerson, aRecord, NOW, RULES } from '../../support/builders.ts';

const sorted = (names: Iterable<string>) => [...names].sort();
const withoutPassword = ACCOUNT_FIELDS.filter((field) => field !== 'password');
const record = aRecord();

/** Fields of a schema of the OpenAPI document. */
function documented(name: 'User' | 'UserUpdate'): string[] {
  const { schemas } = openApiDocument(EXAMPLE_ADDRESSES)['components'] as {
    schemas: Record<string, { properties: object }>;
  };
  return Object.keys(schemas[name]?.properties ?? {});
}

describe('the table of fields', () => {
  it.each([
    { what: 'editable or read-only', names: [...EDITABLE_FIELDS, ...READ_ONLY_FIELDS] },
    { what: 'in the account view', names: Object.keys(toAccountView(anAccount())) },
    {
      what: 'in the capabilities',
      names: Object.keys(capabilitiesOf(record, aCaller(record), RULES, NOW).fields),
    },
    { what: 'in a documented response', names: documented('User') },
    { what: 'in a documented update', names: documented('UserUpdate') },
  ])('has every field $what', ({ names }) => {
    expect(sorted(names)).toEqual(sorted(ACCOUNT_FIELDS));
  });

  it.each([
    { what: 'in the stored schema', names: Object.keys(StoredAccountSchema.entries) },
    { what: 'in the account of a new person', names: Object.keys(newPerson()) },
    {
      what: 'in a stored item',
      names: Object.keys(fromUserItem(toUserItem(record)).account),
    },
  ])('has every field but the password $what', ({ names }) => {
    expect(sorted(names)).toEqual(sorted(withoutPassword));
    expect(sorted(names)).toEqual(sorted(STORED_FIELDS));
  });

  it('lets an update send every editable field, whatever the policy', () => {
    for (const allowHttpAvatars of [false, true]) {
      const { entries } = updateSchema({ allowHttpAvatars });
      expect(Object.keys(entries)).toEqual(EDITABLE_FIELDS);
    }
  });

  it('lets a change hold every editable field that is stored', () => {
    const stored = EDITABLE_FIELDS.filter((field) => field !== 'password');

    expect(Object.keys(AccountChangesSchema.entries)).toEqual(stored);
  });

  it('takes null for every stored field that null clears', () => {
    const cleared = EDITABLE_FIELDS.filter((field) => !NULL_IGNORED_FIELDS.includes(field));
    const nulls = Object.fromEntries(cleared.map((field) => [field, null]));

    expect(v.is(AccountChangesSchema, nulls)).toBe(true);
    expect(v.is(StoredAccountSchema, { ...record.account, ...nulls })).toBe(true);
  });

  it('starts new accounts with values that can be stored', () => {
    for (const values of [NEW_PERSON, NEW_SERVICE_ACCOUNT]) {
      expect(v.is(StoredAccountSchema, { ...record.account, ...values })).toBe(true);
    }
  });

  it('restricts editable fields only', () => {
    const restricted = ACCOUNT_FIELDS.filter((field) => fieldRow(field).denials.length > 0);

    expect(restricted.filter((field) => fieldRow(field).accepts === null)).toEqual([]);
    expect(new Set(restricted.flatMap((field) => fieldRow(field).denials))).toEqual(
      new Set(DENIAL_REASONS),
    );
  });
});

describe('updateSchema', () => {
  it('is built once for each policy', () => {
    const strict = updateSchema({ allowHttpAvatars: false });

    expect(updateSchema({ allowHttpAvatars: false })).toBe(strict);
    expect(updateSchema({ allowHttpAvatars: true })).not.toBe(strict);
  });
});

function newPerson() {
  return firstAccount(aPerson(), new Set(), { ...RULES, signInNames: 'aliases' });
}
