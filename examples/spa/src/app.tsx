/** Root component: chooses between loading, sign-in, account and failure views. */
import { useEffect, useState } from 'preact/hooks';
import {
  type Account,
  type AccountClient,
  AccountError,
  type Problem,
  type UserUpdate,
} from './account-client.ts';
import { AccountPage } from './account-page.tsx';
import type { CognitoClient } from './cognito-client.ts';
import { FailurePage } from './failure-page.tsx';
import type { Session } from './session.ts';
import type { SignInNames } from './sign-in-names.ts';
import { SignInPage } from './sign-in-page.tsx';

type View =
  | { kind: 'loading' }
  | { kind: 'signed-out'; notice: string | null }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'ready'; account: Account };

/** Result of a request: the current account, or the problem. */
export type Outcome = { account: Account } | { problem: Problem };

/** Why a signed-in user must sign in again, by problem code. */
const SIGNED_OUT: Record<string, string> = {
  session_revoked:
    'You were signed out here, because the sessions of this account were ended. A new password does that.',
  account_not_found: 'This account no longer exists.',
};
const RAN_OUT = 'Your sign-in has run out.';
const NOT_FINISHED = 'The sign-in was not finished. Try again.';

export interface AppProps {
  session: Session;
  accounts: AccountClient;
  cognito: CognitoClient;
  identityProviders: string[];
  signInNames: SignInNames;
}

export function App(props: AppProps) {
  const { session, accounts, cognito, identityProviders, signInNames } = props;
  const [view, setView] = useState<View>({ kind: 'loading' });

  /** The problem of a failed request; shows the sign-in page if it ended the session. */
  const problemOf = async (error: unknown): Promise<Problem> => {
    if (!(error instanceof AccountError)) throw error;
    const { problem } = error;
    if (endsSession(problem)) {
      await session.forget();
      setView({ kind: 'signed-out', notice: SIGNED_OUT[problem.code] ?? RAN_OUT });
    }
    return problem;
  };
  const settle = async (request: Promise<Account>): Promise<Outcome> => {
    try {
      const account = await request;
      setView({ kind: 'ready', account });
      return { account };
    } catch (error) {
      return { problem: await problemOf(error) };
    }
  };
  const reload = () => settle(accounts.read());
  const change = (account: Account, changes: UserUpdate) =>
    settle(accounts.update(account, changes));
  const load = async () => {
    const outcome = await reload();
    if ('problem' in outcome && !endsSession(outcome.problem)) {
      setView({ kind: 'failed', problem: outcome.problem });
    }
  };
  const open = async () => {
    const arrival = await session.resume();
    if (arrival === 'signed-in') return load();
    setView({ kind: 'signed-out', notice: arrival === 'failed' ? NOT_FINISHED : null });
  };
  useEffect(() => {
    void open();
  }, []);

  if (view.kind === 'loading') return <Loading />;
  if (view.kind === 'signed-out')
    return <SignInPage {...{ session, identityProviders }} notice={view.notice} />;
  if (view.kind === 'failed')
    return <FailurePage problem={view.problem} retry={load} signOut={session.signOut} />;
  const { account } = view;
  return <AccountPage {...{ account, session, cognito, signInNames, change, reload }} />;
}

function endsSession({ status, code }: Problem): boolean {
  return status === 401 && code !== 'insufficient_user_authentication';
}

function Loading() {
  return (
    <main class="narrow" aria-busy="true">
      <p class="loading" role="status">
        Loading your account …
      </p>
    </main>
  );
}
