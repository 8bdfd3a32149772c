/** Asks for the code that Cognito mails to an e-mail address. */
import { useState } from 'preact/hooks';
import { CognitoError } from './cognito-client.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

interface EmailCodeDialogProps {
  email: string;
  /** Checks the code; throws CognitoError. */
  confirm: (code: string) => Promise<void>;
  /** Has a new code mailed; throws CognitoError. */
  resend: () => Promise<void>;
  resendLabel: string;
  signInAgain: () => Promise<void>;
  onClose: () => void;
}

const TITLE = 'Confirm e-mail address';

/** Asks for no code when it opens: Cognito mails one by itself when the address changes. */
export function EmailCodeDialog(props: EmailCodeDialogProps) {
  const { email, confirm, resend, resendLabel, signInAgain, onClose } = props;
  const [code, setCode] = useState('');
  const [resent, setResent] = useState(false);
  const [errors, setErrors] = useState<{ code?: string }>({});
  const [ended, setEnded] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (call: () => Promise<void>, done?: () => void) => {
    setBusy(true);
    setErrors({});
    try {
      await call();
      done?.();
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      if (error.needsSignIn) setEnded(error.message);
      else setErrors({ code: error.message });
    }
    setBusy(false);
  };
  const send = () => attempt(resend, () => setResent(true));
  if (ended !== null) {
    const common = { title: TITLE, busy, errors: {}, onClose };
    return (
      <Dialog {...common} submit="Sign in again" onSubmit={signInAgain}>
        <p role="alert">{ended}</p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={TITLE}
      submit="Confirm"
      {...{ busy, onClose }}
      errors={errors}
      onSubmit={() => attempt(() => confirm(code.trim()))}
    >
      <p role="status">
        {resent
          ? `A new code was mailed to ${email}. The ones before no longer work.`
          : `Enter the code that was mailed to ${email}.`}
      </p>
      <Field
        id="code"
        label="Code"
        value={code}
        onValue={setCode}
        error={errors.code}
        input={{ inputMode: 'numeric', autocomplete: 'one-time-code' }}
      />
      <button type="button" class="link" onClick={send} disabled={busy}>
        {resendLabel}
      </button>
    </Dialog>
  );
}
