/** Verifies the e-mail address with the code that Cognito mails to it. */
import { useState } from 'preact/hooks';
import { type CognitoClient, CognitoError } from './cognito-client.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

interface EmailCodeDialogProps {
  email: string;
  cognito: CognitoClient;
  signInAgain: () => Promise<void>;
  onConfirmed: () => void;
  onClose: () => void;
}

const TITLE = 'Confirm e-mail address';

/** Asks for no code when it opens: Cognito mails one by itself when the address changes. */
export function EmailCodeDialog(props: EmailCodeDialogProps) {
  const { email, cognito, signInAgain, onConfirmed, onClose } = props;
  const [code, setCode] = useState('');
  const [resent, setResent] = useState(false);
  const [errors, setErrors] = useState<{ code?: string }>({});
  const [ended, setEnded] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (call: () => Promise<void>, done: () => void) => {
    setBusy(true);
    setErrors({});
    try {
      await call();
      done();
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      if (error.needsSignIn) setEnded(error.message);
      else setErrors({ code: error.message });
    }
    setBusy(false);
  };
  const send = () => attempt(cognito.sendCode, () => setResent(true));
  const confirm = () => attempt(() => cognito.confirm(code.trim()), onConfirmed);
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
      onSubmit={confirm}
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
        Send a new code
      </button>
    </Dialog>
  );
}
