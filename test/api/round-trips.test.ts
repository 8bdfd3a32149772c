/**
 * Counts the dependency calls of each path on the network, with the functions' composition roots on
 * the deployed table and pool.
 */
import { tmpdir } from 'node:os';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ENV } from '../../lib/config.ts';
import { CAPABILITIES_TYPE } from '../../lib/contract.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { cloudEnvironment } from '../../tools/support/cloud-access.ts';
import { anApiEvent, aPatchEvent } from '../support/api-event.ts';
import { RULES } from '../support/builders.ts';
import {
  anSsoPerson,
  aPerson,
  aServiceToken,
  aStranger,
  recordOf,
  stack,
  unique,
} from '../support/deployed-service.ts';
import { claimsIn } from '../support/direct-invocation.ts';
import { type FaultyNetwork, startFaultyNetwork } from '../support/faulty-network.ts';
import { nextSecond } from '../support/next-second.ts';
import { REST_SECONDS } from '../support/store-options.ts';

type Handler = (event: object, context: Context) => Promise<APIGatewayProxyResult>;

let network: FaultyNetwork;
let getMe: Handler;
let patchMe: Handler;

beforeAll(async () => {
  network = await startFaultyNetwork(stack.endpointUrl);
  const settings = {
    ...cloudEnvironment(network.url, tmpdir()),
    [ENV.usersTableName]: stack.usersTableName,
    [ENV.userPoolId]: stack.userPoolId,
    [ENV.signInNames]: 'aliases',
    [ENV.corsOrigins]: '',
    [ENV.adminUsername]: RULES.adminUsername,
    [ENV.reservedNames]: '',
    [ENV.releasedNameRestSeconds]: String(REST_SECONDS),
    [ENV.recentSignInSeconds]: '900',
    [ENV.emailChange]: 'immediate',
    [ENV.allowHttpAvatars]: 'false',
    [ENV.profileSource]: 'until-edited',
    [ENV.profileAttributes]: '{}',
    [ENV.patchClientIds]: '',
    [ENV.passwordPolicy]: JSON.stringify(RULES.passwordPolicy),
    [ENV.notices]: '',
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  // The functions' log.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  getMe = (await import('../../functions/get-me.ts')).handler as unknown as Handler;
  patchMe = (await import('../../functions/patch-me.ts')).handler as unknown as Handler;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await network.stop();
});

/** Status of a response, and its dependency calls. */
async function callsOf(handler: Handler, event: object) {
  network.crossings.length = 0;
  const context = { functionName: 'f', getRemainingTimeInMillis: () => 10_000 };
  const { statusCode, headers } = await handler(event, context as Context);
  const calls = network.crossings.map(({ operation }) => operation);
  return { status: statusCode, calls, etag: String(headers?.['ETag']) };
}

const get = (token: string, headers: Record<string, string> = {}) =>
  callsOf(getMe, anApiEvent({ claims: claimsIn(token), headers }));
const patch = (token: string, fields: object) =>
  callsOf(patchMe, aPatchEvent(fields, { claims: claimsIn(token) }));

describe('GET', () => {
  it('of a person reads once', async () => {
    const { token } = await aPerson();

    expect(await get(token)).toMatchObject({ status: 200, calls: ['GetItem'] });
    expect(await get(token)).toMatchObject({ status: 200, calls: ['GetItem'] });
  });

  it('with the current entity tag reads once', async () => {
    const { token } = await aPerson();
    const { etag } = await get(token);

    expect(await get(token, { 'If-None-Match': etag })).toMatchObject({
      status: 304,
      calls: ['GetItem'],
    });
  });

  it('of capabilities reads once', async () => {
    const { token } = await aPerson();

    expect(await get(token, { Accept: CAPABILITIES_TYPE })).toMatchObject({
      status: 200,
      calls: ['GetItem'],
    });
  });

  it('of a service account reads once', async () => {
    expect(await get(await aServiceToken())).toMatchObject({ status: 200, calls: ['GetItem'] });
  });

  it('of a new user calls Cognito once and writes once, only at the first request', async () => {
    const { token } = await aStranger();
    const first = ['GetItem', 'AdminGetUser', 'TransactWriteItems'];

    expect(await get(token)).toMatchObject({ status: 200, calls: first });
    expect(await get(token)).toMatchObject({ status: 200, calls: ['GetItem'] });
  });

  it('of an SSO account calls Cognito only after a new sign-in', async () => {
    const person = await anSsoPerson();
    // Whether another user has verified the address, which the provider does not say.
    const first = ['GetItem', 'AdminGetUser', 'AdminGetUser', 'TransactWriteItems'];
    expect(await get(person.token)).toMatchObject({ status: 200, calls: first });
    expect(await get(person.token)).toMatchObject({ status: 200, calls: ['GetItem'] });

    // Tokens of the same second count as one sign-in.
    await nextSecond();
    const { token } = await anSsoPerson(person.subject, person.email);

    const again = ['GetItem', 'AdminGetUser', 'PutItem'];
    expect(await get(token)).toMatchObject({ status: 200, calls: again });
    expect(await get(token)).toMatchObject({ status: 200, calls: ['GetItem'] });
  });
});

describe('PATCH', () => {
  it('of profile fields reads once and writes once', async () => {
    const { token } = await aPerson();
    const fields = { name: 'Ada', company: null, metadata: { theme: 'dark' }, is_onboarded: true };

    expect(await patch(token, fields)).toMatchObject({
      status: 200,
      calls: ['GetItem', 'PutItem'],
    });
  });

  it('that changes nothing or is rejected reads once', async () => {
    const { token } = await aPerson({ name: 'Ada' });

    expect(await patch(token, { name: 'Ada' })).toMatchObject({ status: 200, calls: ['GetItem'] });
    expect(await patch(token, { name: '' })).toMatchObject({ status: 422, calls: ['GetItem'] });
    expect(await patch(token, { is_superuser: true })).toMatchObject({
      status: 403,
      calls: ['GetItem'],
    });
  });

  it.each([
    ['username', () => ({ username: unique('renamed') }), 1],
    ['e-mail', () => ({ email: `${unique('moved')}@users.example` }), 2],
    ['both', () => ({ username: unique('both'), email: `${unique('both')}@users.example` }), 2],
  ])(
    'of names (%s) looks them up at once, and makes 4 more calls',
    async (_names, fields, lookUps) => {
      const { token } = await aPerson();

      const { status, calls } = await patch(token, fields());

      expect(status).toBe(200);
      expect(calls).toEqual([
        'GetItem',
        ...Array.from({ length: lookUps }, () => 'AdminGetUser'),
        'TransactWriteItems',
        'AdminUpdateUserAttributes',
        'TransactWriteItems',
      ]);
    },
  );

  it.each([
    ['demotion', { is_superuser: false }, ['GetItem', 'TransactWriteItems']],
    [
      'deactivation',
      { is_active: false },
      [
        'GetItem',
        'TransactWriteItems',
        'AdminUserGlobalSignOut',
        'AdminListUserSessions',
        'AdminRevokeUserSession',
        'AdminDisableUser',
        'PutItem',
      ],
    ],
  ])(
    'of a superuser’s own rights (%s) reads and writes as often as other changes',
    async (_name, body, made) => {
      const { token } = await aPerson({ is_superuser: true });

      expect(await patch(token, body)).toMatchObject({ status: 200, calls: made });
    },
  );

  it('of the password sets it, ends all sessions, and writes twice', async () => {
    const { token, subject } = await aPerson();

    const { status, calls } = await patch(token, { password: newPassword() });

    expect(status).toBe(200);
    expect(calls).toEqual([
      'GetItem',
      'PutItem',
      'AdminSetUserPassword',
      'AdminUserGlobalSignOut',
      'AdminListUserSessions',
      // One per browser that is signed in.
      'AdminRevokeUserSession',
      'PutItem',
    ]);
    expect((await recordOf(subject)).intent).toBeNull();
  });
});
