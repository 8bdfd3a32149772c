/** Root component: chooses between loading, sign-in, account and failure views. */
import { useEffect, useState } from 'preact/hooks';
import {
  type Account,
  type AccountClient,
  AccountError,
  localProblem,
  type Problem,
  type UserUpdate,
} from './account-client.ts';
import { AccountPage } from './account-page.tsx';
import type { CognitoClient } from './cognito-client.ts';
import { FailurePage } from './failure-page.tsx';
import { ConflictError, saveMerged } from './saving.ts';
import type { Session } from './session.ts';
import { signInEnd } from './sign-in-end.ts';
import type { SignInNames } from './sign-in-names.ts';
import { SignInPage } from './sign-in-page.tsx';
import { forgetEdits } from './unsaved-edits.ts';

type View =
  | { kind: 'loading' }
  | { kind: 'signed-out'; notice: string | null }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'ready'; account: Account };

/** Result of a request: the current account, or the problem. */
export type Outcome = { account: Account } | { problem: Problem };

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

  const settle = async (request: Promise<Account>): Promise<Outcome> => {
    try {
      const account = await request;
      setView({ kind: 'ready', account });
      return { account };
    } catch (error) {
      if (error instanceof ConflictError) {
        setView({ kind: 'ready', account: error.account });
        return { problem: localProblem('changed_elsewhere') };
      }
      if (!(error instanceof AccountError)) throw error;
      const { problem } = error;
      const notice = signInEnd(problem);
      if (notice !== null) {
        await session.forget();
        setView({ kind: 'signed-out', notice });
      }
      return { problem };
    }
  };
  const reload = () => settle(accounts.read());
  const change = (account: Account, changes: UserUpdate) =>
    settle(saveMerged(accounts, account, changes));
  const load = async () => {
    const outcome = await reload();
    if ('problem' in outcome && signInEnd(outcome.problem) === null) {
      setView({ kind: 'failed', problem: outcome.problem });
    }
  };
  const open = async () => {
    const arrival = await session.resume();
    if (arrival === 'signed-in') return load();
    setView({ kind: 'signed-out', notice: arrival === 'failed' ? NOT_FINISHED : null });
  };
  const signOut = () => {
    forgetEdits();
    return session.signOut();
  };
  useEffect(() => {
    void open();
  }, []);

  if (view.kind === 'loading') return <Loading />;
  if (view.kind === 'signed-out')
    return <SignInPage {...{ session, identityProviders }} notice={view.notice} />;
  if (view.kind === 'failed')
    return <FailurePage problem={view.problem} retry={load} signOut={signOut} />;
  const { account } = view;
  return <AccountPage {...{ account, session, cognito, signInNames, change, reload, signOut }} />;
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
