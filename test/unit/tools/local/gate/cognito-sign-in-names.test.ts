import { describe, expect, it } from 'vitest';
import { createClientPools } from '../../../../../tools/local/gate/cognito-client-pools.ts';
import { createSignInNames } from '../../../../../tools/local/gate/cognito-sign-in-names.ts';
import { aFakeCognito, CLIENT, POOL } from '../../../../support/fake-cognito.ts';

const ADA = { sub: 'subject-a', preferred_username: 'Ada', email: 'ada@x.example' };

function aPool() {
  const cognito = aFakeCognito({ 'user-a': { ...ADA, email_verified: 'true' } });
  const behaviour = createSignInNames(createClientPools());
  let signedIn = '';
  cognito.pages.set('POST /login', (form) => {
    signedIn = new URLSearchParams(form).get('username') ?? '';
    return { status: 200, headers: {}, body: Buffer.alloc(0) };
  });
  return {
    ...cognito,
    look: (Username: string) =>
      cognito.call(behaviour, 'AdminGetUser', { UserPoolId: POOL, Username }),
    logIn: async (username: string) => {
      await cognito.open(behaviour, '/login', { username, client_id: CLIENT });
      return signedIn;
    },
    initiate: async (USERNAME: string) => {
      const input = { ClientId: CLIENT, AuthParameters: { USERNAME, PASSWORD: 'p' } };
      await cognito.call(behaviour, 'InitiateAuth', input);
      return cognito.calls.at(-1)?.[1];
    },
  };
}

describe('a user', () => {
  it.each(['user-a', 'Ada', 'ADA', 'ada@x.example', 'ADA@X.EXAMPLE'])(
    'is found as %s',
    async (name) => {
      const { look, logIn, initiate } = aPool();

      expect((await look(name)).output.Username).toBe('user-a');
      expect(await logIn(name)).toBe('user-a');
      const AuthParameters = { USERNAME: 'user-a', PASSWORD: 'p' };
      expect(await initiate(name)).toEqual({ ClientId: CLIENT, AuthParameters });
    },
  );

  it('is not found by an e-mail that is not verified', async () => {
    const { look, logIn, attributesOf } = aPool();
    attributesOf('user-a')['email_verified'] = 'false';

    expect((await look('ADA@x.example')).error).toBe('UserNotFoundException');
    expect(await logIn('ADA@x.example')).toBe('ADA@x.example');
  });

  it('does not sign in with the sub', async () => {
    const { users, operations, logIn, look } = aPool();
    const bySub = operations['AdminGetUser'];
    operations['AdminGetUser'] = (input) =>
      bySub?.({
        ...input,
        Username: input['Username'] === ADA.sub ? 'user-a' : input['Username'],
      }) ?? { status: 500, headers: {}, body: Buffer.alloc(0) };

    expect((await look(ADA.sub)).output.Username).toBe('user-a');
    expect(users.map(({ username }) => username)).not.toContain(await logIn(ADA.sub));
  });

  it('is found letter by letter in a pool that respects letter case', async () => {
    const { pool, look } = aPool();
    pool['UsernameConfiguration'] = { CaseSensitive: true };

    expect((await look('ADA')).error).toBe('UserNotFoundException');
  });
});

describe('in a pool of another kind', () => {
  it('an unverified e-mail in the place of a username signs in, but nobody of a provider', async () => {
    const { pool, users, logIn, attributesOf } = aPool();
    Object.assign(pool, { AliasAttributes: [], UsernameAttributes: ['email'] });
    attributesOf('user-a')['email_verified'] = 'false';
    expect(await logIn('ADA@x.example')).toBe('user-a');
    expect(await logIn('Ada')).toBe('Ada');

    for (const user of users) user.status = 'EXTERNAL_PROVIDER';

    expect(await logIn('ADA@x.example')).toBe('ADA@x.example');
  });

  it('a username that people know signs in in any letter case, and an e-mail does not', async () => {
    const { pool, look, logIn } = aPool();
    pool['AliasAttributes'] = ['preferred_username'];

    expect((await look('USER-A')).output.Username).toBe('user-a');
    expect(await logIn('User-A')).toBe('user-a');
    expect(await logIn('ADA')).toBe('user-a');
    expect(await logIn('ada@x.example')).toBe('ada@x.example');
  });
});

it('leaves an unknown name to the emulator', async () => {
  const { look, logIn } = aPool();

  expect((await look('nobody')).error).toBe('UserNotFoundException');
  expect(await logIn('nobody')).toBe('nobody');
});
