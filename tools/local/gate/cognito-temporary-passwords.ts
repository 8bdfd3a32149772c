/**
 * A temporary password runs out after the days that the pool's policy says. The emulator's never do.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html
 */
import type { Clock } from './clock.ts';
import { type CognitoCall, jsonOf, onCognitoCall, refused, textOf } from './cognito-api.ts';
import type { PoolOfClient } from './cognito-client-pools.ts';
import { formOf, pathOf, withForm } from './cognito-oauth.ts';
import { findUser, poolOf } from './cognito-users.ts';
import type { Behaviour, Forward } from './gate.ts';

const DAY = 86_400_000;
const EXPIRED = 'Temporary password has expired and must be reset by an administrator.';
/** What the emulator's form says of any wrong password, and the heading of its next form. */
const WRONG = 'Incorrect username or password.';
const NEXT_FORM = 'Set a new password';

/** Refuses temporary passwords that have run out. */
export function createTemporaryPasswords(clock: Clock, poolOfClient: PoolOfClient): Behaviour {
  /** Ends of temporary passwords, by pool and username. */
  const ends = new Map<string, number>();

  async function follow({ operation, input, forward }: CognitoCall): Promise<void> {
    const isSet = operation === 'AdminSetUserPassword';
    if (!isSet && operation !== 'AdminCreateUser') return;
    const poolId = textOf(input, 'UserPoolId');
    const [pool, user] = await Promise.all([
      poolOf(forward, poolId),
      findUser(forward, poolId, textOf(input, 'Username')),
    ]);
    if (!pool || !user) return;
    if (isSet && input['Permanent'] === true) ends.delete(keyOf(poolId, user.username));
    else {
      const { TemporaryPasswordValidityDays } = pool.Policies.PasswordPolicy;
      ends.set(keyOf(poolId, user.username), clock.now() + TemporaryPasswordValidityDays * DAY);
    }
  }
  const hasExpired = async (forward: Forward, clientId: string, username: string) => {
    const poolId = await poolOfClient(forward, clientId);
    return (ends.get(keyOf(poolId, username)) ?? Infinity) <= clock.now();
  };

  const onApi = onCognitoCall(async (call) => {
    const response = await call.forward(call.request);
    if (response.status !== 200) return response;
    await follow(call);
    if (jsonOf(response.body)['ChallengeName'] !== 'NEW_PASSWORD_REQUIRED') return response;
    const { input, forward } = call;
    const username = textOf(jsonOf(JSON.stringify(input['AuthParameters'] ?? {})), 'USERNAME');
    return (await hasExpired(forward, textOf(input, 'ClientId'), username))
      ? refused('NotAuthorizedException', EXPIRED)
      : response;
  });

  return async (request, forward) => {
    if (request.method !== 'POST' || pathOf(request) !== '/login') return onApi(request, forward);
    const form = formOf(request);
    const response = await forward(request);
    const [clientId, username] = [form.get('client_id') ?? '', form.get('username') ?? ''];
    const isTemporary = response.body.includes(NEXT_FORM);
    if (!isTemporary || !(await hasExpired(forward, clientId, username))) return response;
    form.set('password', '');
    const page = await forward(withForm(request, form));
    return { ...page, body: Buffer.from(page.body.toString().replace(WRONG, EXPIRED)) };
  };
}

const keyOf = (poolId: string, username: string) => `${poolId} ${username}`;
