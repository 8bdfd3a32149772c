/** What sign-ins promise: both OAuth flows, Cognito's own API, and names that move with the account. */
import {
  GetUserAttributeVerificationCodeCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { EMAIL_CHANGE_HEADER } from '../../../lib/contract.ts';
import { newestCode } from '../../local/outbox.ts';
import { refresh, type Tokens } from '../../local/sign-in.ts';
import { NoSignInFormError } from '../../local/sign-in-form.ts';
import type { AcceptanceContext } from '../context.ts';
import { compare, compareAll, notTried, verdict } from '../expectation.ts';
import type { Person } from '../person.ts';
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

/** One name does not sign in, and another does. */
async function moved(
  context: AcceptanceContext,
  { password, subject }: Person,
  { from, to }: { from: string; to: string },
): Promise<Seen> {
  const isOldRefused = await context.isRefused({ signInName: from, password });
  const { accessToken } = await context.signIn({ signInName: to, password });
  const seen = compare(
    { status: 200, body: { id: subject } },
    await context.call({ token: accessToken }),
  );
  return isOldRefused ? seen : verdict(false, 'the name that should not sign in does');
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
      const { signInName } = await context.person('reader');
      const password = context.ports.newPassword();
      const isRefused = await context.isRefused({ signInName, password });
      return verdict(isRefused, isRefused ? 'refused' : 'signed in');
    },
  },
  {
    id: 'rename.username',
    text: 'A new username signs in, and the old one no longer does; or, by `signInNames`, what signed in before goes on',
    expected: '200, then 200 after a sign-in, and the old or the new name refused',
    async tried(context) {
      const person = await context.newPerson('renamed');
      const username = context.name('renamed');
      const seen = compare({ status: 200, body: { username } }, await person.patch({ username }));
      if (seen.outcome === 'broken') return seen;
      if (context.target.signInNames === 'email') {
        return moved(context, person, { from: username, to: person.email });
      }
      if (context.target.signInNames === 'username') {
        return usable(context, await context.signIn(person));
      }
      return moved(context, person, { from: person.username, to: username });
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
    text: 'A new e-mail is the account’s at once, and its owner signs in by username until it is confirmed, or by the e-mail alone (`signInNames`); or it waits to be proven (`emailChange`), and what signed in before goes on',
    expected: '200, then 200 after a sign-in, and the old e-mail refused where it is not kept',
    async tried(context) {
      const person = await context.newPerson('mailed');
      const { email: from } = person;
      const email = context.email('moved');
      const response = await person.patch({ email });
      const isKept = response.headers.has(EMAIL_CHANGE_HEADER);
      const changed = compare({ status: 200, body: { email: isKept ? from : email } }, response);
      if (changed.outcome === 'broken') return changed;
      if (isKept) {
        const signInName = context.target.signInNames === 'username' ? person.username : from;
        const { accessToken } = await context.signIn({ ...person, signInName });
        const body = { email: from };
        return compare({ status: 200, body }, await context.call({ token: accessToken }));
      }
      return moved(context, person, { from, to: context.signInNameOf({ ...person, email }) });
    },
  },
  {
    id: 'email.confirmed',
    text: 'A new e-mail signs in once its owner has confirmed Cognito’s code, unless usernames alone do (`signInNames`)',
    expected: '200, then 200 after a sign-in by the new address, or the username',
    async tried(context) {
      const { localEndpoint } = context.target;
      if (localEndpoint === null) return notTried('mail cannot be read here');
      const person = await context.newPerson('mailed');
      const email = context.email('moved');
      const response = await person.patch({ email });
      const isKept = response.headers.has(EMAIL_CHANGE_HEADER);
      const changed = compare({ status: 200 }, response);
      if (changed.outcome === 'broken') return changed;
      const signInName = isKept ? person.signInName : context.signInNameOf({ ...person, email });
      const { accessToken } = await context.signInAtApi({ ...person, signInName });
      const attribute = { AccessToken: accessToken, AttributeName: 'email' };
      await context.aws.cognito.send(new GetUserAttributeVerificationCodeCommand(attribute));
      const Code = await newestCode(localEndpoint, email);
      await context.aws.cognito.send(new VerifyUserAttributeCommand({ ...attribute, Code }));
      const confirmed = context.target.signInNames === 'username' ? person.username : email;
      const tokens = await context.signIn({ ...person, signInName: confirmed });
      const read = await context.call({ token: tokens.accessToken });
      return compare({ status: 200, body: { email } }, read);
    },
  },
];
