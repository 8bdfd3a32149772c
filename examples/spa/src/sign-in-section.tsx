/** Sign-in details: username, e-mail address and password, each changed in its own dialog. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import type { CognitoClient } from './cognito-client.ts';
import { accountDenialReason, fieldDenialReason, requiredSignInAge } from './denial-reasons.ts';
import { ConfirmEmailDialog, PendingEmail, ProveEmailDialog } from './email-dialogs.tsx';
import { NameDialog } from './name-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { type PendingChange, savePendingChange, takePendingChange } from './pending-change.ts';
import type { Session } from './session.ts';
import type { SignInNames } from './sign-in-names.ts';

type SignInField = PendingChange['field'];
/** The open dialog: a change, possibly pending from before re-authentication, or the code. */
type Opened = { field: SignInField; pending: PendingChange | null } | { field: 'code' };

const LABELS: Record<SignInField, string> = {
  username: 'Username',
  email: 'E-mail address',
  password: 'Password',
};
const FIELDS: SignInField[] = ['username', 'email', 'password'];

interface SignInSectionProps {
  account: Account;
  cognito: CognitoClient;
  signInNames: SignInNames;
  session: Session;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reload: () => Promise<Outcome>;
  /** Announces the outcome to the user. */
  announce: (message: string) => void;
}

export function SignInSection(props: SignInSectionProps) {
  const { account, cognito, change, announce } = props;
  const { user, pendingEmail } = account;
  const [opened, setOpened] = useState<Opened | null>(() => {
    const pending = takePendingChange(user.id);
    return pending && { field: pending.field, pending };
  });
  const [confirmed, setConfirmed] = useEmailConfirmed(account, cognito);
  const keepOld = async () => {
    const outcome = await change({ email: user.email });
    announce('account' in outcome ? 'You keep your old address.' : outcome.problem.detail);
  };
  const hasPassword = user.password_expired !== null;
  const values: Record<SignInField, string> = {
    username: user.username,
    email: user.email ?? 'None',
    password: !hasPassword ? 'None' : user.password_expired ? 'Expired' : '••••••••',
  };
  return (
    <section class="card" aria-labelledby="sign-in-heading">
      <h2 id="sign-in-heading">Sign-in</h2>
      <dl class="rows">
        {FIELDS.map((field) => (
          <Row
            key={field}
            {...{ account, field }}
            value={values[field]}
            open={() => setOpened({ field, pending: null })}
          >
            {field === 'email' && pendingEmail !== null && (
              <PendingEmail
                email={pendingEmail}
                enterCode={() => setOpened({ field: 'code' })}
                keepOld={user.email === null ? null : keepOld}
              />
            )}
            {field === 'email' && pendingEmail === null && confirmed === false && (
              <button type="button" class="link" onClick={() => setOpened({ field: 'code' })}>
                Not confirmed. Confirm it now
              </button>
            )}
          </Row>
        ))}
      </dl>
      {opened && <OpenDialog {...props} {...{ opened, setOpened, setConfirmed }} />}
    </section>
  );
}

/** Whether the current address is verified; null if unknown or not applicable. */
function useEmailConfirmed({ user }: Account, cognito: CognitoClient) {
  const state = useState<boolean | null>(null);
  const [, setConfirmed] = state;
  const isLocal = user.password_expired !== null;
  useEffect(() => {
    setConfirmed(null);
    if (user.email !== null && isLocal) void cognito.isEmailConfirmed().then(setConfirmed);
  }, [user.email, isLocal, cognito, setConfirmed]);
  return state;
}

interface RowProps {
  account: Account;
  field: SignInField;
  value: string;
  open: () => void;
  children: ComponentChildren;
}

function Row({ account: { capabilities }, field, value, open, children }: RowProps) {
  const reason = fieldDenialReason(capabilities, field);
  const canOpen = capabilities[field].editable || requiredSignInAge(capabilities, field) !== null;
  const isWhole = accountDenialReason(capabilities) !== null;
  return (
    <div class="row">
      <dt>{LABELS[field]}</dt>
      <dd>
        <span class="value">{value}</span>
        {children}
        {reason && (
          <p class="reason" id={`${field}-reason`}>
            {reason}
          </p>
        )}
      </dd>
      {!isWhole && (
        <dd class="action">
          <button
            type="button"
            onClick={open}
            disabled={!canOpen}
            aria-label={`Change ${LABELS[field].toLowerCase()}`}
            aria-describedby={reason ? `${field}-reason` : undefined}
          >
            Change
          </button>
        </dd>
      )}
    </div>
  );
}

interface OpenDialogProps extends SignInSectionProps {
  opened: Opened;
  setOpened: (opened: Opened | null) => void;
  setConfirmed: (confirmed: boolean) => void;
}

function OpenDialog(props: OpenDialogProps) {
  const { account, cognito, session, change, reload, announce, signInNames } = props;
  const { opened, setOpened, setConfirmed } = props;
  const { user, etag, pendingEmail } = account;
  const onClose = () => setOpened(null);
  const done = (message: string) => {
    onClose();
    announce(message);
  };
  if (opened.field === 'code') {
    const signInAgain = () => session.reauthenticate(0);
    const common = { account, cognito, signInAgain, done, onClose };
    if (pendingEmail === null) {
      return <ConfirmEmailDialog {...common} onConfirmed={() => setConfirmed(true)} />;
    }
    return <ProveEmailDialog {...common} {...{ change, reload }} email={pendingEmail} />;
  }
  const { field, pending } = opened;
  const reauthenticate = (maxAge: number, value = '') => {
    savePendingChange({ accountId: user.id, etag, field, value });
    return session.reauthenticate(maxAge);
  };
  const common = { account, change, reload, reauthenticate, onClose };
  if (field === 'password') {
    const message = 'Your password is changed. You are signed out everywhere else.';
    return <PasswordDialog {...common} onSaved={() => done(message)} />;
  }
  const onSaved = (saved: Account) => {
    const asked = saved.pendingEmail ?? saved.user.email;
    if (field === 'email' && asked !== null) setOpened({ field: 'code' });
    else done(`Your ${LABELS[field].toLowerCase()} is changed.`);
  };
  const typed = pending && { value: pending.value, isCurrent: pending.etag === etag };
  return (
    <NameDialog key={field} {...common} {...{ field, signInNames, onSaved }} pending={typed} />
  );
}
