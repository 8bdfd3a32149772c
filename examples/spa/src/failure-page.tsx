/** Shown when the account cannot be loaded: the problem, retry and sign-out. */
import { useState } from 'preact/hooks';
import type { Problem } from './account-client.ts';
import { useFocusOnMount } from './focus.ts';

interface FailurePageProps {
  problem: Problem;
  retry: () => Promise<void>;
  signOut: () => Promise<void>;
}

export function FailurePage({ problem, retry, signOut }: FailurePageProps) {
  const heading = useFocusOnMount<HTMLHeadingElement>();
  const [busy, setBusy] = useState(false);
  const retryOnce = async () => {
    setBusy(true);
    await retry();
    setBusy(false);
  };
  return (
    <main class="narrow card">
      <h1 ref={heading} tabIndex={-1}>
        Your account cannot be shown
      </h1>
      <p>{problem.detail}</p>
      {problem.request_id && <p class="hint">Request {problem.request_id}</p>}
      <div class="actions">
        <button type="button" class="primary" onClick={retryOnce} disabled={busy}>
          Try again
        </button>
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      </div>
    </main>
  );
}
