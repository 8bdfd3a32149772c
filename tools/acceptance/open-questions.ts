/**
 * Questions about AWS that its documentation leaves open, asked of the deployment. The answers are
 * those that tools/local/gate/aws-observations.json knows.
 */
import {
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { errorName } from '../../lib/aws-errors.ts';
import { SignInRefusedError } from '../local/sign-in.ts';
import { NoSignInFormError } from '../local/sign-in-form.ts';
import { errorMessage } from '../support/progress.ts';
import type { AcceptanceContext, Person } from './context.ts';
import { nextSecond } from './eventually.ts';
import { claimsOf } from './old-sign-in.ts';

/** An answer, or why there is none. */
export interface Answer {
  question: string;
  answer: string | null;
  note: string;
}

type Ask = (context: AcceptanceContext) => Promise<{ answer: string | null; note: string }>;

/** auth_time of tokens that the hosted sign-in's cookie gives without credentials. */
const cookieSignInAuthTime: Ask = async (context) => {
  const person = await context.newPerson('cookie');
  const send = context.newBrowser();
  const first = await context.signInAtPage(person, { send });
  await nextSecond(context);
  // Without the right password only the cookie can give a code.
  const credentials = { ...person, password: context.ports.newPassword() };
  const second = await context.signInAtPage(credentials, { send });
  const [before, after] = [first, second].map(
    ({ accessToken }) => claimsOf(accessToken)['auth_time'],
  );
  return { answer: before === after ? 'kept' : 'new', note: 'two sign-ins with one cookie' };
};

const emailFormPreferredUsername: Ask = async (context) => {
  if (context.ports.signInNames !== 'aliases') {
    return { answer: null, note: 'only a pool of aliases has both' };
  }
  const person = await context.newPerson('e-mail-form');
  const username = context.email('e-mail-form');
  const refusal = await setAttributes(context, person, { preferred_username: username }).then(
    () => null,
    (error: unknown) => error,
  );
  if (refusal !== null) return { answer: 'refused', note: errorMessage(refusal) };
  const signsIn = await context.signInAtApi({ username, password: person.password }).then(
    () => 'signs in',
    (error: unknown) => `does not sign in: ${errorMessage(error)}`,
  );
  return { answer: 'accepted', note: signsIn };
};

const signOutOfDisabledUser: Ask = async (context) => {
  const person = await context.newPerson('disabled');
  const user = userOf(context, person);
  await context.aws.cognito.send(new AdminDisableUserCommand(user));
  return context.aws.cognito.send(new AdminUserGlobalSignOutCommand(user)).then(
    () => ({ answer: 'accepted', note: 'AdminUserGlobalSignOut succeeded' }),
    (error: unknown) => ({ answer: 'refused', note: errorMessage(error) }),
  );
};

/** A wrong code is a mismatch where a code was mailed, and expired where there is none. */
const mailByAdminUpdate: Ask = async (context) => {
  const person = await context.newPerson('mailed');
  const { accessToken: AccessToken } = await context.signInAtApi(person);
  const email = context.email('mailed');
  await setAttributes(context, person, { email, email_verified: 'false' });
  const wrong = { AccessToken, AttributeName: 'email', Code: '000000' };
  const name = await context.aws.cognito.send(new VerifyUserAttributeCommand(wrong)).then(
    () => 'success',
    (error: unknown) => errorName(error) ?? 'no name',
  );
  const answers = new Map([
    ['CodeMismatchException', 'mailed'],
    ['ExpiredCodeException', 'silent'],
  ]);
  return { answer: answers.get(name) ?? null, note: `a wrong code is ${name}` };
};

/** The person as Cognito's own operations name them: the adapter of the service hides answers. */
function userOf({ made, target }: AcceptanceContext, { directoryName }: Person) {
  made.assertDirectoryName(directoryName);
  return { UserPoolId: target.userPoolId, Username: directoryName };
}

async function setAttributes(
  context: AcceptanceContext,
  person: Person,
  attributes: Record<string, string>,
): Promise<void> {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  const input = { ...userOf(context, person), UserAttributes };
  await context.aws.cognito.send(new AdminUpdateUserAttributesCommand(input));
}

const QUESTIONS: Readonly<Record<string, Ask>> = {
  cookie_sign_in_auth_time: cookieSignInAuthTime,
  email_form_preferred_username: emailFormPreferredUsername,
  sign_out_of_disabled_user: signOutOfDisabledUser,
  mail_by_admin_update: mailByAdminUpdate,
  deployment_after_moved_alias: async () => ({
    answer: null,
    note: 'would need a release and an alias moved by hand: see docs/operations.md',
  }),
};

/** Asks every question. */
export async function askOpenQuestions(context: AcceptanceContext): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [question, ask] of Object.entries(QUESTIONS)) {
    const answered = await ask(context).catch((error: unknown) => ({
      answer: null,
      note: reasonOf(error),
    }));
    answers.push({ question, ...answered });
  }
  return answers;
}

function reasonOf(error: unknown): string {
  if (error instanceof SignInRefusedError) return `the cookie gave no code: ${error.message}`;
  return errorMessage(error, NoSignInFormError);
}
