import { describe, expect, it } from 'vitest';
import { readObservations } from '../../../../../tools/local/gate/aws-observations.ts';
import { createAliasChecks } from '../../../../../tools/local/gate/cognito-aliases.ts';
import { aFakeCognito, listed, POOL } from '../../../../support/fake-cognito.ts';

const ADA = { preferred_username: 'ada', email: 'ada@x.example', email_verified: 'true' };
const BOB = { preferred_username: 'bob', email: 'bob@x.example', email_verified: 'true' };

function aPool(answers: Record<string, string> = {}) {
  const observations = readObservations();
  observations.override(answers);
  const behaviour = createAliasChecks(observations);
  const cognito = aFakeCognito({ 'user-a': ADA, 'user-b': BOB });
  const call = (operation: string, input: Record<string, unknown>) =>
    cognito.call(behaviour, operation, { UserPoolId: POOL, ...input });
  return {
    ...cognito,
    update: (Username: string, attributes: Record<string, string>) =>
      call('AdminUpdateUserAttributes', { Username, UserAttributes: listed(attributes) }),
    create: (attributes: Record<string, string>, rest: Record<string, unknown> = {}) => {
      const UserAttributes = listed(attributes);
      return call('AdminCreateUser', { Username: 'user-c', UserAttributes, ...rest });
    },
  };
}

describe('a preferred_username', () => {
  it('of another user is refused, in any letter case, and nothing changes', async () => {
    const { update, create, attributesOf, users } = aPool();

    const answers = [
      await update('user-b', { preferred_username: 'ADA' }),
      await create({ preferred_username: 'Ada' }),
    ];

    expect(answers.map(({ error }) => error)).toEqual(Array(2).fill('AliasExistsException'));
    expect(answers[0]?.message).toContain('preferred_username');
    expect(attributesOf('user-b')['preferred_username']).toBe('bob');
    expect(users).toHaveLength(2);
  });

  it('of the user itself, of nobody, or deleted is taken', async () => {
    const { update } = aPool();

    for (const preferred_username of ['ADA', 'countess', '']) {
      expect((await update('user-a', { preferred_username })).error).toBe(null);
    }
  });

  it('that two users ask for at once goes to one of them', async () => {
    const { update } = aPool();

    const both = ['user-a', 'user-b'].map((user) => update(user, { preferred_username: 'new' }));
    const errors = (await Promise.all(both)).map(({ error }) => error);

    expect(errors).toEqual([null, 'AliasExistsException']);
  });

  it.each([
    ['refused', 'InvalidParameterException'],
    ['accepted', null],
  ])('in the form of an e-mail is %s as observed', async (answer, error) => {
    const { update } = aPool({ email_form_preferred_username: answer });

    expect(await update('user-a', { preferred_username: 'a@b' })).toMatchObject({ error });
  });
});

describe('an e-mail', () => {
  it('that another user has verified may be held unverified', async () => {
    const { update, attributesOf } = aPool();

    const answer = await update('user-b', { email: ADA.email, email_verified: 'false' });

    expect(answer.error).toBe(null);
    expect(attributesOf('user-a')['email_verified']).toBe('true');
  });

  it('moves to the user for whom an administrator marks it verified', async () => {
    const { update, attributesOf } = aPool();

    await update('user-b', { email: 'ADA@x.example', email_verified: 'true' });

    expect(attributesOf('user-b')['email_verified']).toBe('true');
    expect(attributesOf('user-a')).toEqual({ ...ADA, email_verified: 'false' });
  });

  it('moves as well if the user held it already', async () => {
    const { update, attributesOf } = aPool();
    await update('user-b', { email: ADA.email, email_verified: 'false' });

    await update('user-b', { email_verified: 'true' });

    expect(attributesOf('user-a')['email_verified']).toBe('false');
  });

  it('is unverified once it changes, unless the call says otherwise', async () => {
    const { update, attributesOf } = aPool();

    await update('user-a', { email: 'new@x.example' });

    expect(attributesOf('user-a')['email_verified']).toBe('false');
  });

  it('stays verified if it does not change', async () => {
    const { update, attributesOf } = aPool();

    await update('user-a', { email: ADA.email, locale: 'en' });

    expect(attributesOf('user-a')['email_verified']).toBe('true');
  });

  it('of another user is refused for a new one, unless the alias is forced to move', async () => {
    const { create, attributesOf } = aPool();
    const attributes = { email: ADA.email, email_verified: 'true' };

    expect((await create(attributes)).error).toBe('AliasExistsException');
    expect((await create(attributes, { ForceAliasCreation: true })).error).toBe(null);
    expect(attributesOf('user-a')['email_verified']).toBe('false');
  });

  it('is no username where it is an alias', async () => {
    const { create } = aPool();

    const answer = await create({}, { Username: 'ada@x.example' });

    expect(answer.error).toBe('InvalidParameterException');
  });
});

describe('an e-mail in the place of a username', () => {
  function aPoolOfAddresses() {
    const pool = aPool();
    Object.assign(pool.pool, { AliasAttributes: [], UsernameAttributes: ['email'] });
    return pool;
  }

  it('of another user is refused, verified or not, in any letter case', async () => {
    const { update, create, attributesOf } = aPoolOfAddresses();
    Object.assign(attributesOf('user-a'), { email_verified: 'false' });

    const email = 'ADA@x.example';
    const answers = [
      await update('user-b', { email, email_verified: 'true' }),
      await update('user-b', { email, email_verified: 'false' }),
      await create({}, { Username: email }),
    ];

    const [alias, username] = ['AliasExistsException', 'UsernameExistsException'];
    expect(answers.map(({ error }) => error)).toEqual([alias, alias, username]);
    expect(attributesOf('user-b')).toEqual(BOB);
  });

  it('of the user itself, of nobody, or of a user of an identity provider is taken', async () => {
    const { update, users } = aPoolOfAddresses();
    const [ada] = users;
    for (const email of ['ADA@x.example', 'new@x.example']) {
      expect((await update('user-a', { email })).error).toBe(null);
    }

    if (ada) ada.status = 'EXTERNAL_PROVIDER';

    expect((await update('user-b', { email: 'new@x.example' })).error).toBe(null);
  });
});

it('a username of another user is refused, in any letter case, where people know it', async () => {
  const { create, pool } = aPool();
  pool['AliasAttributes'] = ['preferred_username'];

  expect((await create({}, { Username: 'USER-A' })).error).toBe('UsernameExistsException');
  expect((await create({}, { Username: 'carol' })).error).toBe(null);
});

it('compares nothing in a pool without aliases', async () => {
  const { update, pool } = aPool();
  pool['AliasAttributes'] = [];

  expect((await update('user-b', ADA)).error).toBe(null);
});
