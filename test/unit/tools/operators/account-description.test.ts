import { describe, expect, it } from 'vitest';
import { StoredAccountSchema } from '../../../../lib/account/account.ts';
import {
  describeAccount,
  describeRecord,
  describeTemporaryPassword,
} from '../../../../tools/operators/account-description.ts';
import { aPerson, aRecord, NOW, personOf } from '../../../support/builders.ts';
import { anOperatorWorld } from '../../../support/in-memory-admin.ts';

const record = aRecord({ username: 'Ada', email: 'ada@example.com', metadata: '{"a":[1]}' });

describe('describeAccount', () => {
  it('returns everything stored about an account: record, names and user', () => {
    const changes = { username: 'countess' };
    const intent = {
      id: crypto.randomUUID(),
      openedAt: NOW,
      leaseUntil: 0,
      changes,
      revokesSessions: null,
    };
    const person = personOf(record);

    const { json } = describeAccount({ record: { ...record, intent }, person });

    for (const field of Object.keys(StoredAccountSchema.entries))
      expect(json).toHaveProperty(field);
    const { account: _account, ...kept } = record;
    expect(json).toMatchObject({
      ...kept,
      intent,
      password: null,
      metadata: { a: [1] },
      names: ['ada', 'ada@example.com', 'countess'],
      user_in_pool: person,
    });
  });

  it('states that a user who has never called the API has no record yet', () => {
    const person = aPerson();

    expect(describeAccount({ record: null, person }).json).toEqual({
      record: 'none yet: created at the first request',
      user_in_pool: person,
    });
  });

  it('formats the same as text, one line per field', () => {
    const { json, text } = describeAccount({ record, person: null });

    expect(text.split('\n')).toHaveLength(Object.keys(json).length);
    expect(text).toMatch(/^username +Ada$/m);
    expect(text).toMatch(/^metadata +\{"a":\[1\]\}$/m);
    expect(text).toMatch(/^user_in_pool +null$/m);
  });
});

describe('describeRecord', () => {
  it('starts with secrets that are shown only once', () => {
    const { json, text } = describeRecord(record, { client_secret: 'x' });

    expect(json).toMatchObject({ client_secret: 'x', username: 'Ada' });
    expect(text).toMatch(/^client_secret +x\n/);
  });
});

describe('describeTemporaryPassword', () => {
  it('shows until when the password works, by the rule of the pool', async () => {
    const world = anOperatorWorld();
    world.admin.temporaryPasswordDays = async () => 3;

    const shown = await describeTemporaryPassword(world);

    expect(shown('Aa1-x')).toEqual({
      temporary_password: 'Aa1-x',
      temporary_password_expires: new Date((NOW + 3 * 86_400) * 1000).toISOString(),
    });
  });
});
