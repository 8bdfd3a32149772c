/** What each thing that AWS may do counts as, on a fake of it. */
import { describe, expect, it } from 'vitest';
import type { AcceptanceContext } from '../../../../tools/acceptance/context.ts';
import { MadeAccounts } from '../../../../tools/acceptance/made-accounts.ts';
import { askOpenQuestions } from '../../../../tools/acceptance/open-questions.ts';
import { NoSignInFormError } from '../../../../tools/local/sign-in-form.ts';

interface Given {
  /** Names of the errors of Cognito's operations; without one, an operation succeeds. */
  errors?: Record<string, string>;
  /** auth_time of two sign-ins with one cookie, or why there is none. */
  authTimes?: [number, number] | Error;
}

const PERSON = { subject: 'subject-1', directoryName: 'name-1', username: 'ada', password: 'x' };

function aContext({ errors = {}, authTimes = [1, 2] }: Given) {
  const made = new MadeAccounts();
  made.addPerson(PERSON);
  const times = Array.isArray(authTimes) ? [...authTimes] : [];
  const send = async (command: { constructor: { name: string } }) => {
    const error = errors[command.constructor.name];
    if (error !== undefined) throw Object.assign(new Error(error), { name: error });
  };
  return {
    made,
    target: { userPoolId: 'pool-1' },
    aws: { cognito: { send } },
    ports: { newPassword: () => 'another', signInNames: 'aliases' },
    newPerson: async () => ({ ...PERSON, tokens: {} }),
    pause: async () => undefined,
    newBrowser: () => () => undefined,
    email: () => 'ada@users.example',
    signInAtApi: async () => ({ accessToken: 'token' }),
    async signInAtPage() {
      if (authTimes instanceof Error) throw authTimes;
      const claims = JSON.stringify({ auth_time: times.shift() });
      return { accessToken: `head.${Buffer.from(claims).toString('base64url')}.signature` };
    },
  } as unknown as AcceptanceContext;
}

async function answerTo(question: string, given: Given) {
  const answers = await askOpenQuestions(aContext(given));
  return answers.find((one) => one.question === question);
}

describe('the answer about', () => {
  it.each<[string, string, Given, string | null]>([
    [
      'a cookie with the time of the first sign-in',
      'cookie_sign_in_auth_time',
      { authTimes: [1, 1] },
      'kept',
    ],
    ['a cookie with a time of its own', 'cookie_sign_in_auth_time', { authTimes: [1, 2] }, 'new'],
    [
      'a page that needs a browser',
      'cookie_sign_in_auth_time',
      { authTimes: new NoSignInFormError('The page') },
      null,
    ],
    ['a name that Cognito takes', 'email_form_preferred_username', {}, 'accepted'],
    [
      'a name that Cognito refuses',
      'email_form_preferred_username',
      { errors: { AdminUpdateUserAttributesCommand: 'InvalidParameterException' } },
      'refused',
    ],
    ['a sign-out that works', 'sign_out_of_disabled_user', {}, 'accepted'],
    [
      'a sign-out that is refused',
      'sign_out_of_disabled_user',
      { errors: { AdminUserGlobalSignOutCommand: 'NotAuthorizedException' } },
      'refused',
    ],
    [
      'a code that is another one',
      'mail_by_admin_update',
      { errors: { VerifyUserAttributeCommand: 'CodeMismatchException' } },
      'mailed',
    ],
    [
      'a code that is none',
      'mail_by_admin_update',
      { errors: { VerifyUserAttributeCommand: 'ExpiredCodeException' } },
      'silent',
    ],
    [
      'another error',
      'mail_by_admin_update',
      { errors: { VerifyUserAttributeCommand: 'LimitExceededException' } },
      null,
    ],
    ['a release', 'deployment_after_moved_alias', {}, null],
  ])('%s is as documented', async (_what, question, given, answer) => {
    expect(await answerTo(question, given)).toMatchObject({ question, answer });
  });

  it('one question does not depend on the failure of another', async () => {
    const errors = { AdminDisableUserCommand: 'AccessDeniedException' };

    expect(await answerTo('sign_out_of_disabled_user', { errors })).toMatchObject({
      answer: null,
      note: expect.stringContaining('AccessDeniedException'),
    });
    expect(await answerTo('email_form_preferred_username', { errors })).toMatchObject({
      answer: 'accepted',
    });
  });
});
