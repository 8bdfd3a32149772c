/**
 * Aliases belong to one user: a preferred_username of another user is refused; several users may hold
 * one e-mail, but only one has it verified, and an administrator who marks it verified takes it from
 * the other. In the place of a username it belongs to one user from the start, in any letter case. The
 * emulator compares nothing, and usernames letter by letter.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
 */
import type { Observations } from './aws-observations.ts';
import {
  type CognitoCall,
  callCognito,
  onCognitoCall,
  refused,
  textOf,
  withInput,
} from './cognito-api.ts';
import { claimsOf, poolOfToken } from './cognito-jwt.ts';
import {
  attributeList,
  attributesOf,
  findUser,
  hasKnownUsernames,
  isFederated,
  type Pool,
  poolOf,
  type User,
  userNamed,
  userOfToken,
  usersWith,
} from './cognito-users.ts';
import type { Behaviour, Forward, GateResponse } from './gate.ts';

const OPERATIONS = ['AdminCreateUser', 'AdminUpdateUserAttributes', 'UpdateUserAttributes'];
const EMAIL = /^[^@\s]+@[^@\s]+$/;

interface Change {
  forward: Forward;
  poolId: string;
  pool: Pool;
  /** Null for a user to be created. */
  user: User | null;
  attributes: Map<string, string>;
}

/** Keeps aliases unique. */
export function createAliasChecks({ answers }: Observations): Behaviour {
  const turns = new Map<string, Promise<unknown>>();
  /** One change of a pool at a time, as between check and write another could take the alias. */
  const inTurn = (poolId: string, work: () => Promise<GateResponse>): Promise<GateResponse> => {
    const turn = (turns.get(poolId) ?? Promise.resolve()).then(work, work);
    turns.set(
      poolId,
      turn.catch(() => undefined),
    );
    return turn;
  };

  return onCognitoCall(async (call) => {
    const { operation, input, request, forward } = call;
    if (!OPERATIONS.includes(operation)) return forward(request);
    const token = textOf(input, 'AccessToken');
    const poolId = textOf(input, 'UserPoolId') || poolOfToken(claimsOf(token));
    return inTurn(poolId, async () => {
      const pool = await poolOf(forward, poolId);
      if (!pool) return forward(request);
      const user = await subjectOf(call, poolId);
      const change = { forward, poolId, pool, user, attributes: attributesIn(call, user) };
      return apply(change, call);
    });
  });

  async function apply(change: Change, call: CognitoCall): Promise<GateResponse> {
    const { forward, poolId, attributes } = change;
    const { input, request } = call;
    const isNew = call.operation === 'AdminCreateUser';
    const message = isNew ? usernameFault(change, textOf(input, 'Username')) : null;
    if (message !== null) return refused('InvalidParameterException', message);
    const refusal = (await refusePreferredUsername(change)) ?? (await refuseUsername(change, call));
    if (refusal) return refusal;
    const owners = await otherOwners(change);
    if (owners.length > 0 && isNew && input['ForceAliasCreation'] !== true) {
      return refused('AliasExistsException', 'An account with the given email already exists.');
    }
    const UserAttributes = attributeList(attributes);
    const response = await forward(withInput(request, { ...input, UserAttributes }));
    if (response.status !== 200) return response;
    for (const { username } of owners) await unverifyEmail(forward, poolId, username);
    return response;
  }

  async function refusePreferredUsername(change: Change): Promise<GateResponse | null> {
    const { forward, poolId, pool, user, attributes } = change;
    const name = attributes.get('preferred_username') ?? '';
    if (name === '' || !pool.AliasAttributes.includes('preferred_username')) return null;
    const isRefusedForm =
      answers.email_form_preferred_username === 'refused' &&
      pool.AliasAttributes.includes('email') &&
      EMAIL.test(name);
    if (isRefusedForm) {
      const message = 'preferred_username cannot be of email format in a pool with email alias.';
      return refused('InvalidParameterException', message);
    }
    const holders = await usersWith(forward, poolId, ['preferred_username', name]);
    return holders.some(({ username }) => username !== user?.username)
      ? refused('AliasExistsException', 'An account with this preferred_username already exists.')
      : null;
  }
}

/** An e-mail in the place of a username, or a known username, belongs to one user, verified or not. */
async function refuseUsername(change: Change, call: CognitoCall): Promise<GateResponse | null> {
  const { forward, poolId, pool, user, attributes } = change;
  const name = user === null ? textOf(call.input, 'Username') : '';
  const isTaken = pool.UsernameAttributes.includes('email')
    ? await isHeld(change, attributes.get('email') ?? name)
    : name !== '' && hasKnownUsernames(pool) && (await userNamed(forward, poolId, name)) !== null;
  if (!isTaken) return null;
  return user === null
    ? refused('UsernameExistsException', 'User account already exists')
    : refused('AliasExistsException', 'An account with the email already exists.');
}

type Place = Pick<Change, 'forward' | 'poolId' | 'pool' | 'user'>;

/** Whether an e-mail signs another user in, so that nobody else can verify it. */
export async function signsAnotherIn(place: Place, email: string): Promise<boolean> {
  const { forward, poolId, pool, user } = place;
  if (pool.UsernameAttributes.includes('email')) return isHeld(place, email);
  const isAlias = pool.AliasAttributes.includes('email');
  return isAlias && (await ownersOfEmail(forward, poolId, email, user)).length > 0;
}

/** Whether another user, who is of no identity provider, has the e-mail. */
async function isHeld({ forward, poolId, user }: Place, email: string): Promise<boolean> {
  if (email === '' || (user && isFederated(user))) return false;
  const holders = await usersWith(forward, poolId, ['email', email]);
  return holders.some((holder) => holder.username !== user?.username && !isFederated(holder));
}

/** The user whom a call is about. */
function subjectOf({ operation, input, forward }: CognitoCall, poolId: string) {
  if (operation === 'AdminCreateUser') return null;
  return operation === 'UpdateUserAttributes'
    ? userOfToken(forward, textOf(input, 'AccessToken'))
    : findUser(forward, poolId, textOf(input, 'Username'));
}

/** Attributes to be written: an e-mail that changes is unverified unless the call says otherwise. */
function attributesIn({ input }: CognitoCall, user: User | null): Map<string, string> {
  const attributes = attributesOf(input['UserAttributes']);
  const email = attributes.get('email');
  const isOther = email !== undefined && user && email !== user.attributes.get('email');
  if (isOther && !attributes.has('email_verified')) attributes.set('email_verified', 'false');
  return attributes;
}

function usernameFault({ pool }: Change, username: string): string | null {
  return pool.AliasAttributes.includes('email') && EMAIL.test(username)
    ? 'Username cannot be of email format, since user pool is configured for email alias.'
    : null;
}

/** Others who have verified the e-mail that the change marks as verified. */
async function otherOwners({ forward, poolId, pool, user, attributes }: Change): Promise<User[]> {
  const email = attributes.get('email') ?? user?.attributes.get('email') ?? '';
  const isVerified = attributes.get('email_verified') === 'true';
  if (!isVerified || email === '' || !pool.AliasAttributes.includes('email')) return [];
  return ownersOfEmail(forward, poolId, email, user);
}

/** Users other than the given one who have verified an e-mail. */
async function ownersOfEmail(
  forward: Forward,
  poolId: string,
  email: string,
  user: User | null,
): Promise<User[]> {
  const holders = await usersWith(forward, poolId, ['email', email]);
  return holders.filter(
    ({ username, attributes }) =>
      username !== user?.username && attributes.get('email_verified') === 'true',
  );
}

async function unverifyEmail(forward: Forward, UserPoolId: string, Username: string) {
  const UserAttributes = [{ Name: 'email_verified', Value: 'false' }];
  await callCognito(forward, 'AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes });
}
