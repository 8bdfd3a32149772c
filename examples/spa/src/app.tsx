/** What the window shows: nothing yet, the sign-in page, the account, or why there is none. */
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
import { SignInPage } from './sign-in-page.tsx';

type View =
  | { kind: 'loading' }
  | { kind: 'signed-out'; notice: string | null }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'ready'; account: Account };

/** What came of a request: the account as it is now, or why it was refused. */
export type Outcome = { account: Account } | { refused: Problem };

/** Why a person who was signed in has to sign in again, by code of the refusal. */
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
}

export function App({ session, accounts, cognito, identityProviders }: AppProps) {
  const [view, setView] = useState<View>({ kind: 'loading' });

  /** Ends the view where the refusal ends the sign-in. @returns the refusal */
  const refuse = async (error: unknown): Promise<Problem> => {
    if (!(error instanceof AccountError)) throw error;
    const { problem } = error;
    if (endsSession(problem)) {
      await session.forget();
      setView({ kind: 'signed-out', notice: SIGNED_OUT[problem.code] ?? RAN_OUT });
    }
    return problem;
  };
  const settle = async (answer: Promise<Account>): Promise<Outcome> => {
    try {
      const account = await answer;
      setView({ kind: 'ready', account });
      return { account };
    } catch (error) {
      return { refused: await refuse(error) };
    }
  };
  const reload = () => settle(accounts.read());
  const change = (account: Account, changes: UserUpdate) =>
    settle(accounts.update(account, changes));
  const load = async () => {
    const outcome = await reload();
    if ('refused' in outcome && !endsSession(outcome.refused)) {
      setView({ kind: 'failed', problem: outcome.refused });
    }
  };
  const open = async () => {
    const arrival = await session.resume();
    if (arrival === 'signed-in') return load();
    setView({ kind: 'signed-out', notice: arrival === 'refused' ? NOT_FINISHED : null });
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
  return <AccountPage {...{ account, session, cognito, change, reload }} />;
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
