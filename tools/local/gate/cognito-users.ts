/** Users and pools of the emulator, which stays the only store of them. */
import * as v from 'valibot';
import { callCognito, type Json, jsonOf, refusalOf } from './cognito-api.ts';
import type { Forward } from './gate.ts';

const AttributesSchema = v.optional(
  v.array(v.object({ Name: v.string(), Value: v.optional(v.string(), '') })),
  [],
);
const UserSchema = v.object({
  Username: v.string(),
  Enabled: v.optional(v.boolean(), true),
  UserStatus: v.optional(v.string(), ''),
  Attributes: AttributesSchema,
  UserAttributes: AttributesSchema,
});
const PageSchema = v.object({
  Users: v.array(UserSchema),
  PaginationToken: v.optional(v.string()),
});

/** A user of a pool. */
export interface User {
  username: string;
  enabled: boolean;
  status: string;
  attributes: ReadonlyMap<string, string>;
}

const PoolSchema = v.object({
  UserPool: v.object({
    AliasAttributes: v.optional(v.array(v.string()), []),
    UsernameAttributes: v.optional(v.array(v.string()), []),
    AutoVerifiedAttributes: v.optional(v.array(v.string()), []),
    Domain: v.nullish(v.string()),
    EmailConfiguration: v.optional(v.object({ From: v.optional(v.string()) }), {}),
    EmailVerificationMessage: v.optional(v.string(), ''),
    EmailVerificationSubject: v.optional(v.string(), ''),
    Policies: v.optional(
      v.object({
        PasswordPolicy: v.optional(
          v.object({ TemporaryPasswordValidityDays: v.optional(v.number(), 7) }),
          {},
        ),
      }),
      {},
    ),
    UserAttributeUpdateSettings: v.optional(
      v.object({ AttributesRequireVerificationBeforeUpdate: v.optional(v.array(v.string()), []) }),
      {},
    ),
    UsernameConfiguration: v.optional(v.object({ CaseSensitive: v.optional(v.boolean()) }), {}),
    UserPoolTier: v.optional(v.string(), 'ESSENTIALS'),
    VerificationMessageTemplate: v.optional(
      v.object({ EmailSubject: v.optional(v.string()), EmailMessage: v.optional(v.string()) }),
      {},
    ),
  }),
});
/** Settings of a pool. */
export type Pool = v.InferOutput<typeof PoolSchema>['UserPool'];

/** The settings of a pool; null if there is none of that id. */
export async function poolOf(forward: Forward, userPoolId: string): Promise<Pool | null> {
  const response = await callCognito(forward, 'DescribeUserPool', { UserPoolId: userPoolId });
  return refusalOf(response) === null ? v.parse(PoolSchema, jsonOf(response.body)).UserPool : null;
}

/** A user by any name that the emulator knows. */
export async function findUser(forward: Forward, userPoolId: string, username: string) {
  const input = { UserPoolId: userPoolId, Username: username };
  const response = await callCognito(forward, 'AdminGetUser', input);
  return refusalOf(response) === null ? userOf(jsonOf(response.body)) : null;
}

/** The user whom an access token names; null if the emulator refuses it. */
export async function userOfToken(forward: Forward, accessToken: string): Promise<User | null> {
  const response = await callCognito(forward, 'GetUser', { AccessToken: accessToken });
  return refusalOf(response) === null ? userOf(jsonOf(response.body)) : null;
}

/** All users whose attribute has the value, whatever its letter case. */
export async function usersWith(
  forward: Forward,
  userPoolId: string,
  [name, value]: readonly [name: string, value: string],
): Promise<User[]> {
  const users = await listUsers(forward, userPoolId, { Filter: `${name} = "${value}"` });
  // The emulator ignores a filter that it cannot read, such as one with a quotation mark.
  return users.filter(({ attributes }) => isSameName(attributes.get(name) ?? '', value));
}

/** The user of that username, whatever its letter case: no filter of Cognito finds it so. */
export async function userNamed(
  forward: Forward,
  userPoolId: string,
  name: string,
): Promise<User | null> {
  const users = await listUsers(forward, userPoolId, {});
  return users.find(({ username }) => isSameName(username, name)) ?? null;
}

async function listUsers(forward: Forward, UserPoolId: string, filter: Json): Promise<User[]> {
  const users: User[] = [];
  let next: string | undefined;
  do {
    const page = next === undefined ? {} : { PaginationToken: next };
    const response = await callCognito(forward, 'ListUsers', { UserPoolId, ...filter, ...page });
    if (refusalOf(response) !== null) return [];
    const { Users, PaginationToken } = v.parse(PageSchema, jsonOf(response.body));
    users.push(...Users.map(toUser));
    next = PaginationToken;
  } while (next !== undefined);
  return users;
}

/**
 * Whether people know the usernames of a pool: where they sign in by e-mail alone Cognito makes them
 * up, and where the e-mail is an alias this service does.
 */
export function hasKnownUsernames({ AliasAttributes, UsernameAttributes }: Pool): boolean {
  return UsernameAttributes.length === 0 && !AliasAttributes.includes('email');
}

/** Whether a user is of an identity provider: those have no password, and names of their own. */
export const isFederated = ({ status }: User) => status === 'EXTERNAL_PROVIDER';

/** Whether two sign-in names are one in a pool that ignores letter case. */
const isSameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** A list of attributes as a map. */
export function attributesOf(value: unknown): Map<string, string> {
  const parsed = v.safeParse(AttributesSchema, value);
  return new Map(parsed.success ? parsed.output.map(({ Name, Value }) => [Name, Value]) : []);
}

/** A map of attributes as the API takes it. */
export const attributeList = (attributes: ReadonlyMap<string, string>) =>
  [...attributes].map(([Name, Value]) => ({ Name, Value }));

const userOf = (output: Json): User => toUser(v.parse(UserSchema, output));

function toUser(user: v.InferOutput<typeof UserSchema>): User {
  const attributes = [...user.Attributes, ...user.UserAttributes];
  return {
    username: user.Username,
    enabled: user.Enabled,
    status: user.UserStatus,
    attributes: new Map(attributes.map(({ Name, Value }) => [Name, Value])),
  };
}
