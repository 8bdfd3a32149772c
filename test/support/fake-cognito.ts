/** What a behaviour of the gate has behind it in a unit test: one pool as lenient as the emulator's. */
import type { Json } from '../../tools/local/gate/cognito-api.ts';
import { claimsOf } from '../../tools/local/gate/cognito-jwt.ts';
import type { Behaviour, Forward, GateResponse } from '../../tools/local/gate/gate.ts';

export const POOL = 'us-east-1_pool';
export const CLIENT = 'client';
const CLIENT_OF_ANOTHER_POOL = 'another-client';

/** A stored user. */
export interface FakeUser {
  username: string;
  enabled: boolean;
  status: string;
  attributes: Record<string, string>;
}

/** A response, parsed. */
export interface Answer {
  status: number;
  /** Name of the refusal; null for a success. */
  error: string | null;
  message: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect arbitrary outputs
  output: any;
}

/** A pool with the service's settings and these users. */
export function aFakeCognito(users: Record<string, Record<string, string>> = {}) {
  const stored = Object.entries(users).map(([username, attributes]) => aUser(username, attributes));
  const pool: Json = {
    Id: POOL,
    AliasAttributes: ['preferred_username', 'email'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Domain: 'sign-in',
  };
  const domain: Json = { ManagedLoginVersion: 2 };
  /** Calls that arrived, by operation, with their inputs. */
  const calls: [operation: string, input: Json][] = [];
  /** Responses to other requests, by method and path. */
  const pages = new Map<string, (body: string) => GateResponse>();

  const find = (name: unknown) => stored.find(({ username }) => username === name);
  const operations: Record<string, (input: Json) => GateResponse> = {
    DescribeUserPool: ({ UserPoolId }) =>
      UserPoolId === POOL ? json({ UserPool: pool }) : fail('ResourceNotFoundException'),
    DescribeUserPoolDomain: () => json({ DomainDescription: domain }),
    DescribeUserPoolClient: ({ ClientId }) =>
      ClientId === CLIENT_OF_ANOTHER_POOL ? fail('ResourceNotFoundException') : json({}),
    ListUserPools: () => json({ UserPools: [{ Id: POOL }] }),
    ListUsers: ({ Filter }) => {
      const [, name = '', value = ''] = /^(\w+) = "(.*)"$/.exec(String(Filter)) ?? [];
      const matches = ({ attributes }: FakeUser) =>
        Filter === undefined || attributes[name]?.toLowerCase() === value.toLowerCase();
      return json({ Users: stored.filter(matches).map((user) => output(user, 'Attributes')) });
    },
    AdminGetUser: ({ Username }) => {
      const user = find(Username);
      return user ? json(output(user, 'UserAttributes')) : fail('UserNotFoundException');
    },
    GetUser: ({ AccessToken }) => {
      const user = find(claimsOf(String(AccessToken))['username']);
      return user ? json(output(user, 'UserAttributes')) : fail('NotAuthorizedException');
    },
    AdminCreateUser: ({ Username, UserAttributes }) => {
      stored.push(aUser(String(Username), record(UserAttributes)));
      return json({});
    },
    AdminUpdateUserAttributes: ({ Username, UserAttributes }) => {
      Object.assign(find(Username)?.attributes ?? {}, record(UserAttributes));
      return json({});
    },
    UpdateUserAttributes: ({ AccessToken, UserAttributes }) => {
      const user = find(claimsOf(String(AccessToken))['username']);
      Object.assign(user?.attributes ?? {}, record(UserAttributes));
      return json({ CodeDeliveryDetailsList: [] });
    },
  };

  const forward: Forward = async ({ method, url, headers, body }) => {
    const operation = String(headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    if (operation === '') {
      const page = pages.get(`${method} ${new URL(url, 'http://fake').pathname}`);
      return page ? page(body.toString()) : { status: 404, headers: {}, body: Buffer.alloc(0) };
    }
    const input = JSON.parse(body.toString());
    calls.push([operation, input]);
    return operations[operation]?.(input) ?? json({});
  };

  return {
    pool,
    domain,
    users: stored,
    calls,
    pages,
    operations,
    forward,
    attributesOf: (username: string) => find(username)?.attributes ?? {},
    /** Calls an operation through a behaviour. */
    call: async (behaviour: Behaviour, operation: string, input: Json): Promise<Answer> => {
      const headers = { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
      const body = Buffer.from(JSON.stringify(input));
      return parsed(await behaviour({ method: 'POST', url: '/', headers, body }, forward));
    },
    /** Opens a page, or posts a form, through a behaviour. */
    open: (behaviour: Behaviour, url: string, form?: Record<string, string>, cookie = '') =>
      behaviour(
        {
          method: form ? 'POST' : 'GET',
          url,
          headers: { cookie },
          body: Buffer.from(new URLSearchParams(form).toString()),
        },
        forward,
      ),
  };
}

export const json = (body: Json): GateResponse => ({
  status: 200,
  headers: {},
  body: Buffer.from(JSON.stringify(body)),
});

/** A refusal of the emulator. */
const fail = (name: string): GateResponse => ({ ...json({ __type: name }), status: 400 });

/** The response with its body parsed. */
export function parsed({ status, body }: GateResponse): Answer {
  const output = body.length === 0 ? {} : JSON.parse(body.toString());
  const error = status >= 400 ? String(output.__type ?? output.error) : null;
  return { status, error, message: String(output.message ?? ''), output };
}

/** Attributes as the API takes them. */
export const listed = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

const record = (attributes: unknown): Record<string, string> =>
  Object.fromEntries(
    (attributes as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]),
  );

function aUser(username: string, attributes: Record<string, string>): FakeUser {
  return { username, enabled: true, status: 'CONFIRMED', attributes: { ...attributes } };
}

function output({ username, enabled, status, attributes }: FakeUser, name: string): Json {
  const rest = { Enabled: enabled, UserStatus: status, [name]: listed(attributes) };
  return { Username: username, ...rest };
}
