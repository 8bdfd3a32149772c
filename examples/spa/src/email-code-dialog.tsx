/** Asks for the code that Cognito mails to an e-mail address. */
import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { CognitoError } from './cognito-client.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { type FormProblem, markAt, NO_PROBLEM, ownProblem } from './form-problem.ts';
import { ProblemNotice } from './problem-notice.tsx';

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
  const [problem, setProblem] = useState<FormProblem<'code'>>(NO_PROBLEM);
  const [ended, setEnded] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (
    call: () => Promise<void>,
    toProblem: (message: string) => FormProblem<'code'>,
  ) => {
    setBusy(true);
    setProblem(NO_PROBLEM);
    try {
      await call();
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      if (error.needsSignIn) setEnded(error.message);
      else setProblem(toProblem(error.message));
    }
    setBusy(false);
  };
  const atCode = (message: string) => ownProblem({ code }, [['code', message]]);
  const send = () =>
    attempt(
      () => resend().then(() => setResent(true)),
      (message) => ({ ...NO_PROBLEM, messages: [message] }),
    );
  const enter = () => {
    if (code.trim() === '') return setProblem(atCode('Enter the code from the mail.'));
    return attempt(() => confirm(code.trim()), atCode);
  };
  if (ended !== null) {
    const common = { title: TITLE, busy, problem: NO_PROBLEM, onClose };
    return (
      <Dialog {...common} submit="Sign in again" onSubmit={signInAgain}>
        <p role="alert">{ended}</p>
      </Dialog>
    );
  }
  return (
    <Dialog title={TITLE} submit="Confirm" {...{ busy, problem, onClose }} onSubmit={enter}>
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
        error={markAt(problem, 'code', code)}
        input={{ inputMode: 'numeric', autocomplete: 'one-time-code' }}
      />
      <Button class="link" onClick={send} inactive={busy}>
        {resendLabel}
      </Button>
      <ProblemNotice problem={problem} />
    </Dialog>
  );
}
