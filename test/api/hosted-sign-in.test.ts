/** The hosted sign-in's own session: what its cookie still opens after the others have ended. */
import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trackSessions } from '../../tools/local/session-tracking.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import {
  aPerson,
  get,
  patch,
  recordOf,
  rewrite,
  stack,
  type TestPerson,
} from '../support/deployed-service.ts';
import { assume } from '../support/gate-control.ts';
import { aBrowser } from '../support/hosted-browser.ts';
import { nextSecond } from '../support/next-second.ts';
import { expectProblem } from '../support/problems.ts';

const cognito = new CognitoIdentityProviderClient(clientSettings(stack.endpointUrl));
const userOf = ({ directoryName }: TestPerson) => ({
  UserPoolId: stack.userPoolId,
  Username: directoryName,
});

/** A person whose browser has signed in. */
async function aPersonWithBrowser() {
  const person = await aPerson();
  const browser = aBrowser();
  const session = await browser.signIn(person);
  expect((await get(session.token)).status).toBe(200);
  return { person, browser, session };
}

const hostedSessionsOf = async (person: TestPerson) => {
  const { Sessions = [] } = await cognito.send(new AdminListUserSessionsCommand(userOf(person)));
  return Sessions.filter(({ SessionType }) => SessionType === 'SSO');
};

describe('where the page’s client may reuse the hosted sign-in', () => {
  beforeAll(() => trackSessions(stack, 60));
  afterAll(async () => {
    await trackSessions(stack);
    cognito.destroy();
  });

  it('a browser comes back without credentials, and may change the account', async () => {
    const { person, browser } = await aPersonWithBrowser();

    const again = await browser.comeBack();

    expect((await patch(again?.token ?? '', { name: 'Ada' })).body).toMatchObject({
      id: person.subject,
      name: 'Ada',
    });
  });

  it('also after a global sign-out, until that session is revoked or left', async () => {
    const { person, browser } = await aPersonWithBrowser();

    await cognito.send(new AdminUserGlobalSignOutCommand(userOf(person)));
    expect(await browser.comeBack()).not.toBe(null);

    for (const { SessionId } of await hostedSessionsOf(person)) {
      const input = { ...userOf(person), SessionId };
      await cognito.send(new AdminRevokeUserSessionCommand(input));
    }
    expect(await browser.comeBack()).toBe(null);

    await browser.signIn(person);
    expect(await browser.comeBack()).not.toBe(null);
    await browser.logOut();
    expect(await browser.comeBack()).toBe(null);
  });

  it('no longer after a change of password elsewhere, which ends that session too', async () => {
    const { person, browser } = await aPersonWithBrowser();
    expect(await browser.comeBack()).not.toBe(null);

    expect((await patch(person.token, { password: newPassword() })).status).toBe(200);

    expect(await hostedSessionsOf(person)).toEqual([]);
    expect(await browser.comeBack()).toBe(null);
  });

  it.each([
    ['new', { status: 200 }],
    ['kept', { status: 401, code: 'session_revoked' }],
  ] as const)('its tokens count by their auth_time, which is %s', async (answer, expected) => {
    const { person, browser } = await aPersonWithBrowser();
    await nextSecond();
    const sessions = { validFrom: Math.floor(Date.now() / 1000), exemptOriginJti: null };
    await rewrite(person.subject, { sessions });
    expect((await recordOf(person.subject)).sessions).toEqual(sessions);
    await nextSecond();
    await assume({ cookie_sign_in_auth_time: answer });

    const again = await browser.comeBack();

    await assume({ cookie_sign_in_auth_time: 'new' });
    const response = await get(again?.token ?? '');
    if ('code' in expected) expectProblem(response, expected);
    else expect(response.status).toBe(expected.status);
  });
});

it('a browser is asked for credentials each time, as the deployed client says', async () => {
  const { browser } = await aPersonWithBrowser();

  expect(await browser.comeBack()).toBe(null);
});
