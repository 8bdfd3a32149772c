/** Dialog that sets a new password. The password is sent to the API and never stored. */
import { useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { requiredSignInAge } from './denial-reasons.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { type FormProblem, NO_PROBLEM, ProblemNotice, toFormProblem } from './problem-notice.tsx';
import { Reauthenticate } from './reauthenticate.tsx';

const TITLE = 'Change password';
const FIELDS = ['password', 'repeated'] as const;

interface PasswordDialogProps {
  account: Account;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reload: () => Promise<Outcome>;
  reauthenticate: (maxAgeSeconds: number) => Promise<void>;
  onSaved: () => void;
  onClose: () => void;
}

export function PasswordDialog(props: PasswordDialogProps) {
  const { account, change, reload, reauthenticate, onSaved, onClose } = props;
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [problem, setProblem] = useState<FormProblem<(typeof FIELDS)[number]>>(NO_PROBLEM);
  const [busy, setBusy] = useState(false);
  const maxAge = problem.requiredSignInAge ?? requiredSignInAge(account.capabilities, 'password');
  if (maxAge !== null) {
    const go = () => reauthenticate(maxAge);
    return <Reauthenticate title={TITLE} {...{ go, onClose }} keeps="Then choose the password." />;
  }
  const save = async () => {
    if (password !== repeated) {
      const errors = { repeated: 'The two passwords are not the same.' };
      return setProblem({ ...NO_PROBLEM, errors });
    }
    setBusy(true);
    const outcome = await change({ password });
    setBusy(false);
    if ('account' in outcome) onSaved();
    else setProblem(toFormProblem(outcome.problem, FIELDS));
  };
  const reloadOnce = async () => {
    const outcome = await reload();
    setProblem('account' in outcome ? NO_PROBLEM : toFormProblem(outcome.problem, FIELDS));
  };
  const input = { type: 'password', autocomplete: 'new-password' } as const;
  return (
    <Dialog title={TITLE} submit="Save" {...{ busy, onClose }} errors={problem} onSubmit={save}>
      <p class="hint">You will be signed out everywhere else.</p>
      {/* Tells password managers which account the password belongs to. */}
      <input type="text" autocomplete="username" value={account.user.username} hidden readOnly />
      <Field
        id="new-password"
        label="New password"
        value={password}
        onValue={setPassword}
        error={problem.errors.password}
        input={input}
      />
      <Field
        id="repeated-password"
        label="New password again"
        value={repeated}
        onValue={setRepeated}
        error={problem.errors.repeated}
        input={input}
      />
      <ProblemNotice problem={problem} reload={reloadOnce} />
    </Dialog>
  );
}
