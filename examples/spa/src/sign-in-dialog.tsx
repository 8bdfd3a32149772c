/** The open dialog of the sign-in details: which one, and what comes of it. */
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import type { CognitoClient } from './cognito-client.ts';
import { ConfirmEmailDialog, ProveEmailDialog } from './email-dialogs.tsx';
import { NameDialog } from './name-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { type PendingChange, savePendingChange } from './pending-change.ts';
import type { Session } from './session.ts';
import { signInEnd } from './sign-in-end.ts';
import type { SignInNames } from './sign-in-names.ts';

export type SignInField = PendingChange['field'];
/** A change, possibly pending from before a new sign-in, or the code of an e-mail address. */
export type Opened = { field: SignInField; pending: PendingChange | null } | { field: 'code' };

export const LABELS: Record<SignInField, string> = {
  username: 'Username',
  email: 'E-mail address',
  password: 'Password',
};

/** What the section of the sign-in fields has, and its dialogs. */
export interface SignInProps {
  account: Account;
  cognito: CognitoClient;
  session: Session;
  signInNames: SignInNames;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reload: () => Promise<Outcome>;
}

interface SignInDialogProps extends SignInProps {
  opened: Opened;
  setOpened: (opened: Opened | null) => void;
  /** Shows what came of it at the field. */
  say: (said: { field: SignInField; message: string }) => void;
  onConfirmed: () => void;
}

export function SignInDialog(props: SignInDialogProps) {
  const { account, cognito, session, signInNames, change, reload } = props;
  const { opened, setOpened, say, onConfirmed } = props;
  const { user, etag, pendingEmail } = account;
  const onClose = () => setOpened(null);
  const done = (field: SignInField, message: string) => {
    onClose();
    say({ field, message });
  };
  if (opened.field === 'code') {
    const signInAgain = () => session.reauthenticate(0);
    const doneEmail = (message: string) => done('email', message);
    const common = { account, cognito, signInAgain, done: doneEmail, onClose };
    return pendingEmail === null ? (
      <ConfirmEmailDialog {...common} onConfirmed={onConfirmed} />
    ) : (
      <ProveEmailDialog {...common} {...{ change, reload }} email={pendingEmail} />
    );
  }
  const { field, pending } = opened;
  const keep = (value: string) => savePendingChange({ accountId: user.id, etag, field, value });
  const reauthenticate = (maxAge: number, value = '') => {
    keep(value);
    return session.reauthenticate(maxAge);
  };
  const common = { account, reauthenticate, onClose };
  if (field === 'password') {
    const message = 'Your password is changed. You are signed out everywhere else.';
    return <PasswordDialog {...common} {...{ change }} onSaved={() => done(field, message)} />;
  }
  const changeTo = async (value: string) => {
    const outcome = await change({ [field]: value });
    // Whoever has to sign in again finds the change as it was typed.
    if ('problem' in outcome && signInEnd(outcome.problem) !== null) keep(value);
    return outcome;
  };
  const onSaved = (saved: Account) => {
    const asked = saved.pendingEmail ?? saved.user.email;
    if (field === 'email' && asked !== null) setOpened({ field: 'code' });
    else done(field, `Your ${LABELS[field].toLowerCase()} is changed.`);
  };
  const typed = pending && { value: pending.value, isCurrent: pending.etag === etag };
  return (
    <NameDialog
      key={field}
      {...common}
      {...{ field, signInNames, changeTo, onSaved }}
      pending={typed}
    />
  );
}
