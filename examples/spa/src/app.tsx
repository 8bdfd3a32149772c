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

/** What came of a change: the account after it, or why there was none. */
export type Outcome = { saved: Account } | { refused: Problem };

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
  const load = async () => {
    try {
      setView({ kind: 'ready', account: await accounts.read() });
    } catch (error) {
      const problem = await refuse(error);
      if (!endsSession(problem)) setView({ kind: 'failed', problem });
    }
  };
  const change = async (account: Account, changes: UserUpdate): Promise<Outcome> => {
    try {
      const saved = await accounts.update(account, changes);
      setView({ kind: 'ready', account: saved });
      return { saved };
    } catch (error) {
      return { refused: await refuse(error) };
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
  return <AccountPage {...{ account, session, cognito, change }} reload={load} />;
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
