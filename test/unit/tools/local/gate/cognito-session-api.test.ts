import { describe, expect, it } from 'vitest';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import type { Json } from '../../../../../tools/local/gate/cognito-api.ts';
import { claimsOf } from '../../../../../tools/local/gate/cognito-jwt.ts';
import { createSessionManagement } from '../../../../../tools/local/gate/cognito-session-api.ts';
import {
  createSessionStore,
  ownerOf,
} from '../../../../../tools/local/gate/cognito-session-store.ts';
import { aFakeCognito, CLIENT, POOL } from '../../../../support/fake-cognito.ts';
import { aPoolWithKeys } from '../../../../support/pool-keys.ts';

const claims = claimsOf(aPoolWithKeys().accessToken());
const ADA = { UserPoolId: POOL, Username: 'ada' };
const TRACKED = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 20 } };

/** A pool in which ada has signed in through the hosted sign-in. */
async function aPool({ tracked = true } = {}) {
  const store = createSessionStore(createClock(() => 5000));
  const management = createSessionManagement(store);
  const cognito = aFakeCognito({ ada: {}, bob: {} });
  const call = (operation: string, input: Json = {}) =>
    cognito.call(management.behaviour, operation, { UserPoolId: POOL, ...input });
  const signIn = store.openSso();
  signIn.owner = ownerOf(claims);
  const tokens = store.ofToken(claims);
  if (tokens) tokens.origin = signIn;
  if (tracked) await call('SetUserPoolSessionConfiguration', TRACKED);
  return { ...cognito, management, call, list: () => call('AdminListUserSessions', ADA) };
}

describe('sessions', () => {
  it('are listed: that of the app and that of the hosted sign-in', async () => {
    const { list } = await aPool();

    const [app, hosted] = (await list()).output.Sessions;

    expect(app).toMatchObject({
      SessionId: expect.stringMatching(/^tkn[a-z0-9]{25}$/),
      SessionType: 'TOKEN',
      ClientId: CLIENT,
      CreateDate: 5,
      OriginSessionId: hosted.SessionId,
    });
    expect(hosted).toMatchObject({
      SessionId: expect.stringMatching(/^sso[a-z0-9]{25}$/),
      SessionType: 'SSO',
      ClientId: CLIENT,
    });
  });

  it.each([
    ['alone', 'NONE', 1],
    ['with those linked', 'LINKED', 0],
  ])('are ended %s', async (_name, RevokeAssociatedSessions, left) => {
    for (const index of [0, 1]) {
      const { list, call } = await aPool();
      const { SessionId } = (await list()).output.Sessions[index];

      await call('AdminRevokeUserSession', { ...ADA, SessionId, RevokeAssociatedSessions });

      expect((await list()).output.Sessions).toHaveLength(left);
    }
  });

  it('of another user are neither listed nor ended', async () => {
    const { list, call } = await aPool();
    const { SessionId } = (await list()).output.Sessions[0];
    const bob = { ...ADA, Username: 'bob' };

    expect((await call('AdminListUserSessions', bob)).output.Sessions).toEqual([]);
    const answer = await call('AdminRevokeUserSession', { ...bob, SessionId });
    expect(answer.error).toBe('ResourceNotFoundException');
    expect((await list()).output.Sessions).toHaveLength(2);
  });

  it('of nobody are not found', async () => {
    const { call } = await aPool();

    const answer = await call('AdminListUserSessions', { ...ADA, Username: 'nobody' });
    expect(answer.error).toBe('UserNotFoundException');
  });

  it('are not tracked by default', async () => {
    const { list, call } = await aPool({ tracked: false });

    expect((await list()).error).toBe('OperationNotEnabledException');
    const { output } = await call('GetUserPoolSessionConfiguration');
    expect(output).toMatchObject({
      UserSessionTracking: 'DISABLED',
      TokenSession: { MaxPerUser: 20 },
    });
  });
});

describe('the reuse of the hosted sign-in', () => {
  const never = { ClientId: CLIENT, SSOSession: { MaxValidityMinutes: 0 } };

  it('is an hour, or what the client is configured for', async () => {
    const { management, call } = await aPool();
    expect(management.reusableMinutes(POOL, CLIENT)).toBe(60);

    expect((await call('SetUserPoolClientSessionConfiguration', never)).error).toBe(null);

    expect(management.reusableMinutes(POOL, CLIENT)).toBe(0);
    expect(management.reusableMinutes(POOL, 'other')).toBe(60);
    const { output } = await call('GetUserPoolClientSessionConfiguration', { ClientId: CLIENT });
    expect(output.SSOSession).toEqual({ MaxValidityMinutes: 0 });
  });

  it('is configured only where sessions are tracked, and lies dormant where they no longer are', async () => {
    const { management, call } = await aPool();
    await call('SetUserPoolClientSessionConfiguration', never);

    await call('SetUserPoolSessionConfiguration', { ...TRACKED, UserSessionTracking: 'DISABLED' });

    expect(management.reusableMinutes(POOL, CLIENT)).toBe(60);
    const answer = await call('SetUserPoolClientSessionConfiguration', never);
    expect(answer.error).toBe('OperationNotEnabledException');
  });
});

it.each([
  ['SetUserPoolSessionConfiguration', { UserSessionTracking: 'ENABLED' }],
  [
    'SetUserPoolClientSessionConfiguration',
    { ClientId: CLIENT, SSOSession: { MaxValidityMinutes: -1 } },
  ],
])('%s refuses a parameter that is missing or out of range', async (operation, input) => {
  const { call } = await aPool();

  expect((await call(operation, input)).error).toBe('InvalidParameterException');
});

it('refuses pools that do not exist or whose plan is too small', async () => {
  const { call, pool } = await aPool();

  expect((await call('AdminListUserSessions', { ...ADA, UserPoolId: 'x_y' })).error).toBe(
    'ResourceNotFoundException',
  );
  pool['UserPoolTier'] = 'LITE';
  expect((await call('SetUserPoolSessionConfiguration', TRACKED)).error).toBe(
    'FeatureUnavailableInTierException',
  );
});
