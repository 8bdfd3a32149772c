/**
 * A ZenML server whose people come from this service: its own functions ask `/users/me` with the
 * caller's token, and keep the account that they get. Each kind of account signs in twice.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setActive, setFlags } from '../../lib/operations/account-administration.ts';
import {
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../../lib/operations/account-lifecycle.ts';
import { freeName, setEmail } from '../../lib/operations/account-names.ts';
import { signInAsService } from '../../tools/local/sign-in.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import { LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import {
  anSsoPerson,
  aPerson,
  aServiceToken,
  aStranger,
  get,
  patch,
  ports,
  stack,
  unique,
} from '../support/deployed-service.ts';
import { type SignedIn, startZenmlServer, type ZenmlServer } from './zenml-server.ts';

let server: ZenmlServer;

beforeAll(async () => {
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'consumers.log'));
  const progress = createProgress(console.log, '.local/consumers.log');
  const python = await ensurePythonEnvironment('requirements-zenml', children, progress);
  await children.stop();
  server = await startZenmlServer(python, `${stack.apiUrl}/users/me`);
}, 300_000);

afterAll(() => server.stop());

/** Somebody with a token; `change` happens between their two sign-ins, and may give a new token. */
interface Caller {
  token: string;
  change?: () => Promise<unknown>;
  /** Token of the second sign-in. @default the first one */
  newToken?: () => Promise<string>;
}

const LONGEST = {
  name: '😀'.repeat(50),
  company: 'ß'.repeat(50),
  job_title: '字'.repeat(50),
  avatar_url: `https://example.com/${'a'.repeat(2028)}`,
  metadata: 'm'.repeat(16_000),
};

/** Sends a change and expects it to be made. */
async function change(token: string, body: object): Promise<void> {
  expect(await patch(token, body)).toMatchObject({ status: 200, body });
}

/** A person who sends a change between the sign-ins. */
async function aPersonWhoSends(body: object): Promise<Caller> {
  const { token } = await aPerson();
  return { token, change: () => change(token, body) };
}

const ACCOUNTS: Record<string, () => Promise<Caller>> = {
  'a person': () => aPerson({ name: 'Ada', avatar_url: 'https://example.com/ada.png' }),
  'a person who was never seen before': () => aStranger(),
  'a person with the longest values': async () => {
    const { token } = await aPerson({
      username: unique('u').padEnd(50, '.x'),
      email: `${unique('e')}@${`${'d'.repeat(60)}.`.repeat(4).slice(0, 230)}.example`,
    });
    await change(token, LONGEST);
    return { token };
  },
  'a superuser': () => aPerson({ is_superuser: true }),
  'an SSO person': () => anSsoPerson(),
  'an internal account': () => aPerson({}, { internal: true }),
  'a person whose password is expired': () => aPerson({ password_expired: true }),
  'a service account': async () => ({ token: await aServiceToken() }),
  'whoever may only read': async () => ({ token: await aServiceToken(['users/me.read']) }),
  'a person who changed their username': () => aPersonWhoSends({ username: unique('renamed') }),
  'a person who changed its letter case': async () => {
    const { token, username } = await aPerson();
    return { token, change: () => change(token, { username: username.toUpperCase() }) };
  },
  'a person who changed their e-mail address': () =>
    aPersonWhoSends({ email: `${unique('new')}@users.example` }),
  'a person who changed their profile': () =>
    aPersonWhoSends({ name: 'Augusta', avatar_url: 'https://example.com/ada.png' }),
  'a person who cleared their profile': async () => {
    const { token } = await aPerson({ name: 'Ada', avatar_url: 'https://example.com/ada.png' });
    return { token, change: () => change(token, { name: null, avatar_url: null }) };
  },
  'a person who became a superuser': async () => {
    const { token, subject } = await aPerson();
    return { token, change: () => setFlags(ports, subject, { is_superuser: true }) };
  },
  'a person who is no superuser any more': async () => {
    const { token, subject } = await aPerson({ is_superuser: true });
    return { token, change: () => setFlags(ports, subject, { is_superuser: false }) };
  },
  'a service account with a new client': async () => {
    const username = unique('program');
    const { credentials } = await createServiceAccount(ports, {
      username,
      organizationId: randomUUID(),
    });
    let current = credentials;
    const token = async () => (await signInAsService(stack, current)).accessToken;
    const change = async () => {
      current = (await rotateServiceAccount(ports, username)).credentials;
    };
    return { token: await token(), change, newToken: token };
  },
};

async function aPersonWithoutEmail(): Promise<Caller> {
  const { token, subject } = await aPerson();
  await setEmail(ports, subject, null);
  return { token };
}

async function anSsoPersonWithoutEmail(): Promise<Caller> {
  const { email } = await aPerson();
  return anSsoPerson(unique('corp'), email);
}

/** What the server is to keep of the caller's account. */
async function accountOf(token: string): Promise<SignedIn> {
  const { body: account } = await get(token);
  return {
    external_id: account.id,
    name: account.username,
    full_name: account.name ?? '',
    email: account.email,
    avatar_url: account.avatar_url,
    is_admin: account.is_superuser,
    is_service_account: account.is_service_account,
    active: true,
  };
}

describe('a ZenML server', () => {
  it.each(Object.entries(ACCOUNTS))('signs %s in twice, as one account', async (_, make) => {
    const { token, change, newToken } = await make();

    const first = await server.signIn(token);
    expect(first).toEqual({ ...(await accountOf(token)), kept_id: expect.any(String) });
    await change?.();
    const later = (await newToken?.()) ?? token;
    const second = await server.signIn(later);

    expect(second).toEqual({ ...(await accountOf(later)), kept_id: first.kept_id });
  });

  const NOT_AUTHORIZED = 'AuthorizationException: Not authorized to access this server.';

  it('refuses an inactive account and a token of nobody', async () => {
    const { token } = await aPerson({ is_active: false });

    expect(await server.signIn(token)).toEqual({ refused: NOT_AUTHORIZED });
    expect(await server.signIn('of-nobody')).toEqual({ refused: NOT_AUTHORIZED });
  });

  it.each([
    ['deactivated', (subject: string) => setActive(ports, subject, false)],
    ['deleted', (subject: string) => deleteAccount(ports, subject)],
  ])('refuses an account that was %s since it signed in', async (_, end) => {
    const { token, subject } = await aPerson();
    expect(await server.signIn(token)).toMatchObject({ external_id: subject });

    await end(subject);

    expect(await server.signIn(token)).toEqual({ refused: NOT_AUTHORIZED });
  });

  // What this service cannot give: docs/usage/zenml.md says so.
  describe('as its own rules have it', () => {
    it.each([
      ['a person without an e-mail address', aPersonWithoutEmail],
      ['an SSO person whose e-mail address another account holds', anSsoPersonWithoutEmail],
    ])('refuses %s, but for their first sign-in', async (_, make) => {
      const { token } = await make();

      expect(await server.signIn(token)).toMatchObject({ email: null, active: true });

      const { refused } = await server.signIn(token);
      expect(refused).toContain('Please provide an email');
    });

    it('gives the account of a former holder to whoever has their name now', async () => {
      const [ada, bob] = [await aPerson(), await aPerson()];
      const former = await server.signIn(ada.token);
      await change(ada.token, { username: unique('renamed') });
      expect((await patch(bob.token, { username: ada.username })).status).toBe(409);

      await freeName(ports, ada.username);
      await change(bob.token, { username: ada.username });

      expect(await server.signIn(bob.token)).toMatchObject({
        kept_id: former.kept_id,
        external_id: bob.subject,
      });
    });
  });
});
