import { describe, expect, it } from 'vitest';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import { createClientPools } from '../../../../../tools/local/gate/cognito-client-pools.ts';
import { createTemporaryPasswords } from '../../../../../tools/local/gate/cognito-temporary-passwords.ts';
import { aFakeCognito, CLIENT, json, POOL } from '../../../../support/fake-cognito.ts';

const DAY = 86_400;
const EXPIRED = 'Temporary password has expired and must be reset by an administrator.';
const page = (text: string) => ({ status: 200, headers: {}, body: Buffer.from(text) });

function aPool() {
  const clock = createClock(() => 0);
  const behaviour = createTemporaryPasswords(clock, createClientPools());
  const cognito = aFakeCognito();
  cognito.pages.set('POST /login', (form) =>
    new URLSearchParams(form).get('password') === ''
      ? page('<p>Incorrect username or password.</p>')
      : page('<h1>Set a new password</h1>'),
  );
  cognito.operations['InitiateAuth'] = () => json({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  return {
    ...cognito,
    clock,
    create: () =>
      cognito.call(behaviour, 'AdminCreateUser', {
        UserPoolId: POOL,
        Username: 'ada',
        UserAttributes: [],
      }),
    setPassword: (Permanent: boolean) =>
      cognito.call(behaviour, 'AdminSetUserPassword', {
        UserPoolId: POOL,
        Username: 'ada',
        Permanent,
      }),
    logIn: async () =>
      String(
        (
          await cognito.open(behaviour, '/login', {
            username: 'ada',
            password: 'p',
            client_id: CLIENT,
          })
        ).body,
      ),
    initiate: () =>
      cognito.call(behaviour, 'InitiateAuth', {
        ClientId: CLIENT,
        AuthParameters: { USERNAME: 'ada' },
      }),
  };
}

describe('a temporary password', () => {
  it('signs in until seven days after the user was made', async () => {
    const { clock, create, logIn, initiate } = aPool();
    await create();
    clock.advance(7 * DAY - 1);

    expect(await logIn()).toContain('Set a new password');
    expect((await initiate()).error).toBe(null);

    clock.advance(1);
    expect(await logIn()).toBe(`<p>${EXPIRED}</p>`);
    expect(await initiate()).toMatchObject({ error: 'NotAuthorizedException', message: EXPIRED });
  });

  it('lasts as long as the policy says', async () => {
    const { clock, create, pool, initiate } = aPool();
    pool['Policies'] = { PasswordPolicy: { TemporaryPasswordValidityDays: 1 } };
    await create();
    clock.advance(DAY);

    expect((await initiate()).error).toBe('NotAuthorizedException');
  });

  it('lasts anew once an operator sets another', async () => {
    const { clock, create, setPassword, initiate } = aPool();
    await create();
    clock.advance(7 * DAY);

    await setPassword(false);

    expect((await initiate()).error).toBe(null);
  });
});

it('lets a user of the same name in another pool sign in', async () => {
  const { clock, create, operations, initiate } = aPool();
  await create();
  clock.advance(7 * DAY);
  operations['ListUserPools'] = () => json({ UserPools: [{ Id: 'us-east-1_other' }] });

  expect((await initiate()).error).toBe(null);
});

it('lets a permanent password last', async () => {
  const { clock, create, setPassword, logIn } = aPool();
  await create();
  await setPassword(true);
  clock.advance(7 * DAY);

  expect(await logIn()).toContain('Set a new password');
});
