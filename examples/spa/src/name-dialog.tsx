/** Changes the username or the e-mail address: one field, and perhaps a new sign-in before. */
import { useEffect, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { fieldReason } from './denial-reasons.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { NO_REFUSAL, type Refusal, RefusalNotice, refusalOf } from './problem-notice.tsx';
import { SignInAgain } from './reauthenticate.tsx';

export type NameField = 'username' | 'email';

const WORDS = {
  username: {
    title: 'Change username',
    label: 'New username',
    hint: 'You sign in with it. Letters, digits and . _ - @, up to 50 characters.',
    input: { autocomplete: 'username', autoCapitalize: 'none' },
  },
  email: {
    title: 'Change e-mail address',
    label: 'New e-mail address',
    hint: 'Confirm it afterwards with the code that is mailed to it. Empty removes the address.',
    input: { type: 'email', autocomplete: 'email', inputMode: 'email' },
  },
} as const;

interface NameDialogProps {
  account: Account;
  field: NameField;
  /** What was typed before a new sign-in; it is sent at once, unless the account has changed since. */
  kept: { value: string; isCurrent: boolean } | null;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reload: () => Promise<Outcome>;
  signInAgain: (maxAgeSeconds: number, value: string) => Promise<void>;
  onSaved: (account: Account) => void;
  onClose: () => void;
}

export function NameDialog(props: NameDialogProps) {
  const { account, field, kept, change, reload, signInAgain, onSaved, onClose } = props;
  const { title, label, hint, input } = WORDS[field];
  const [value, setValue] = useState(kept?.value ?? account.user[field] ?? '');
  const [refusal, setRefusal] = useState<Refusal<NameField>>(NO_REFUSAL);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const outcome = await change({ [field]: value === '' && field === 'email' ? null : value });
    setBusy(false);
    if ('account' in outcome) onSaved(outcome.account);
    else setRefusal(refusalOf(outcome.refused, [field]));
  };
  // A kept change is sent once.
  useEffect(() => {
    if (kept?.isCurrent) void save();
  }, []);
  const { wantedSignInAge } = refusal;
  if (wantedSignInAge !== null) {
    const go = () => signInAgain(wantedSignInAge, value);
    return (
      <SignInAgain {...{ title, onClose, go }} keeps="Your change is made when you are back." />
    );
  }
  const reloadOnce = async () => {
    const outcome = await reload();
    setRefusal('account' in outcome ? NO_REFUSAL : refusalOf(outcome.refused, [field]));
  };
  const moved = kept !== null && !kept.isCurrent;
  return (
    <Dialog {...{ title, busy, onClose }} submit="Save" faults={refusal} onSubmit={save}>
      {moved && (
        <p class="notice warning">The account has changed meanwhile. Look at your change again.</p>
      )}
      <Field
        id={`new-${field}`}
        label={label}
        hint={[hint, fieldReason(account.capabilities, field)].filter(Boolean).join(' ')}
        value={value}
        onValue={setValue}
        fault={refusal.faults[field]}
        input={input}
      />
      <RefusalNotice refusal={refusal} reload={reloadOnce} />
    </Dialog>
  );
}
