/** The account of whoever is signed in. */
import { useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import { AccountHeader } from './account-header.tsx';
import type { Outcome } from './app.tsx';
import type { CognitoClient } from './cognito-client.ts';
import { ProfileForm } from './profile-form.tsx';
import { wholeReason } from './reasons.ts';
import type { Session } from './session.ts';
import { SignInSection } from './sign-in-section.tsx';

interface AccountPageProps {
  account: Account;
  session: Session;
  cognito: CognitoClient;
  change: (account: Account, changes: UserUpdate) => Promise<Outcome>;
  /** Reads the account again. */
  reload: () => Promise<void>;
}

export function AccountPage({ account, session, cognito, change, reload }: AccountPageProps) {
  const [announcement, announce] = useState('');
  const { user, capabilities } = account;
  const locked = wholeReason(capabilities);
  const common = {
    account,
    reload,
    change: (changes: UserUpdate) => {
      announce('');
      return change(account, changes);
    },
    announce,
  };
  return (
    <>
      <div class="bar">
        <span class="brand">Your account</span>
        <button type="button" onClick={session.signOut}>
          Sign out
        </button>
      </div>
      <main>
        <AccountHeader user={user} />
        {locked && <p class="notice">{locked}</p>}
        <p class={announcement ? 'notice success' : 'quiet'} role="status">
          {announcement}
        </p>
        <ProfileForm {...common} />
        <SignInSection {...common} {...{ session, cognito }} />
        <Facts account={account} />
      </main>
    </>
  );
}

/** What others set. */
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
