/**
 * Sign-in names: a user is found by username, preferred_username or verified e-mail in any letter
 * case, by an e-mail in the place of a username also unverified, and nobody signs in with a `sub`.
 * The emulator compares letter by letter.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html
 */
import { randomUUID } from 'node:crypto';
import {
  type CognitoCall,
  type Json,
  jsonOf,
  onCognitoCall,
  refusalOf,
  textOf,
  withInput,
} from './cognito-api.ts';
import type { PoolOfClient } from './cognito-client-pools.ts';
import { formOf, pathOf, withForm } from './cognito-oauth.ts';
import {
  findUser,
  hasKnownUsernames,
  isFederated,
  type Pool,
  poolOf,
  type User,
  userNamed,
  usersWith,
} from './cognito-users.ts';
import type { Behaviour, Forward } from './gate.ts';

/** Operations of an app client that take a name of a user. */
const CLIENT_OPERATIONS = [
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'ForgotPassword',
  'InitiateAuth',
  'ResendConfirmationCode',
];

/** Finds users as AWS does. */
export function createSignInNames(poolOfClient: PoolOfClient): Behaviour {
  const onApi = onCognitoCall(async (call) => {
    const { operation, input, request, forward } = call;
    if (CLIENT_OPERATIONS.includes(operation) || operation === 'AdminInitiateAuth') {
      const poolId =
        textOf(input, 'UserPoolId') || (await poolOfClient(forward, textOf(input, 'ClientId')));
      return forward(withInput(request, await withSignInName(forward, poolId, input)));
    }
    return operation.startsWith('Admin') ? findForAdmin(call) : forward(request);
  });

  return async (request, forward) => {
    if (request.method !== 'POST' || pathOf(request) !== '/login') return onApi(request, forward);
    const form = formOf(request);
    const name = form.get('username');
    if (name === null) return forward(request);
    const poolId = await poolOfClient(forward, form.get('client_id') ?? '');
    form.set('username', await signInNameOf(forward, poolId, name));
    return forward(withForm(request, form));
  };
}

/** The emulator first, since the service names users by their exact username. */
async function findForAdmin({ operation, input, request, forward }: CognitoCall) {
  const response = await forward(request);
  const isUnknown = refusalOf(response) === 'UserNotFoundException';
  if (!isUnknown || operation === 'AdminCreateUser') return response;
  const user = await findByAlias(forward, textOf(input, 'UserPoolId'), textOf(input, 'Username'));
  return user ? forward(withInput(request, { ...input, Username: user.username })) : response;
}

async function withSignInName(forward: Forward, poolId: string, input: Json): Promise<Json> {
  const name = textOf(input, 'Username');
  if (name !== '') return { ...input, Username: await signInNameOf(forward, poolId, name) };
  const parameters = jsonOf(JSON.stringify(input['AuthParameters'] ?? {}));
  const alias = textOf(parameters, 'USERNAME');
  if (alias === '') return input;
  const USERNAME = await signInNameOf(forward, poolId, alias);
  return { ...input, AuthParameters: { ...parameters, USERNAME } };
}

/** The username behind a name; a name of nobody stays as it is. */
async function signInNameOf(forward: Forward, poolId: string, name: string): Promise<string> {
  const user =
    (await findUser(forward, poolId, name)) ?? (await findByAlias(forward, poolId, name));
  if (!user) return name;
  const isSubject = user.username !== name && user.attributes.get('sub') === name;
  return isSubject ? randomUUID() : user.username;
}

async function findByAlias(forward: Forward, poolId: string, name: string): Promise<User | null> {
  const pool = await poolOf(forward, poolId);
  if (!pool || name === '' || !ignoresCase(pool)) return null;
  for (const attribute of [...pool.AliasAttributes, ...pool.UsernameAttributes]) {
    const users = await usersWith(forward, poolId, [attribute, name]);
    const owner = users.find((user) => signsIn(pool, attribute, user));
    if (owner) return owner;
  }
  return hasKnownUsernames(pool) ? userNamed(forward, poolId, name) : null;
}

/** An address that stands in the place of a username signs in unverified, one besides it does not. */
function signsIn({ UsernameAttributes }: Pool, attribute: string, user: User): boolean {
  if (UsernameAttributes.includes(attribute)) return !isFederated(user);
  return (
    attribute === 'preferred_username' || user.attributes.get(`${attribute}_verified`) === 'true'
  );
}

const ignoresCase = ({ UsernameConfiguration }: Pool) =>
  UsernameConfiguration.CaseSensitive !== true;
