/** Sign-in names and passwords, before and after they change. */
import {
  AliasExistsException,
  CognitoIdentityProviderClient,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, describe, expect, it } from 'vitest';
import { expirePassword, setActive } from '../../lib/operations/account-administration.ts';
import { createPerson } from '../../lib/operations/account-creation.ts';
import { freeName, setEmail } from '../../lib/operations/account-names.ts';
import { newestCode } from '../../tools/local/outbox.ts';
import { SignInRefusedError, signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import {
  aPerson,
  endLease,
  get,
  patch,
  ports,
  recordOf,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { limitCalls, waitDays } from '../support/gate-control.ts';
import { aBrowser } from '../support/hosted-browser.ts';
import { chooseNewPassword } from '../support/new-password.ts';
import { nextSecond } from '../support/next-second.ts';
import { expectProblem } from '../support/problems.ts';

const cognito = new CognitoIdentityProviderClient(clientSettings(stack.endpointUrl));
afterAll(() => cognito.destroy());

const WRONG = 'Incorrect username or password.';

const expectRefused = (username: string, password: string, reason = WRONG) =>
  expect(signIn(stack, { username, password }), username).rejects.toThrow(
    new SignInRefusedError(reason),
  );

/** Signs in and reads, and expects the token to belong to that account. */
async function expectSignsIn(username: string, password: string, { subject }: { subject: string }) {
  const { accessToken } = await signIn(stack, { username, password });
  const { status, body } = await get(accessToken);
  expect({ status, id: body.id }).toEqual({ status: 200, id: subject });
  return body;
}

async function changed(person: TestPerson, body: Record<string, unknown>) {
  const answer = await patch(person.token, body);
  expect(answer.status).toBe(200);
  expect(await disagreementsOf([person.subject])).toEqual([]);
  return answer;
}

/** Verifies the person's new e-mail address with the code that Cognito mailed by itself. */
async function confirmEmail(person: TestPerson, email: string): Promise<void> {
  const { token: AccessToken } = await aBrowser().signIn(person);
  const Code = await newestCode(stack.endpointUrl, email);
  await verifyEmail({ AccessToken, Code });
}

async function verifyEmail(input: { AccessToken: string; Code: string }): Promise<void> {
  await cognito.send(new VerifyUserAttributeCommand({ ...input, AttributeName: 'email' }));
}

describe('after a change of username', () => {
  it('another account can take the old one when it has rested, and sign in with it', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];
    await changed(ada, { username: unique('renamed') });
    expect((await patch(bob.token, { username: ada.username })).status).toBe(409);
    await freeName(ports, ada.username);

    await changed(bob, { username: ada.username });

    await expectSignsIn(ada.username, bob.password, bob);
    await expectRefused(ada.username, ada.password);
    await expectRefused(bob.username, bob.password);
    expect(await disagreementsOf([ada.subject, bob.subject])).toEqual([]);
  });

  it('that Cognito had no quota left for, it works when sent again', async () => {
    const person = await aPerson();
    const username = unique('renamed');
    await limitCalls({ AdminUpdateUserAttributes: 0 });

    const answer = await patch(person.token, { username });

    await limitCalls({});
    expectProblem(answer, { status: 503, code: 'unavailable' });
    await endLease(person.subject);
    await changed(person, { username });
    await expectSignsIn(username, person.password, person);
  });

  it('that was rejected because the name is taken, sign-in is unchanged', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];

    const answer = await patch(ada.token, { username: bob.username });

    expectProblem(answer, {
      status: 409,
      code: 'username_taken',
      faults: ['/username username_taken'],
    });
    await expectSignsIn(ada.username, ada.password, ada);
    await expectSignsIn(bob.username, bob.password, bob);
    expect(await disagreementsOf([ada.subject, bob.subject])).toEqual([]);
  });
});

describe('after a change of e-mail', () => {
  it('the old one cannot sign in, and the new one only once it is verified', async () => {
    const person = await aPerson();
    const email = `${unique('moved')}@users.example`;
    await expectSignsIn(person.email, person.password, person);

    await changed(person, { email });

    await expectRefused(person.email, person.password);
    await expectRefused(email, person.password);
    await expectSignsIn(person.username, person.password, person);
    await confirmEmail(person, email);
    expect((await expectSignsIn(email, person.password, person)).email).toBe(email);
    await expectRefused(person.email, person.password);
  });

  it('a verified one must be verified again after another change', async () => {
    const person = await aPerson();
    const [first, second] = [`${unique('a')}@users.example`, `${unique('b')}@users.example`];
    await changed(person, { email: first });
    await confirmEmail(person, first);

    await changed(person, { email: second });

    await expectRefused(first, person.password);
    await expectRefused(second, person.password);
  });

  it('to none, by an operator, the old one cannot sign in, and another account can take it', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];

    expect((await changed(ada, { email: null })).body.email).toBe(ada.email);
    await setEmail(ports, ada.subject, null);
    expect((await get(ada.token)).body.email).toBeNull();
    await freeName(ports, ada.email);
    await changed(bob, { email: ada.email });

    await expectRefused(ada.email, ada.password);
    await expectRefused(ada.email, bob.password);
    await confirmEmail(bob, ada.email);
    await expectSignsIn(ada.email, bob.password, bob);
  });

  it('a code for an address that another person has verified since is refused', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];
    const email = `${unique('wanted')}@users.example`;
    await changed(ada, { email });
    const Code = await newestCode(stack.endpointUrl, email);
    const { token: AccessToken } = await aBrowser().signIn(ada);
    await ports.directory.setNames(bob.directoryName, {
      email: { address: email, verified: true },
    });

    const verified = verifyEmail({ AccessToken, Code });

    await expect(verified).rejects.toThrow(AliasExistsException);
    await expectSignsIn(email, bob.password, bob);
  });

  it('other changes keep a verified e-mail verified', async () => {
    const person = await aPerson();

    await changed(person, { username: unique('renamed'), name: 'Ada', email: person.email });

    await expectSignsIn(person.email, person.password, person);
  });
});

it('changes by Cognito’s own operation, past this API, are refused', async () => {
  const person = await aPerson();
  const { token: AccessToken } = await aBrowser().signIn(person);

  for (const [Name, Value] of [
    ['preferred_username', unique('renamed')],
    ['email_verified', 'true'],
  ]) {
    const UserAttributes = [{ Name, Value }];
    const update = cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }));
    await expect(update).rejects.toThrow('A client attempted to write unauthorized attribute');
  }

  await expectSignsIn(person.username, person.password, person);
});

describe('after a change of password', () => {
  it('the old one fails and the new one works, with every name', async () => {
    const person = await aPerson();
    const password = newPassword();

    const { body } = await changed(person, { password, name: 'Ada' });

    expect(body).toMatchObject({ password: null, name: 'Ada' });
    await nextSecond();
    for (const name of [person.username, person.email]) {
      await expectRefused(name, person.password);
      await expectSignsIn(name, password, person);
    }
  });

  it('and username in one PATCH, only the new pair works', async () => {
    const person = await aPerson();
    const [password, username] = [newPassword(), unique('renamed')];

    await changed(person, { password, username });

    await nextSecond();
    await expectSignsIn(username, password, person);
    await expectRefused(username, person.password);
    await expectRefused(person.username, password);
    await expectRefused(person.username, person.password);
  });

  it('with a username that is taken, nothing has changed', async () => {
    const [person, other] = [await aPerson(), await aPerson()];

    const body = { password: newPassword(), username: other.username };

    expect((await patch(person.token, body)).status).toBe(409);
    await expectSignsIn(person.username, person.password, person);
    expect((await get(person.token)).status).toBe(200);
  });

  it('that violates the policy, nothing has changed', async () => {
    const person = await aPerson();

    const body = { password: 'short', username: unique('renamed'), name: 'Ada' };

    expect((await patch(person.token, body)).status).toBe(422);
    expect(await expectSignsIn(person.username, person.password, person)).toMatchObject({
      username: person.username,
      name: null,
    });
  });
});

describe('is_active', () => {
  it('false, set by a superuser, disables sign-in in Cognito as well', async () => {
    const person = await aPerson({ is_superuser: true });

    const { body } = await changed(person, { is_active: false });

    expect(body.is_active).toBe(false);
    expectProblem(await get(person.token), { status: 403, code: 'account_inactive' });
    expect((await ports.directory.find(person.directoryName))?.enabled).toBe(false);
    for (const name of [person.username, person.email]) {
      await expectRefused(name, person.password, 'User is disabled.');
    }
  });

  it('true, set by an operator, enables it again', async () => {
    const person = await aPerson({ is_superuser: true });
    await changed(person, { is_active: false });

    await setActive(ports, person.subject, true);

    await expectSignsIn(person.username, person.password, person);
    expect(await disagreementsOf([person.subject])).toEqual([]);
  });

  it('false, rejected for missing rights, disables nothing', async () => {
    const person = await aPerson();

    expect((await patch(person.token, { is_active: false })).status).toBe(403);
    await expectSignsIn(person.username, person.password, person);
  });
});

describe('a temporary password', () => {
  const ASKS_FOR_A_NEW_ONE = 'Set a new password';

  it('of a new account must be replaced at the first sign-in, and GET shows that it was', async () => {
    const username = unique('starter');
    const email = `${username}@users.example`;
    const { record, temporaryPassword } = await createPerson(ports, {
      username,
      email,
      isSuperuser: false,
    });
    expect((await recordOf(record.subject)).account.password_expired).toBe(true);
    await expectRefused(username, temporaryPassword, ASKS_FOR_A_NEW_ONE);
    const password = newPassword();

    await nextSecond();
    const token = await chooseNewPassword({ username, temporaryPassword, newPassword: password });

    const { status, body, headers } = await get(token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: record.subject, username, email, password_expired: false });
    expect(headers.get('etag')).toBe(`"${record.subject}.${record.version + 1}"`);
    await expectRefused(username, temporaryPassword);
    await expectSignsIn(username, password, record);
    expect(await disagreementsOf([record.subject])).toEqual([]);
  });

  it('set by an operator ends the old one and every session', async () => {
    const person = await aPerson();
    const { username } = person;

    const { temporaryPassword } = await expirePassword(ports, username);

    expectProblem(await get(person.token), { status: 401, code: 'session_revoked' });
    expect((await recordOf(person.subject)).account.password_expired).toBe(true);
    await expectRefused(username, person.password);
    await expectRefused(username, temporaryPassword, ASKS_FOR_A_NEW_ONE);
    await nextSecond();
    const token = await chooseNewPassword({
      username,
      temporaryPassword,
      newPassword: newPassword(),
    });
    expect(await get(token)).toMatchObject({ status: 200, body: { password_expired: false } });
  });

  it('runs out after seven days, until an operator sets another', async () => {
    const person = await aPerson();
    const { username } = person;
    const { temporaryPassword } = await expirePassword(ports, username);
    await waitDays(7);
    const reason = 'Temporary password has expired and must be reset by an administrator.';
    await expectRefused(username, temporaryPassword, reason);

    const { temporaryPassword: another } = await expirePassword(ports, username);

    await expectRefused(username, another, ASKS_FOR_A_NEW_ONE);
  });

  it('does not bypass the password policy of the pool', async () => {
    const { record, temporaryPassword } = await createPerson(ports, {
      username: unique('starter'),
      email: null,
      isSuperuser: false,
    });
    const { username } = record.account;

    const weak = chooseNewPassword({ username, temporaryPassword, newPassword: 'short' });

    await expect(weak).rejects.toThrow();
    await expectRefused(username, 'short');
    const strong = { username, temporaryPassword, newPassword: newPassword() };
    expect(await chooseNewPassword(strong)).toMatch(/./);
  });
});
