/** Shown when the account cannot be loaded: the problem, sign-out, and retry where that can help. */
import { useState } from 'preact/hooks';
import type { Problem } from './account-client.ts';
import { Button } from './button.tsx';
import { useFocusOnMount } from './focus.ts';
import { messageOf } from './texts.ts';

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
      <p role="alert">{messageOf(problem)}</p>
      {problem.request_id && <p class="hint">Request {problem.request_id}</p>}
      <div class="actions">
        {mayPass(problem) && (
          <Button class="primary" onClick={retryOnce} inactive={busy}>
            Try again
          </Button>
        )}
        <Button onClick={signOut}>Sign out</Button>
      </div>
    </main>
  );
}

/** Problems of other statuses that may pass as well. */
const PASSING: ReadonlySet<string> = new Set(['invalid_token', 'unexpected_response']);

/** Whether the same request may succeed later: no response, too many of them, or a fault over there. */
function mayPass({ status, code }: Problem): boolean {
  return status === 0 || status === 429 || status >= 500 || PASSING.has(code);
}
