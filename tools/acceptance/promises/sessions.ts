/** What ends a session, and what needs a recent sign-in. */
import { CAPABILITIES_TYPE } from '../../../lib/contract.ts';
import {
  expirePassword,
  setActive,
  signOut,
} from '../../../lib/operations/account-administration.ts';
import { deleteAccount } from '../../../lib/operations/account-lifecycle.ts';
import type { AcceptanceContext, Person } from '../context.ts';
import { nextSecond } from '../eventually.ts';
import { compareAll, type Expected, notTried, responds, verdict } from '../expectation.ts';
import { sendAsOld } from '../old-sign-in.ts';
import type { AcceptancePromise, Seen } from '../runner.ts';

const REVOKED: Expected = {
  status: 401,
  code: 'session_revoked',
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};
const HOUR = 3600;

/** A promise about the next request after something that operators do to a person. */
function after(
  id: string,
  text: string,
  expected: Expected,
  change: (context: AcceptanceContext, subject: string) => Promise<unknown>,
): AcceptancePromise<AcceptanceContext> {
  return responds(`session.${id}`, text, expected, async (context) => {
    const person = await context.newPerson('ended');
    await nextSecond(context);
    await change(context, person.subject);
    return person.get();
  });
}

/** A sign-in that is older than sensitive changes allow, where the deployment has a limit. */
interface OldSignIn {
  context: AcceptanceContext;
  person: Person;
  maxAge: number;
  /** Sends a request with the person's token, as if they had signed in longer ago than allowed. */
  send(request: {
    fields?: object;
    headers?: Record<string, string>;
  }): ReturnType<typeof sendAsOld>;
}

function withOldSignIn(
  promise: Omit<AcceptancePromise<never>, 'tried'>,
  tried: (old: OldSignIn) => Promise<Seen>,
): AcceptancePromise<AcceptanceContext> {
  return {
    ...promise,
    async tried(context) {
      const maxAge = context.target.config.recentSignInSeconds;
      if (maxAge === 0) return notTried('recentSignInMinutes is 0');
      const person = await context.newPerson('signed-in-long-ago');
      const { accessToken: token } = person.tokens;
      const send: OldSignIn['send'] = (request) =>
        sendAsOld(context, { ...request, token, signedInAgo: maxAge + 60 });
      return tried({ context, person, maxAge, send });
    },
  };
}

export const SESSIONS: readonly AcceptancePromise<AcceptanceContext>[] = [
  {
    id: 'session.password',
    text: 'A new password ends every other session at once, and keeps the one that set it',
    expected: '200, other session 401 session_revoked, this one 200, old password refused',
    async tried(context) {
      const here = await context.newPerson('two-browsers');
      const there = await context.signedIn(here);
      await nextSecond(context);
      const password = context.ports.newPassword();
      const changed = await here.patch({ password });
      await nextSecond(context);
      const later = await context.signedIn({ ...here, password });
      if (!(await context.isRefused(here))) return verdict(false, 'the old password signs in');
      return compareAll([
        [{ status: 200, body: { password: null, password_expired: false } }, changed],
        [REVOKED, await there.get()],
        [REVOKED, await there.patch({ name: 'Intruder' })],
        [{ status: 200, body: { name: null } }, await here.get()],
        [{ status: 200 }, await later.get()],
      ]);
    },
  },
  after('sign-out', 'An operator’s sign-out ends a session at once', REVOKED, (context, subject) =>
    signOut(context.ports, subject),
  ),
  after(
    'expired-password',
    'A temporary password set by an operator ends a session at once',
    REVOKED,
    (context, subject) => expirePassword(context.ports, subject),
  ),
  after(
    'inactive',
    'A deactivated person is refused at once',
    { status: 403, code: 'account_inactive' },
    (context, subject) => setActive(context.ports, subject, false),
  ),
  after(
    'deleted',
    'The token of a deleted account is refused at once',
    { status: 401, code: 'account_not_found' },
    (context, subject) => deleteAccount(context.ports, subject),
  ),
  {
    id: 'session.expired',
    text: 'An expired token is refused even where the gateway still remembers it (function invoked)',
    expected: '401 invalid_token, twice',
    async tried(context) {
      const { accessToken: token } = (await context.person('reader')).tokens;
      const expired = { token, signedInAgo: HOUR, expiredAgo: 1 };
      const expected = { status: 401, code: 'invalid_token' };
      return compareAll([
        [expected, await sendAsOld(context, expired)],
        [expected, await sendAsOld(context, { ...expired, fields: { name: 'x' } })],
      ]);
    },
  },
  withOldSignIn(
    {
      id: 'step-up.refused',
      text: 'Names and password need a recent sign-in (function invoked)',
      expected: '401 insufficient_user_authentication with max_age, nothing changed',
    },
    async ({ context, person, maxAge, send }) => {
      const fields = {
        username: context.name('moved'),
        email: context.email('moved'),
        password: context.ports.newPassword(),
      };
      const errors = Object.keys(fields).map((name) => `/${name} insufficient_user_authentication`);
      const expected: Expected = {
        status: 401,
        code: 'insufficient_user_authentication',
        errors,
        body: { max_age: maxAge },
        headers: {
          'www-authenticate': `Bearer error="insufficient_user_authentication", max_age=${maxAge}`,
        },
      };
      const { username, email } = person;
      return compareAll([
        [expected, await send({ fields })],
        [{ status: 200, body: { username, email } }, await person.get()],
      ]);
    },
  ),
  withOldSignIn(
    {
      id: 'step-up.profile',
      text: 'The profile needs no recent sign-in (function invoked)',
      expected: '200',
    },
    async ({ send }) =>
      compareAll([
        [{ status: 200, body: { name: 'Ada' } }, await send({ fields: { name: 'Ada' } })],
      ]),
  ),
  withOldSignIn(
    {
      id: 'step-up.capabilities',
      text: 'The capabilities say that a recent sign-in is needed, and how recent (function invoked)',
      expected: 'username not editable, insufficient_user_authentication, max_age',
    },
    async ({ maxAge, send }) => {
      const { text } = await send({ headers: { Accept: CAPABILITIES_TYPE } });
      const seen = JSON.stringify(JSON.parse(text).fields?.username);
      const reason = 'insufficient_user_authentication';
      return verdict(seen === JSON.stringify({ editable: false, reason, max_age: maxAge }), seen);
    },
  ),
];
