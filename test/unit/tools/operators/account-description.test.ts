import { describe, expect, it } from 'vitest';
import { StoredAccountSchema } from '../../../../lib/account/account.ts';
import {
  describeAccount,
  describeRecord,
} from '../../../../tools/operators/account-description.ts';
import { aPerson, aRecord, NOW, personOf } from '../../../support/builders.ts';

const record = aRecord({ username: 'Ada', email: 'ada@example.com', metadata: '{"a":[1]}' });

describe('describeAccount', () => {
  it('holds everything that is stored about an account: record, names and user', () => {
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

  it('says that a person who has never called has no record yet', () => {
    const person = aPerson();

    expect(describeAccount({ record: null, person }).json).toEqual({
      record: 'none yet: made at the first call',
      user_in_pool: person,
    });
  });

  it('is the same as lines, one for each field', () => {
    const { json, text } = describeAccount({ record, person: null });

    expect(text.split('\n')).toHaveLength(Object.keys(json).length);
    expect(text).toMatch(/^username +Ada$/m);
    expect(text).toMatch(/^metadata +\{"a":\[1\]\}$/m);
    expect(text).toMatch(/^user_in_pool +null$/m);
  });
});

describe('describeRecord', () => {
  it('begins with what is told only once', () => {
    const { json, text } = describeRecord(record, { client_secret: 'x' });

    expect(json).toMatchObject({ client_secret: 'x', username: 'Ada' });
    expect(text).toMatch(/^client_secret +x\n/);
  });
});
