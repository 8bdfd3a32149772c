/** The two uses of a mailed code: to confirm the account's address, and to prove a new one. */
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { Button } from './button.tsx';
import { type CognitoClient, CognitoError } from './cognito-client.ts';
import { EmailCodeDialog } from './email-code-dialog.tsx';
import { messageOf } from './texts.ts';

interface DialogProps {
  account: Account;
  cognito: CognitoClient;
  signInAgain: () => Promise<void>;
  /** Closes the dialog and announces the outcome. */
  done: (message: string) => void;
  onClose: () => void;
}

/** For an address that is the account's already: Cognito is to know that it is confirmed. */
export function ConfirmEmailDialog(props: DialogProps & { onConfirmed: () => void }) {
  const { account, cognito, done, onConfirmed, ...common } = props;
  const confirm = async (code: string) => {
    await cognito.confirm(code);
    onConfirmed();
    done('Your e-mail address is confirmed.');
  };
  const resend = { resend: cognito.sendCode, resendLabel: 'Send a new code' };
  return (
    <EmailCodeDialog email={account.user.email ?? ''} {...{ confirm, ...resend, ...common }} />
  );
}

/** For a new address: the account has it once it is proven, which the next read finds out. */
export function ProveEmailDialog(
  props: DialogProps & {
    email: string;
    change: (changes: UserUpdate) => Promise<Outcome>;
    reload: () => Promise<Outcome>;
  },
) {
  const { account: _account, email, cognito, change, reload, done, ...common } = props;
  const confirm = async (code: string) => {
    await cognito.confirm(code);
    const outcome = await reload();
    if ('problem' in outcome) throw new CognitoError(messageOf(outcome.problem), false);
    const isChanged = outcome.account.user.email === email;
    done(
      isChanged
        ? 'Your e-mail address is changed.'
        : 'Another account has this address by now. You keep your old one.',
    );
  };
  const resend = async () => {
    const outcome = await change({ email });
    if (!('problem' in outcome)) return;
    const { problem } = outcome;
    const needsSignIn = problem.code === 'insufficient_user_authentication';
    throw new CognitoError(messageOf(problem), needsSignIn);
  };
  return <EmailCodeDialog {...{ email, confirm, resend, ...common }} resendLabel="Send again" />;
}

interface PendingEmailProps {
  email: string;
  enterCode: () => void;
  /** Takes the change back; null where there is no old address. */
  keepOld: (() => void) | null;
}

/** Says which address waits, beside the account's. */
export function PendingEmail({ email, enterCode, keepOld }: PendingEmailProps) {
  return (
    <div class="pending">
      <p class="reason">{email} becomes your address once you have entered its code.</p>
      <Button class="link" onClick={enterCode}>
        Enter the code
      </Button>
      {keepOld && (
        <Button class="link" onClick={keepOld}>
          Keep my old address
        </Button>
      )}
    </div>
  );
}
