/** Asks the user to re-authenticate before a change that requires a recent sign-in (RFC 9470). */
import { Dialog } from './dialog.tsx';
import { NO_PROBLEM } from './form-problem.ts';

interface ReauthenticateProps {
  title: string;
  /** What happens to the change afterwards. */
  keeps: string;
  go: () => Promise<void>;
  onClose: () => void;
}

export function Reauthenticate({ title, keeps, go, onClose }: ReauthenticateProps) {
  const common = { title, onClose, problem: NO_PROBLEM };
  return (
    <Dialog {...common} submit="Sign in again" busy={false} onSubmit={go}>
      <p>You signed in a while ago. For your safety, this change wants a new sign-in. {keeps}</p>
    </Dialog>
  );
}
