/** The page of whoever is not signed in. */
import { useFocusOnMount } from './focus.ts';
import type { Session } from './session.ts';

interface SignInPageProps {
  session: Session;
  identityProviders: string[];
  /** Why the user was signed out; null if they were not. */
  notice: string | null;
}

export function SignInPage({ session, identityProviders, notice }: SignInPageProps) {
  const heading = useFocusOnMount<HTMLHeadingElement>();
  return (
    <main class="narrow card sign-in">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1 ref={heading} tabIndex={-1}>
        Sign in to your account
      </h1>
      <p class="hint">See what is known about you, and change what you may.</p>
      {notice && (
        <p class="notice warning" role="alert">
          {notice}
        </p>
      )}
      <button type="button" class="primary" onClick={() => session.signIn()}>
        Sign in with a password
      </button>
      {identityProviders.map((provider) => (
        <button key={provider} type="button" onClick={() => session.signIn(provider)}>
          Sign in with {provider}
        </button>
      ))}
    </main>
  );
}
