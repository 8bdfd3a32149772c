/** Proof of a new e-mail, with the codes that are really mailed, on each kind of user pool. */
import { randomUUID } from 'node:crypto';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SELF_SERVICE_SCOPE, WRITE_SCOPE } from '../../lib/contract.ts';
import { endEmailChange } from '../../lib/operations/account-names.ts';
import { newestCode } from '../../tools/local/outbox.ts';
import { signIn } from '../../tools/local/sign-in.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { aRecord, SERVICE } from '../support/builders.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import { stack } from '../support/deployed-service.ts';
import { DEPLOYMENT_TIMEOUT, deployedKinds, type KindName } from '../support/kinds.ts';
import { unique } from '../support/service-client.ts';

let kinds: Awaited<ReturnType<typeof deployedKinds>>;
beforeAll(async () => {
  kinds = await deployedKinds();
}, DEPLOYMENT_TIMEOUT);
const cognito = new CognitoIdentityProvider(clientSettings(stack.endpointUrl));
afterAll(() => cognito.destroy());

/** A person who signed in, and what they can send. */
async function aPerson(kind: KindName) {
  const { stack: deployment, ports, patch, get, ...on } = kinds[kind];
  const { email, username, password, signInName, subject, directoryName } = await on.aPerson();
  const scopes = [WRITE_SCOPE, SELF_SERVICE_SCOPE];
  const signedIn = (name: string) => signIn(deployment, { username: name, password }, scopes);
  const { accessToken } = await signedIn(signInName);
  const send = async (changes?: unknown) => {
    const answer = await (changes ? patch(accessToken, changes) : get(accessToken));
    const { headers, status, body } = answer;
    return { status, email: body.email, code: body.code, pending: headers.get('email-change') };
  };
  const prove = async (address: string) => {
    const Code = await newestCode(stack.endpointUrl, address);
    const input = { AccessToken: accessToken, AttributeName: 'email', Code };
    await cognito.verifyUserAttribute(input);
  };
  const person = () => ports.directory.find(directoryName);
  const fresh = `${unique('new')}@users.example`;
  const disagreements = () => disagreementsOf([subject], ports);
  return { ports, username, email, fresh, send, prove, person, signedIn, disagreements };
}

const PENDING = expect.stringMatching(/^pending;since=@\d+$/);

describe.each(['existing-aliases', 'existing-email'] as const)('on %s', (kind) => {
  it('keeps the old address until the new one is proven, then has the new one alone', async () => {
    const { email, fresh, send, prove, person, signedIn } = await aPerson(kind);

    expect(await send({ email: fresh })).toMatchObject({ status: 200, email, pending: PENDING });
    expect(await person()).toMatchObject({ email, emailVerified: true });
    await signedIn(email);
    expect(await send()).toMatchObject({ email, pending: PENDING });
    await prove(fresh);

    expect(await send()).toMatchObject({ status: 200, email: fresh, pending: null });
    expect(await person()).toMatchObject({ email: fresh, emailVerified: true });
    await signedIn(fresh);
    await expect(signedIn(email)).rejects.toThrow();
  });

  it('refuses an address that another account took while it waited, and goes back to the old one', async () => {
    const { ports, email, fresh, send, prove, person, signedIn, disagreements } =
      await aPerson(kind);
    await send({ email: fresh });
    const other = aRecord({ ...SERVICE, id: randomUUID(), username: fresh, email: null });
    await ports.store.create(other);
    await prove(fresh);

    expect(await send({ email: fresh })).toMatchObject({ status: 409, code: 'email_taken' });

    expect(await send()).toMatchObject({ email, pending: null });
    expect(await person()).toMatchObject({ email, emailVerified: true });
    await signedIn(email);
    expect(await disagreements()).toEqual([]);
  });

  it('lets a change be taken back, also by operators, so that its code is of no use', async () => {
    const { ports, username, email, fresh, send, prove, person, disagreements } =
      await aPerson(kind);
    await send({ email: fresh });
    expect(await send({ email })).toMatchObject({ status: 200, email, pending: null });
    await prove(fresh);
    expect(await send()).toMatchObject({ email, pending: null });
    expect(await person()).toMatchObject({ email, emailVerified: true });

    await send({ email: fresh });
    await endEmailChange(ports, username);
    expect(await send()).toMatchObject({ email, pending: null });
    expect(await disagreements()).toEqual([]);
  });

  it('mails a new code for the same address, which replaces the first', async () => {
    const { fresh, send, prove } = await aPerson(kind);
    await send({ email: fresh });
    const first = await newestCode(stack.endpointUrl, fresh);
    expect(await send({ email: fresh })).toMatchObject({ status: 200, pending: PENDING });
    expect(await newestCode(stack.endpointUrl, fresh)).not.toBe(first);

    await prove(fresh);

    expect(await send({ email: fresh })).toMatchObject({
      status: 200,
      email: fresh,
      pending: null,
    });
  });
});
