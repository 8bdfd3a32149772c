/** Probes of what the gate adds to user pools: true while the emulator at an endpoint lacks it. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminListUserSessionsCommand,
  AdminUserGlobalSignOutCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  ListUserPoolsCommand,
  SetUserPoolSessionConfigurationCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { mailsTo } from '../outbox.ts';
import { claimsOf } from './cognito-jwt.ts';
import { CALLBACK, createPoolWithAda, createProbePool, PASSWORD } from './cognito-probe-pool.ts';

type Probe = (endpoint: string) => Promise<boolean>;
/** Names of a pool in which people sign in by e-mail alone. */
const BY_EMAIL = { UsernameAttributes: ['email' as const] };
const WEEK_SECONDS = 7 * 86_400;

/** By name of the module, then by what AWS does. */
export const COGNITO_PROBES: Readonly<Record<string, Readonly<Record<string, Probe>>>> = {
  'cognito-aliases': {
    'refuses the preferred_username of another user': async (endpoint) => {
      const { register, update } = await createProbePool(endpoint);
      await register('ada', { preferred_username: 'countess' });
      await register('bob');
      return !(await isRefused(
        'AliasExistsException',
        update('bob', { preferred_username: 'countess' }),
      ));
    },
    'refuses an e-mail in the place of a username of another user': async (endpoint) => {
      const { register, update } = await createProbePool(endpoint, BY_EMAIL);
      for (const name of ['ada', 'bob']) await register(`${name}@probe.example`);
      const email = update('bob@probe.example', { email: 'ada@probe.example' });
      return !(await isRefused('AliasExistsException', email));
    },
    'refuses a username in another letter case': async (endpoint) => {
      const { create } = await createProbePool(endpoint, {});
      await create('ada');
      return !(await isRefused('UsernameExistsException', create('Ada')));
    },
  },
  'cognito-sign-in-names': {
    'finds a user by an alias in another letter case': async (endpoint) => {
      const { client, UserPoolId } = await createPoolWithAda(endpoint);
      const input = { UserPoolId, Username: 'ADA@probe.example' };
      return isRefused('UserNotFoundException', client.send(new AdminGetUserCommand(input)));
    },
    'finds a user by an e-mail in the place of a username in another letter case': async (
      endpoint,
    ) => {
      const { register, signIn } = await createProbePool(endpoint, BY_EMAIL);
      await register('ada@probe.example');
      return isRefused(null, signIn('ADA@probe.example'));
    },
    'finds a user by a username in another letter case': async (endpoint) => {
      const { register, signIn } = await createProbePool(endpoint, {});
      await register('ada');
      return isRefused(null, signIn('ADA'));
    },
  },
  'cognito-mail': {
    'mails a code where an e-mail changes': async (endpoint) => {
      const { update, UserPoolId } = await createPoolWithAda(endpoint);
      const email = `${UserPoolId?.toLowerCase()}@probe.example`;
      await update('ada', { email });
      return (await mailsTo(endpoint, email)).length === 0;
    },
  },
  'cognito-verification': {
    'checks a code': async (endpoint) => {
      const { client, signIn } = await createPoolWithAda(endpoint);
      const { AccessToken } = await signIn('ada');
      const input = { AccessToken, AttributeName: 'email', Code: '000000' };
      const verify = client.send(new VerifyUserAttributeCommand(input));
      return !(await isRefused('ExpiredCodeException', verify));
    },
  },
  'cognito-access-tokens': {
    'revokes access tokens at a global sign-out': async (endpoint) => {
      const { client, signIn, ada } = await createPoolWithAda(endpoint);
      const { AccessToken } = await signIn('ada');
      await client.send(new AdminUserGlobalSignOutCommand(ada));
      const user = client.send(new GetUserCommand({ AccessToken }));
      return !(await isRefused('NotAuthorizedException', user));
    },
  },
  'cognito-tokens': {
    'keeps auth_time through a refresh': async (endpoint) => {
      const { client, signIn, ClientId } = await createPoolWithAda(endpoint);
      const { AccessToken, RefreshToken } = await signIn('ada');
      // The resolution of auth_time is a second.
      await sleep(1100);
      const command = new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken });
      const { AuthenticationResult } = await client.send(command);
      const refreshed = claimsOf(AuthenticationResult?.AccessToken ?? '');
      return refreshed['auth_time'] !== claimsOf(AccessToken)['auth_time'];
    },
  },
  'cognito-session-api': {
    'lists sessions': async (endpoint) => {
      const { client, ada, UserPoolId } = await createPoolWithAda(endpoint);
      const TokenSession = { MaxPerUser: 20 };
      const tracking = { UserPoolId, UserSessionTracking: 'ENABLED' as const, TokenSession };
      const list = async () => {
        await client.send(new SetUserPoolSessionConfigurationCommand(tracking));
        await client.send(new AdminListUserSessionsCommand(ada));
      };
      return isRefused(null, list());
    },
  },
  'cognito-hosted-sign-in': {
    'sets a cookie at a sign-in': async (endpoint) => {
      const { ClientId = '' } = await createPoolWithAda(endpoint);
      const client = { client_id: ClientId, redirect_uri: CALLBACK, response_type: 'code' };
      const credentials = { username: 'ada', password: PASSWORD };
      const body = new URLSearchParams({ ...client, ...credentials, scope: 'openid' });
      const request = { method: 'POST', body, redirect: 'manual' as const };
      return !(await fetch(`${endpoint}/login`, request)).headers.has('set-cookie');
    },
  },
  'cognito-disabled-users': {
    'refuses the sign-out of a disabled user': async (endpoint) => {
      const { client, ada } = await createPoolWithAda(endpoint);
      await client.send(new AdminDisableUserCommand(ada));
      const signOut = client.send(new AdminUserGlobalSignOutCommand(ada));
      return !(await isRefused('NotAuthorizedException', signOut));
    },
  },
  'cognito-temporary-passwords': {
    'lets them run out': async (endpoint) => {
      const { create, signIn } = await createProbePool(endpoint);
      await create('ada');
      await control(endpoint, 'clock', { advanceSeconds: WEEK_SECONDS });
      return !(await isRefused('NotAuthorizedException', signIn('ada')));
    },
  },
  'cognito-write-attributes': {
    'lets nobody mark an own address as verified': async (endpoint) => {
      const { client, signIn } = await createPoolWithAda(endpoint);
      const { AccessToken } = await signIn('ada');
      const UserAttributes = [{ Name: 'email_verified', Value: 'true' }];
      const command = new UpdateUserAttributesCommand({ AccessToken, UserAttributes });
      return !(await isRefused('NotAuthorizedException', client.send(command)));
    },
  },
  'cognito-quotas': {
    'refuses calls above a quota': async (endpoint) => {
      const { client } = await createProbePool(endpoint);
      await control(endpoint, 'quotas', { ListUserPools: 0 });
      const call = client.send(new ListUserPoolsCommand({ MaxResults: 1 }));
      const refused = await isRefused('TooManyRequestsException', call);
      await control(endpoint, 'quotas', {});
      return !refused;
    },
  },
};

/** Asks the gate, which a bare emulator is without. */
const control = (endpoint: string, name: string, body: unknown) =>
  fetch(`${endpoint}/_gate/${name}`, { method: 'POST', body: JSON.stringify(body) });

/** Whether a call fails with an error of that name, or with any for null. */
async function isRefused(name: string | null, call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    return name === null || (error instanceof Error && error.name === name);
  }
}
