/** Client of a deployed service for API tests: creates accounts and sends requests. */
import { randomUUID } from 'node:crypto';
import type { StoredAccount } from '../../lib/account/account.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { newRecord } from '../../lib/account/record-change.ts';
import { firstAccount } from '../../lib/self-service/provisioning.ts';
import type { Deployment } from '../../tools/local/deployment.ts';
import { signIn, signInThroughProvider } from '../../tools/local/sign-in.ts';
import { newPassword, operatorPorts } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';

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

/** A signed-in account. */
export interface TestPerson {
  username: string;
  email: string;
  /** What they were first signed in with. */
  signInName: string;
  password: string;
  subject: string;
  directoryName: string;
  token: string;
  refreshToken: string;
}

/** Helpers of tests on a deployment; `providerName` is that of the identity provider in its pool. */
export function serviceOn(stack: Deployment, providerName: string) {
  const ports = operatorPorts(stack, clientSettings(stack.endpointUrl));

  async function call(given: Call): Promise<Answer> {
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
    const { status } = answer;
    return { status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }
  const get = (token: string, headers: Record<string, string> = {}) => call({ token, headers });
  const patch = (token: string, body: unknown, headers: Record<string, string> = {}) =>
    call({ token, method: 'PATCH', body, headers });

  /** Creates and signs in a local user without a record. */
  async function aStranger(names: { username?: string; email?: string | null } = {}) {
    const username = names.username ?? unique('person');
    const email = names.email ?? `${unique('person')}@users.example`;
    const password = newPassword();
    const temporaryPassword = newPassword();
    const made = await ports.admin.createPerson({ username, email, temporaryPassword });
    await ports.directory.setPassword(made.directoryName, password);
    const signInName = ports.signInNames === 'email' ? email : username;
    const { accessToken, refreshToken } = await signIn(stack, { username: signInName, password });
    return {
      username,
      email,
      signInName,
      password,
      subject: made.subject,
      directoryName: made.directoryName,
      token: accessToken,
      refreshToken: refreshToken ?? '',
    };
  }

  /** Creates and signs in a local user with a record. */
  async function aPerson(
    account: Partial<StoredAccount> = {},
    given: Partial<AccountRecord> = {},
  ): Promise<TestPerson> {
    const person = await aStranger(account);
    const known = await ports.directory.find(person.directoryName);
    if (!known) throw new Error('The user was not found');
    const { username } = person;
    const made = {
      ...firstAccount(known, new Set(), { ...stack, signInNames: ports.signInNames }),
      username,
      ...account,
    };
    const { directoryName } = person;
    const now = ports.runtime.nowSeconds();
    const record = newRecord(person.subject, made, now, { directoryName });
    await ports.store.create({ ...record, ...given });
    return person;
  }

  /** Signs in a new user through the identity provider. */
  async function anSsoPerson(subject = unique('corp'), email = `${subject}@partner.example`) {
    const identity = { subject, email };
    const given = { provider: providerName, identity };
    const { accessToken } = await signInThroughProvider(stack, given);
    return { subject, email, token: accessToken };
  }

  /** The stored record of a subject. */
  async function recordOf(subject: string): Promise<AccountRecord> {
    const record = await ports.store.find(subject);
    if (!record) throw new Error(`There is no record of ${subject}`);
    return record;
  }

  return { stack, ports, call, get, patch, aStranger, aPerson, anSsoPerson, recordOf };
}

/** A deployment with the helpers of tests on it. */
export type ServiceClient = ReturnType<typeof serviceOn>;
