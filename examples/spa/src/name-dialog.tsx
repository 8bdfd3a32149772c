/** Dialog that changes the username or the e-mail address, re-authenticating first if required. */
import { useEffect, useState } from 'preact/hooks';
import type { Account } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { fieldDenialReason } from './denial-reasons.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { type FormProblem, NO_PROBLEM, ownProblem, toFormProblem } from './form-problem.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { Reauthenticate } from './reauthenticate.tsx';
import { type SignInNames, USERNAME_HINTS } from './sign-in-names.ts';
import { typingFault, useMarks } from './use-checked.ts';

type NameField = 'username' | 'email';

const TEXTS = {
  username: {
    title: 'Change username',
    label: 'New username',
    hint: 'Letters, digits and . _ - @, up to 50 characters.',
    input: { autocomplete: 'username', autoCapitalize: 'none' },
  },
  email: {
    title: 'Change e-mail address',
    label: 'New e-mail address',
    hint: 'Confirm it afterwards with the code that is mailed to it.',
    input: { type: 'email', autocomplete: 'email', inputMode: 'email' },
  },
} as const;

interface NameDialogProps {
  account: Account;
  field: NameField;
  signInNames: SignInNames;
  /** Value typed before re-authentication; submitted on mount unless the account has changed since. */
  pending: { value: string; isCurrent: boolean } | null;
  changeTo: (value: string) => Promise<Outcome>;
  reauthenticate: (maxAgeSeconds: number, value: string) => Promise<void>;
  onSaved: (account: Account) => void;
  onClose: () => void;
}

export function NameDialog(props: NameDialogProps) {
  const { account, field, pending, changeTo, reauthenticate, onSaved, onClose } = props;
  const { title, label, hint, input } = TEXTS[field];
  const meaning = field === 'username' ? USERNAME_HINTS[props.signInNames] : null;
  const current = account.user[field] ?? '';
  const [value, setValue] = useState(pending?.value ?? current);
  const [problem, setProblem] = useState<FormProblem<NameField>>(NO_PROBLEM);
  const [busy, setBusy] = useState(false);
  const { leave, markOf } = useMarks(problem);
  const values = { [field]: value } as Record<NameField, string>; // The form has this field only.
  const save = async () => {
    const fault = value === current ? null : typingFault(field, value);
    if (fault !== null) return setProblem(ownProblem(values, [[field, fault.message]]));
    setBusy(true);
    const outcome = await changeTo(value);
    setBusy(false);
    if ('account' in outcome) onSaved(outcome.account);
    else setProblem(toFormProblem(outcome.problem, values));
  };
  // A pending change is sent once.
  useEffect(() => {
    if (pending?.isCurrent) void save();
  }, []);
  const { requiredSignInAge } = problem;
  if (requiredSignInAge !== null) {
    const go = () => reauthenticate(requiredSignInAge, value);
    return (
      <Reauthenticate {...{ title, onClose, go }} keeps="Your change is made when you are back." />
    );
  }
  const moved = pending !== null && !pending.isCurrent;
  return (
    <Dialog {...{ title, busy, problem, onClose }} submit="Save" onSubmit={save}>
      {moved && (
        <p class="notice warning">The account has changed meanwhile. Look at your change again.</p>
      )}
      <Field
        id={`new-${field}`}
        label={label}
        hint={[meaning, hint, fieldDenialReason(account.capabilities, field)]
          .filter(Boolean)
          .join(' ')}
        value={value}
        onValue={setValue}
        onLeave={() => leave(field)}
        error={markOf(field, value, current)}
        input={input}
      />
      <ProblemNotice problem={problem} />
    </Dialog>
  );
}
