/** Dialog that sets a new password. The password is sent to the API and never stored. */
import { useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { requiredSignInAge } from './denial-reasons.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { type FormProblem, markAt, NO_PROBLEM, ownProblem, toFormProblem } from './form-problem.ts';
import { type PasswordRule, passwordRules } from './password-rules.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { Reauthenticate } from './reauthenticate.tsx';

const TITLE = 'Change password';
const NOT_THE_SAME = 'The two passwords are not the same.';

interface PasswordDialogProps {
  account: Account;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reauthenticate: (maxAgeSeconds: number) => Promise<void>;
  onSaved: () => void;
  onClose: () => void;
}

export function PasswordDialog(props: PasswordDialogProps) {
  const { account, change, reauthenticate, onSaved, onClose } = props;
  const { user, capabilities } = account;
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [problem, setProblem] = useState<FormProblem<'password' | 'repeated'>>(NO_PROBLEM);
  const [busy, setBusy] = useState(false);
  const maxAge = problem.requiredSignInAge ?? requiredSignInAge(capabilities, 'password');
  if (maxAge !== null) {
    const go = () => reauthenticate(maxAge);
    return <Reauthenticate title={TITLE} {...{ go, onClose }} keeps="Then choose the password." />;
  }
  const rules = passwordRules(password, account.passwordRules, user);
  const save = async () => {
    const values = { password, repeated };
    const broken = rules.filter(({ isKept }) => !isKept).map(({ text }) => text);
    if (broken.length > 0) return setProblem(ownProblem(values, [['password', broken.join(' ')]]));
    if (password !== repeated) return setProblem(ownProblem(values, [['repeated', NOT_THE_SAME]]));
    setBusy(true);
    const outcome = await change({ password });
    setBusy(false);
    if ('account' in outcome) onSaved();
    else setProblem(toFormProblem(outcome.problem, values));
  };
  const isDifferent = !password.startsWith(repeated);
  const input = { type: 'password', autocomplete: 'new-password' } as const;
  return (
    <Dialog title={TITLE} submit="Save" {...{ busy, problem, onClose }} onSubmit={save}>
      <p class="hint">You will be signed out everywhere else.</p>
      {/* Tells password managers which account the password belongs to. */}
      <input type="text" autocomplete="username" value={user.username} hidden readOnly />
      <Field
        id="new-password"
        label="New password"
        value={password}
        onValue={setPassword}
        error={markAt(problem, 'password', password)}
        input={input}
      >
        <Rules rules={rules} />
      </Field>
      <Field
        id="repeated-password"
        label="New password again"
        value={repeated}
        onValue={setRepeated}
        error={isDifferent ? NOT_THE_SAME : markAt(problem, 'repeated', repeated)}
        input={input}
      />
      <ProblemNotice problem={problem} />
    </Dialog>
  );
}

/** What the password must be, and what it is already. */
function Rules({ rules }: { rules: PasswordRule[] }) {
  return (
    <ul class="rules">
      {rules.map(({ code, text, isKept }) => (
        <li key={code} class={isKept ? 'kept' : ''}>
          <span aria-hidden="true">{isKept ? '✓' : '○'}</span> {text}
          {isKept && <span class="unseen"> Done.</span>}
        </li>
      ))}
    </ul>
  );
}
