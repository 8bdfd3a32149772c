/** Asks for a new sign-in before a change that wants a recent one (RFC 9470). */
import { Dialog } from './dialog.tsx';

interface SignInAgainProps {
  title: string;
  /** What happens to the change meanwhile. */
  keeps: string;
  go: () => Promise<void>;
  onClose: () => void;
}

export function SignInAgain({ title, keeps, go, onClose }: SignInAgainProps) {
  return (
    <Dialog {...{ title, onClose }} submit="Sign in again" busy={false} faults={{}} onSubmit={go}>
      <p>You signed in a while ago. For your safety, this change wants a new sign-in. {keeps}</p>
    </Dialog>
  );
}
