/** The page of the signed-in user's account. */
import { useEffect, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import { AccountHeader } from './account-header.tsx';
import type { Outcome } from './app.tsx';
import { Button } from './button.tsx';
import type { CognitoClient } from './cognito-client.ts';
import { accountDenialReason } from './denial-reasons.ts';
import { ProfileForm } from './profile-form.tsx';
import type { Session } from './session.ts';
import type { SignInNames } from './sign-in-names.ts';
import { SignInSection } from './sign-in-section.tsx';
import { messageOf } from './texts.ts';

interface AccountPageProps {
  account: Account;
  session: Session;
  cognito: CognitoClient;
  signInNames: SignInNames;
  change: (account: Account, changes: UserUpdate) => Promise<Outcome>;
  /** Fetches the account again. */
  reload: () => Promise<Outcome>;
  signOut: () => Promise<void>;
}

export function AccountPage(props: AccountPageProps) {
  const { account, session, cognito, signInNames, reload, signOut } = props;
  useRefreshOnReturn(reload);
  const { user, capabilities } = account;
  const locked = accountDenialReason(capabilities);
  const change = (changes: UserUpdate) => props.change(account, changes);
  return (
    <>
      <header class="bar">
        <div class="inner">
          <span class="brand">Your account</span>
          <Button onClick={signOut}>Sign out</Button>
        </div>
      </header>
      <main>
        <AccountHeader user={user} />
        {!user.is_onboarded && capabilities.is_onboarded.editable && <Welcome change={change} />}
        {locked && <p class="notice">{locked}</p>}
        <ProfileForm key={user.id} {...{ account, change }} />
        <SignInSection
          key={`sign-in-${user.id}`}
          {...{ account, change, reload, session, cognito, signInNames }}
        />
        <Facts account={account} />
      </main>
    </>
  );
}

/** Refetches the account when the tab becomes visible, which also detects an ended session. */
function useRefreshOnReturn(reload: () => Promise<Outcome>): void {
  useEffect(() => {
    const onChange = () => {
      if (document.visibilityState === 'visible') void reload();
    };
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, [reload]);
}

function Welcome({ change }: { change: (changes: UserUpdate) => Promise<Outcome> }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const dismiss = async () => {
    setBusy(true);
    const outcome = await change({ is_onboarded: true });
    setBusy(false);
    if ('problem' in outcome) setProblem(messageOf(outcome.problem));
  };
  return (
    <section class="notice" aria-label="Welcome">
      <p>Welcome! This page shows what is known about you. What you may change has a field here.</p>
      <Button onClick={dismiss} inactive={busy}>
        Got it
      </Button>
      <p role="alert">{problem}</p>
    </section>
  );
}

/** Fields that only others can set. */
function Facts({ account: { user } }: { account: Account }) {
  const facts: [label: string, value: string | null][] = [
    ['Account id', user.id],
    ['Identity provider', user.oauth_provider],
    ['Id at the provider', user.oauth_id],
    ['Organization', user.organization_id],
  ];
  return (
    <section class="card" aria-labelledby="facts-heading">
      <h2 id="facts-heading">About this account</h2>
      <dl class="rows">
        {facts.map(
          ([label, value]) =>
            value !== null && (
              <div class="row" key={label}>
                <dt>{label}</dt>
                <dd>
                  <span class="value">{value}</span>
                </dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
