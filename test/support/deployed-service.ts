/** Client of the deployed service for API tests: creates accounts and sends requests. */
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { StoredAccount } from '../../lib/account/account.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { newRecord } from '../../lib/account/record-change.ts';
import { firstAccount } from '../../lib/self-service/provisioning.ts';
import { signIn, signInAsService, signInThroughProvider } from '../../tools/local/sign-in.ts';
import { newPassword, operatorPorts } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';

/** The service that the global set-up started. */
export const stack = inject('stack');
/** Operators' ports of the service. */
export const ports = operatorPorts(stack, clientSettings(stack.endpointUrl));

/** A unique name, because tests share one deployment. */
export const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

/** A response; a JSON body is parsed. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect arbitrary bodies
  body: any;
}

interface Call {
  token?: string | null;
  method?: string;
  headers?: Record<string, string>;
  /** Strings and bytes are sent unchanged, bytes without a content type; all else as JSON. */
  body?: unknown;
  query?: string;
  /** @default /users/me */
  path?: string;
}

export async function call(given: Call): Promise<Answer> {
  const { token = null, method = 'GET', headers = {}, body, query = '' } = given;
  const { path = '/users/me' } = given;
  const isPlain = body === undefined || body instanceof Uint8Array;
  const isReady = typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(`${stack.apiUrl}${path}${query}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(isPlain ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isReady ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

export const get = (token: string, headers: Record<string, string> = {}) =>
  call({ token, headers });
export const patch = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  call({ token, method: 'PATCH', body, headers });
export const mergePatch = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  patch(token, body, { 'content-type': 'application/merge-patch+json', ...headers });

/** The response once the service is available: under load, 503 with `Retry-After` is a right one. */
export async function untilAvailable(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send();
    if (response.status !== 503 || attempt === 20) return response;
    const seconds = Number(response.headers.get('retry-after')) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** A signed-in account. */
export interface TestPerson {
  username: string;
  email: string;
  password: string;
  subject: string;
  directoryName: string;
  token: string;
  refreshToken: string;
}

/** Creates and signs in a local user with a record. */
export async function aPerson(
  account: Partial<StoredAccount> = {},
  given: Partial<AccountRecord> = {},
): Promise<TestPerson> {
  const person = await aStranger(account);
  const known = await ports.directory.find(person.directoryName);
  if (!known) throw new Error('The user was not found');
  const made = { ...firstAccount(known, new Set(), stack), ...account };
  const { directoryName } = person;
  const now = ports.runtime.nowSeconds();
  const record = newRecord(person.subject, made, now, { directoryName });
  await ports.store.create({ ...record, ...given });
  return person;
}

/** Creates and signs in a local user without a record. */
export async function aStranger(names: { username?: string; email?: string | null } = {}) {
  const username = names.username ?? unique('person');
  const email = names.email ?? `${unique('person')}@users.example`;
  const password = newPassword();
  const temporaryPassword = newPassword();
  const made = await ports.admin.createPerson({ username, email, temporaryPassword });
  await ports.directory.setPassword(made.directoryName, password);
  const { accessToken, refreshToken } = await signIn(stack, { username, password });
  const { subject, directoryName } = made;
  const token = accessToken;
  return {
    username,
    email,
    password,
    subject,
    directoryName,
    token,
    refreshToken: refreshToken ?? '',
  };
}

/** Signs in a new user through the identity provider. */
export async function anSsoPerson(subject = unique('corp'), email = `${subject}@partner.example`) {
  const { name: provider } = stack.identityProvider;
  const { accessToken } = await signInThroughProvider(stack, {
    provider,
    identity: { subject, email },
  });
  return { subject, email, token: accessToken };
}

/** Access token of the demo service account. */
export async function aServiceToken(scopes?: string[]): Promise<string> {
  const [service] = stack.serviceAccounts;
  if (!service) throw new Error('There is no demo service account');
  return (await signInAsService(stack, service, scopes)).accessToken;
}

/** The stored record of a subject. */
export async function recordOf(subject: string): Promise<AccountRecord> {
  const record = await ports.store.find(subject);
  if (!record) throw new Error(`There is no record of ${subject}`);
  return record;
}

/** Replaces the stored record, bypassing all rules. */
export async function rewrite(subject: string, changes: Partial<AccountRecord>): Promise<void> {
  const record = await recordOf(subject);
  await ports.store.replace(record, { ...record, ...changes });
}

/** Lets the lease of an open intent run out, as time would. @returns whether there was one */
export async function endLease(subject: string): Promise<boolean> {
  const intent = (await ports.store.find(subject))?.intent ?? null;
  if (intent !== null) await rewrite(subject, { intent: { ...intent, leaseUntil: 0 } });
  return intent !== null;
}
