/** Sets a new password. What is typed here goes to the API and nowhere else. */
import { useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { wantedSignInAge } from './denial-reasons.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { NO_REFUSAL, type Refusal, RefusalNotice, refusalOf } from './problem-notice.tsx';
import { SignInAgain } from './reauthenticate.tsx';

const TITLE = 'Change password';
const FIELDS = ['password', 'repeated'] as const;

interface PasswordDialogProps {
  account: Account;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reload: () => Promise<Outcome>;
  signInAgain: (maxAgeSeconds: number) => Promise<void>;
  onSaved: () => void;
  onClose: () => void;
}

export function PasswordDialog(props: PasswordDialogProps) {
  const { account, change, reload, signInAgain, onSaved, onClose } = props;
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [refusal, setRefusal] = useState<Refusal<(typeof FIELDS)[number]>>(NO_REFUSAL);
  const [busy, setBusy] = useState(false);
  const maxAge = refusal.wantedSignInAge ?? wantedSignInAge(account.capabilities, 'password');
  if (maxAge !== null) {
    const go = () => signInAgain(maxAge);
    return <SignInAgain title={TITLE} {...{ go, onClose }} keeps="Then choose the password." />;
  }
  const save = async () => {
    if (password !== repeated) {
      const faults = { repeated: 'The two passwords are not the same.' };
      return setRefusal({ ...NO_REFUSAL, faults });
    }
    setBusy(true);
    const outcome = await change({ password });
    setBusy(false);
    if ('account' in outcome) onSaved();
    else setRefusal(refusalOf(outcome.refused, FIELDS));
  };
  const reloadOnce = async () => {
    const outcome = await reload();
    setRefusal('account' in outcome ? NO_REFUSAL : refusalOf(outcome.refused, FIELDS));
  };
  const input = { type: 'password', autocomplete: 'new-password' } as const;
  return (
    <Dialog title={TITLE} submit="Save" {...{ busy, onClose }} faults={refusal} onSubmit={save}>
      <p class="hint">You will be signed out everywhere else.</p>
      {/* Password managers want to know whose password this is. */}
      <input type="text" autocomplete="username" value={account.user.username} hidden readOnly />
      <Field
        id="new-password"
        label="New password"
        value={password}
        onValue={setPassword}
        fault={refusal.faults.password}
        input={input}
      />
      <Field
        id="repeated-password"
        label="New password again"
        value={repeated}
        onValue={setRepeated}
        fault={refusal.faults.repeated}
        input={input}
      />
      <RefusalNotice refusal={refusal} reload={reloadOnce} />
    </Dialog>
  );
}
