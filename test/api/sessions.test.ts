/** Sessions: what revokes them, which one continues, and that none is restored. */
import {
  CognitoIdentityProviderClient,
  GetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { signOut } from '../../lib/operations/account-administration.ts';
import { refresh, SignInRefusedError, signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import {
  aPerson,
  get,
  patch,
  ports,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { claimsIn } from '../support/direct-invocation.ts';
import { aBrowser } from '../support/hosted-browser.ts';
import { nextSecond } from '../support/next-second.ts';
import { expectProblem } from '../support/problems.ts';

const REVOKED = { status: 401, code: 'session_revoked' };

interface Session {
  token: string;
  refreshToken: string;
}

async function anotherSession(person: { username: string; password: string }): Promise<Session> {
  const { accessToken, refreshToken } = await signIn(stack, person);
  return { token: accessToken, refreshToken: refreshToken ?? '' };
}

/** A user who signed in with two browsers some time ago. */
async function twoBrowsers(): Promise<{ person: TestPerson; here: Session; there: Session }> {
  const person = await aPerson();
  const there = await anotherSession(person);
  for (const { token } of [person, there]) expect((await get(token)).status).toBe(200);
  await nextSecond();
  return { person, here: person, there };
}

async function expectEnded({ token, refreshToken }: Session): Promise<void> {
  for (const answer of [await get(token), await patch(token, { name: 'intruder' })]) {
    expectProblem(answer, REVOKED);
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe(
      'Bearer error="invalid_token"',
    );
  }
  await expect(refresh(stack, refreshToken)).rejects.toThrow(SignInRefusedError);
}

async function expectGoesOn({ token }: Session, name: string): Promise<void> {
  expect((await get(token)).status).toBe(200);
  expect(await patch(token, { name })).toMatchObject({ status: 200, body: { name } });
}

/** What Cognito itself says of an access token. */
async function userOf(AccessToken: string) {
  const cognito = new CognitoIdentityProviderClient(clientSettings(stack.endpointUrl));
  return cognito.send(new GetUserCommand({ AccessToken })).finally(() => cognito.destroy());
}

describe('a change of password', () => {
  it('leaves this session a token that the service takes, and Cognito no longer', async () => {
    const person = await aPerson();
    const { token } = await aBrowser().signIn(person);
    expect((await userOf(token)).Username).toBe(person.directoryName);

    expect((await patch(token, { password: newPassword() })).status).toBe(200);

    await expectGoesOn({ token, refreshToken: '' }, 'still here');
    await expect(userOf(token)).rejects.toThrow('Access Token has been revoked');
  });

  it('ends the other browser’s session immediately, and keeps this one', async () => {
    const { person, here, there } = await twoBrowsers();

    expect((await patch(here.token, { password: newPassword() })).status).toBe(200);

    await expectEnded(there);
    await expectGoesOn(here, 'still here');
    expect(await disagreementsOf([person.subject])).toEqual([]);
  });

  it('allows a later sign-in with the new password, and keeps the others ended', async () => {
    const { person, here, there } = await twoBrowsers();
    const password = newPassword();
    await patch(here.token, { password });

    await nextSecond();
    const third = await anotherSession({ username: person.username, password });

    await expectGoesOn(third, 'third');
    await expectGoesOn(here, 'first');
    await expectEnded(there);
  });

  it('in the later browser ends the earlier session, and the first change’s exemption', async () => {
    const { person, here } = await twoBrowsers();
    const password = newPassword();
    await patch(here.token, { password });
    await nextSecond();
    const third = await anotherSession({ username: person.username, password });
    await nextSecond();

    expect((await patch(third.token, { password: newPassword() })).status).toBe(200);

    await expectGoesOn(third, 'third');
    await expectEnded(here);
  });

  it('to a rejected password ends no session', async () => {
    const { here, there } = await twoBrowsers();

    expect((await patch(here.token, { password: 'short' })).status).toBe(422);

    await expectGoesOn(here, 'here');
    await expectGoesOn(there, 'there');
  });
});

describe('a refresh', () => {
  it('continues the session, and keeps the time of its sign-in', async () => {
    const { here } = await twoBrowsers();

    const { accessToken } = await refresh(stack, here.refreshToken);

    expect(claimsIn(accessToken)['auth_time']).toBe(claimsIn(here.token)['auth_time']);
    expect(claimsIn(accessToken)['iat']).not.toBe(claimsIn(here.token)['iat']);
    await expectGoesOn({ token: accessToken, refreshToken: '' }, 'refreshed');
  });
});

describe('other changes', () => {
  it.each([
    ['the profile', { name: 'Ada', metadata: { a: 1 } }],
    ['the e-mail', { email: `${unique('moved')}@users.example` }],
  ])('of %s end no session', async (_name, body) => {
    const { here, there } = await twoBrowsers();

    expect((await patch(here.token, body)).status).toBe(200);

    await expectGoesOn(there, 'there');
    expect((await refresh(stack, there.refreshToken)).accessToken).toMatch(/./);
  });
});

describe('signing out everywhere, by an operator', () => {
  it('ends both browsers’ sessions, and a later sign-in works', async () => {
    const { person, here, there } = await twoBrowsers();

    await signOut(ports, person.username);

    await expectEnded(here);
    await expectEnded(there);
    await nextSecond();
    await expectGoesOn(await anotherSession(person), 'back again');
    await expectEnded(here);
    expect(await disagreementsOf([person.subject])).toEqual([]);
  });

  it('ends a session that a change of password had kept', async () => {
    const { person, here } = await twoBrowsers();
    await patch(here.token, { password: newPassword() });

    await signOut(ports, person.subject);

    await expectEnded(here);
  });
});
