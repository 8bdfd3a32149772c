/** A deployment that asks for proof of a new e-mail, with the codes that are really mailed. */
import { randomUUID } from 'node:crypto';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SELF_SERVICE_SCOPE, WRITE_SCOPE } from '../../lib/contract.ts';
import { createPerson, createServiceAccount } from '../../lib/operations/account-lifecycle.ts';
import { endEmailChange } from '../../lib/operations/account-names.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { type LocalService, startLocalService } from '../../tools/local/local-service.ts';
import { newestCode } from '../../tools/local/outbox.ts';
import { signIn } from '../../tools/local/sign-in.ts';
import { newPassword, operatorPorts } from '../../tools/operators/operator-target.ts';
import { type ReportedInconsistency, verify } from '../../tools/operators/verify-accounts.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { unique } from '../support/deployed-service.ts';

/** An account, or a problem. */
const AnswerSchema = v.object({
  email: v.optional(v.nullable(v.string())),
  code: v.optional(v.string()),
});

let service: LocalService;
beforeAll(async () => {
  const settings = { emailChange: 'verified' };
  service = await startLocalService({ name: 'email-change', cloudPort: 0, settings });
});
afterAll(() => service.stop());

/** A person who signed in with their e-mail, and what they can send. */
async function aPerson() {
  const { stack } = service;
  const config = clientSettings(stack.endpointUrl);
  const ports = operatorPorts(stack, config);
  const [username, password] = [unique('person'), newPassword()];
  const email = `${username}@users.example`;
  const { record } = await createPerson(ports, { username, email, isSuperuser: false });
  await ports.directory.setPassword(record.directoryName ?? '', password);
  const scopes = [WRITE_SCOPE, SELF_SERVICE_SCOPE];
  const signedIn = (name: string) => signIn(stack, { username: name, password }, scopes);
  const { accessToken } = await signedIn(email);
  const send = async (body?: unknown) => {
    const response = await fetch(`${stack.apiUrl}/users/me`, {
      method: body === undefined ? 'GET' : 'PATCH',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { headers, status } = response;
    const { email: answered, code } = v.parse(AnswerSchema, await response.json());
    return { status, email: answered, code, pending: headers.get('email-change') };
  };
  const prove = async (address: string) => {
    const cognito = new CognitoIdentityProvider(config);
    const Code = await newestCode(stack.endpointUrl, address);
    await cognito.verifyUserAttribute({
      AccessToken: accessToken,
      AttributeName: 'email',
      Code,
    });
  };
  const person = () => ports.directory.find(record.directoryName ?? '');
  const fresh = `${unique('new')}@users.example`;
  return { ports, username, email, fresh, send, prove, person, signedIn, subject: record.subject };
}

const PENDING = expect.stringMatching(/^pending;since=@\d+$/);

it('keeps the old address until the new one is proven, then has the new one alone', async () => {
  const { email, fresh, send, prove, person, signedIn } = await aPerson();

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
  const { ports, subject, email, fresh, send, prove, person, signedIn } = await aPerson();
  await send({ email: fresh });
  await createServiceAccount(ports, { username: fresh, organizationId: randomUUID() });
  await prove(fresh);

  expect(await send({ email: fresh })).toMatchObject({ status: 409, code: 'email_taken' });

  expect(await send()).toMatchObject({ email, pending: null });
  expect(await person()).toMatchObject({ email, emailVerified: true });
  await signedIn(email);
  expect(await inconsistenciesOf(ports, subject)).toEqual([]);
});

it('lets a change be taken back, also by operators, so that its code is of no use', async () => {
  const { ports, subject, username, email, fresh, send, prove, person } = await aPerson();
  await send({ email: fresh });
  expect(await send({ email })).toMatchObject({ status: 200, email, pending: null });
  await prove(fresh);
  expect(await send()).toMatchObject({ email, pending: null });
  expect(await person()).toMatchObject({ email, emailVerified: true });

  await send({ email: fresh });
  await endEmailChange(ports, username);
  expect(await send()).toMatchObject({ email, pending: null });
  expect(await inconsistenciesOf(ports, subject)).toEqual([]);
});

it('mails a new code for the same address, which replaces the first', async () => {
  const { fresh, send, prove } = await aPerson();
  await send({ email: fresh });
  const first = await newestCode(service.stack.endpointUrl, fresh);
  expect(await send({ email: fresh })).toMatchObject({ status: 200, pending: PENDING });
  expect(await newestCode(service.stack.endpointUrl, fresh)).not.toBe(first);

  await prove(fresh);

  expect(await send({ email: fresh })).toMatchObject({ status: 200, email: fresh, pending: null });
});

async function inconsistenciesOf(ports: OperatorPorts, subject: string) {
  const found: ReportedInconsistency[] = [];
  const sinks = {
    onInconsistency: (one: ReportedInconsistency) => found.push(one),
    onProgress: () => {},
  };
  await verify(ports, { rate: 1000, repair: false, intentAge: 60, ...sinks });
  return found.filter((one) => one.subject === subject);
}
