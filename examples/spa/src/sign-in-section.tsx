/** Sign-in details: username, e-mail address and password, each changed in its own dialog. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Account } from './account-client.ts';
import { Button } from './button.tsx';
import type { CognitoClient } from './cognito-client.ts';
import {
  accountDenialReason,
  fieldDenialReason,
  requiredSignInAge,
  sharedDenialReason,
} from './denial-reasons.ts';
import { PendingEmail } from './email-dialogs.tsx';
import { takePendingChange } from './pending-change.ts';
import {
  LABELS,
  type Opened,
  SignInDialog,
  type SignInField,
  type SignInProps,
} from './sign-in-dialog.tsx';
import { Status } from './status.tsx';
import { messageOf } from './texts.ts';

const FIELDS: SignInField[] = ['username', 'email', 'password'];
const SHARED_REASON = 'sign-in-reason';

export function SignInSection(props: SignInProps) {
  const { account, cognito, change } = props;
  const { user, capabilities, pendingEmail } = account;
  const [opened, setOpened] = useState<Opened | null>(() => {
    const pending = takePendingChange(user.id);
    return pending && { field: pending.field, pending };
  });
  const [said, say] = useState<{ field: SignInField; message: string } | null>(null);
  const [confirmed, setConfirmed] = useEmailConfirmed(account, cognito);
  const open = (next: Opened | null) => {
    if (next !== null) say(null);
    setOpened(next);
  };
  const keepOld = async () => {
    const outcome = await change({ email: user.email });
    const kept = 'account' in outcome;
    const message = kept ? 'You keep your old address.' : messageOf(outcome.problem);
    say({ field: 'email', message });
  };
  const isLocal = user.password_expired !== null;
  const values: Record<SignInField, string> = {
    username: user.username,
    email: user.email ?? 'None',
    password: !isLocal ? 'None' : user.password_expired ? 'Expired' : '••••••••',
  };
  const shared = sharedDenialReason(capabilities, FIELDS);
  return (
    <section class="card" aria-labelledby="sign-in-heading">
      <h2 id="sign-in-heading">Sign-in</h2>
      {shared && (
        <p class="reason" id={SHARED_REASON}>
          {shared}
        </p>
      )}
      <dl class="rows">
        {FIELDS.map((field) => (
          <Row
            key={field}
            {...{ account, field, shared }}
            value={values[field]}
            message={said?.field === field ? said.message : ''}
            open={() => open({ field, pending: null })}
          >
            {field === 'email' && pendingEmail !== null && (
              <PendingEmail
                email={pendingEmail}
                enterCode={() => open({ field: 'code' })}
                keepOld={user.email === null ? null : keepOld}
              />
            )}
            {field === 'email' && pendingEmail === null && isLocal && confirmed === false && (
              <Button class="link" onClick={() => open({ field: 'code' })}>
                Not confirmed. Confirm it now
              </Button>
            )}
          </Row>
        ))}
      </dl>
      {opened && (
        <SignInDialog
          {...props}
          {...{ opened, setOpened: open, say }}
          onConfirmed={() => setConfirmed(true)}
        />
      )}
    </section>
  );
}

/** Whether the current address is verified; null if unknown or not applicable. */
function useEmailConfirmed({ user, emailVerified }: Account, cognito: CognitoClient) {
  const state = useState<boolean | null>(emailVerified);
  const [, setConfirmed] = state;
  const isLocal = user.password_expired !== null;
  useEffect(() => {
    setConfirmed(emailVerified);
    if (emailVerified === null && user.email !== null && isLocal) {
      void cognito.isEmailConfirmed().then(setConfirmed);
    }
  }, [user.email, emailVerified, isLocal, cognito, setConfirmed]);
  return state;
}

interface RowProps {
  account: Account;
  field: SignInField;
  /** The reason that is shown above the rows. */
  shared: string | null;
  value: string;
  /** What came of a change. */
  message: string;
  open: () => void;
  children: ComponentChildren;
}

function Row({
  account: { capabilities },
  field,
  shared,
  value,
  message,
  open,
  children,
}: RowProps) {
  const reason = fieldDenialReason(capabilities, field);
  const reasonId = reason === shared ? SHARED_REASON : `${field}-reason`;
  const canOpen = capabilities[field].editable || requiredSignInAge(capabilities, field) !== null;
  const isWhole = accountDenialReason(capabilities) !== null;
  return (
    <div class="row">
      <dt>{LABELS[field]}</dt>
      <dd>
        <span class="value">{value}</span>
        {children}
        {reason !== null && reason !== shared && (
          <p class="reason" id={reasonId}>
            {reason}
          </p>
        )}
        <Status>{message}</Status>
      </dd>
      {!isWhole && (
        <dd class="action">
          <Button
            onClick={open}
            inactive={!canOpen}
            aria-label={`Change ${LABELS[field].toLowerCase()}`}
            aria-describedby={reason === null ? undefined : reasonId}
          >
            Change
          </Button>
        </dd>
      )}
    </div>
  );
}
