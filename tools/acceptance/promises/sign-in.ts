/** What sign-ins promise: both OAuth flows, Cognito's own API, and names that move with the account. */
import {
  GetUserAttributeVerificationCodeCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { EMAIL_CHANGE_HEADER } from '../../../lib/contract.ts';
import { newestCode } from '../../local/outbox.ts';
import { refresh, type Tokens } from '../../local/sign-in.ts';
import { NoSignInFormError } from '../../local/sign-in-form.ts';
import type { AcceptanceContext, Person } from '../context.ts';
import { compare, compareAll, notTried, verdict } from '../expectation.ts';
import type { AcceptancePromise, Seen } from '../runner.ts';

/** A promise about the hosted sign-in, where it can be had without a browser. */
function atPage(
  promise: Omit<AcceptancePromise<never>, 'tried'>,
  tried: (context: AcceptanceContext) => Promise<Seen>,
): AcceptancePromise<AcceptanceContext> {
  return {
    ...promise,
    tried: (context) =>
      tried(context).catch((error: unknown) => {
        if (error instanceof NoSignInFormError) return notTried('the sign-in page needs a browser');
        throw error;
      }),
  };
}

async function usable(context: AcceptanceContext, { accessToken }: Tokens): Promise<Seen> {
  const { get, patch } = context.requestsWith(accessToken);
  return compareAll([
    [{ status: 200 }, await get()],
    [{ status: 200 }, await patch({ is_onboarded: true })],
  ]);
}

/** That name signs the person in. */
async function signsIn(
  context: AcceptanceContext,
  { password, subject }: Person,
  username: string,
  body: Record<string, unknown> = { id: subject },
): Promise<Seen> {
  const { accessToken } = await context.signIn({ username, password });
  const response = await context.call({ token: accessToken });
  return compare({ status: 200, body }, response);
}

/** The old name does not sign in any more, and the new one does. */
async function moved(
  context: AcceptanceContext,
  person: Person,
  { from, to }: { from: string; to: string },
): Promise<Seen> {
  const { password } = person;
  const isOldRefused = await context.isRefused({ username: from, password });
  const seen = await signsIn(context, person, to);
  return isOldRefused ? seen : verdict(false, 'the old name signs in');
}

export const SIGN_IN: readonly AcceptancePromise<AcceptanceContext>[] = [
  atPage(
    {
      id: 'sign-in.page',
      text: 'Authorization code with PKCE at the hosted sign-in gives tokens for both operations',
      expected: '200; 200',
    },
    async (context) => usable(context, await context.signInAtPage(await context.person('reader'))),
  ),
  atPage(
    {
      id: 'sign-in.page.scopes',
      text: 'A token with users/me.read alone reads, and one without a scope of the API does not',
      expected: '200; 403 insufficient_scope; 401 invalid_token',
    },
    async (context) => {
      const person = await context.person('reader');
      const signedIn = async (scopes: string[]) =>
        context.requestsWith((await context.signInAtPage(person, { scopes })).accessToken);
      const reading = await signedIn(['users/me.read']);
      const scopeless = await signedIn(['openid']);
      const insufficient = {
        status: 403,
        code: 'insufficient_scope',
        body: { scope: 'users/me.write' },
      };
      return compareAll([
        [{ status: 200 }, await reading.get()],
        [insufficient, await reading.patch({ name: 'x' })],
        [{ status: 401, code: 'invalid_token' }, await scopeless.get()],
      ]);
    },
  ),
  atPage(
    {
      id: 'sign-in.page.refresh',
      text: 'A refresh token of the hosted sign-in gives a new access token for both operations',
      expected: '200; 200',
    },
    async (context) => {
      const { refreshToken } = await context.signInAtPage(await context.person('reader'));
      const endpoints = { ...context.target, send: context.newBrowser() };
      return usable(context, await refresh(endpoints, refreshToken ?? ''));
    },
  ),
  {
    id: 'sign-in.api',
    text: 'A token of a sign-in at Cognito’s own API is good for both operations',
    expected: '200; 200',
    async tried(context) {
      if (context.target.config.patchClientIds.length > 0) return notTried('patchClients is set');
      return usable(context, await context.signInAtApi(await context.person('reader')));
    },
  },
  {
    id: 'sign-in.wrong-password',
    text: 'A wrong password gives no token',
    expected: 'refused',
    async tried(context) {
      const person = await context.person('reader');
      const password = context.ports.newPassword();
      const isRefused = await context.isRefused({ ...person, password });
      return verdict(isRefused, isRefused ? 'refused' : 'signed in');
    },
  },
  {
    id: 'rename.username',
    text: 'A new username signs in, and the old one no longer does; where people sign in by e-mail or user name (`signInNames`), that goes on',
    expected: '200, old name refused where it is an alias, 200',
    async tried(context) {
      const person = await context.newPerson('renamed');
      const username = context.name('renamed');
      const seen = compare({ status: 200, body: { username } }, await person.patch({ username }));
      if (seen.outcome === 'broken') return seen;
      const { signInName = person.username } = person;
      return context.ports.signInNames === 'aliases'
        ? moved(context, person, { from: signInName, to: username })
        : signsIn(context, person, signInName);
    },
  },
  {
    id: 'rename.freed',
    text: 'A username that was given up can be taken back by its last holder',
    expected: '200; 200',
    async tried(context) {
      const { patch, username } = await context.newPerson('returning');
      return compareAll([
        [{ status: 200 }, await patch({ username: context.name('away') })],
        [{ status: 200, body: { username } }, await patch({ username })],
      ]);
    },
  },
  {
    id: 'email.changed',
    text: 'A new e-mail is the account’s at once, and its owner signs in by username until it is confirmed (by the e-mail, where people sign in by it); or it waits to be proven (`emailChange`), and the old one signs in',
    expected: '200, then 200 after a sign-in, and the old e-mail refused where it is not kept',
    async tried(context) {
      const person = await context.newPerson('mailed');
      const { username, email: from } = person;
      const email = context.email('moved');
      const response = await person.patch({ email });
      const isKept = response.headers.has(EMAIL_CHANGE_HEADER);
      const changed = compare({ status: 200, body: { email: isKept ? from : email } }, response);
      if (changed.outcome === 'broken') return changed;
      const { signInNames } = context.ports;
      if (signInNames === 'username') return signsIn(context, person, username);
      if (isKept) return signsIn(context, person, from, { email: from });
      return moved(context, person, { from, to: signInNames === 'email' ? email : username });
    },
  },
  {
    id: 'email.confirmed',
    text: 'A new e-mail signs in once its owner has confirmed Cognito’s code, unless people sign in by user name',
    expected: '200, then 200 after a sign-in',
    async tried(context) {
      const { localEndpoint } = context.target;
      if (localEndpoint === null) return notTried('mail cannot be read here');
      const person = await context.newPerson('mailed');
      const email = context.email('moved');
      const { accessToken } = await context.signInAtApi(person);
      const changed = compare({ status: 200 }, await person.patch({ email }));
      if (changed.outcome === 'broken') return changed;
      const attribute = { AccessToken: accessToken, AttributeName: 'email' };
      await context.aws.cognito.send(new GetUserAttributeVerificationCodeCommand(attribute));
      const Code = await newestCode(localEndpoint, email);
      await context.aws.cognito.send(new VerifyUserAttributeCommand({ ...attribute, Code }));
      const isName = context.ports.signInNames !== 'username';
      return signsIn(context, person, isName ? email : person.username, { email });
    },
  },
];
