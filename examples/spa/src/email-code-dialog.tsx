/** Verifies the e-mail address with the code that Cognito mails to it. */
import { useEffect, useState } from 'preact/hooks';
import { type CognitoClient, CognitoError } from './cognito-client.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

interface EmailCodeDialogProps {
  email: string;
  cognito: CognitoClient;
  onConfirmed: () => void;
  onClose: () => void;
}

export function EmailCodeDialog({ email, cognito, onConfirmed, onClose }: EmailCodeDialogProps) {
  const [code, setCode] = useState('');
  const [sent, setSent] = useState(false);
  const [errors, setErrors] = useState<{ code?: string }>({});
  const [busy, setBusy] = useState(false);
  const attempt = async (call: () => Promise<void>, done: () => void) => {
    setBusy(true);
    setErrors({});
    try {
      await call();
      done();
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      setErrors({ code: error.message });
    }
    setBusy(false);
  };
  const send = () => attempt(cognito.sendCode, () => setSent(true));
  const confirm = () => attempt(() => cognito.confirm(code.trim()), onConfirmed);
  useEffect(() => {
    void send();
  }, []);
  return (
    <Dialog
      title="Confirm e-mail address"
      submit="Confirm"
      {...{ busy, onClose }}
      errors={errors}
      onSubmit={confirm}
    >
      <p role="status">
        {sent ? `A code was mailed to ${email}.` : busy && `A code is being mailed to ${email} …`}
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
