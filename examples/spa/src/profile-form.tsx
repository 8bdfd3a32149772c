/** Form for the profile fields. Sends changed fields only. */
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { Button } from './button.tsx';
import { accountDenialReason, fieldDenialReason } from './denial-reasons.ts';
import { Field } from './field.tsx';
import { focusField, useFocusOnError } from './focus.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { PROFILE_FIELDS, type ProfileField } from './profile-edits.ts';
import { Status } from './status.tsx';
import { useProfileEdits } from './use-profile-edits.ts';

const TEXTS: Record<ProfileField, { label: string; hint: string }> = {
  name: { label: 'Name', hint: 'Up to 50 characters.' },
  company: { label: 'Company', hint: 'Up to 50 characters.' },
  job_title: { label: 'Job title', hint: 'Up to 50 characters.' },
  avatar_url: {
    label: 'Picture address',
    hint: 'The address of a picture, starting with https://',
  },
  metadata: {
    label: 'Metadata',
    hint: 'JSON that apps keep with your account: up to 16 KiB and 32 levels, no key twice.',
  },
};

interface ProfileFormProps {
  account: Account;
  change: (changes: UserUpdate) => Promise<Outcome>;
}

export function ProfileForm({ account, change }: ProfileFormProps) {
  const { capabilities } = account;
  const edits = useProfileEdits(account, change);
  const { draft, problem, dirty, busy, message } = edits;
  const form = useFocusOnError(problem);
  const locked = accountDenialReason(capabilities) !== null;
  const inactive = busy || !dirty;
  const fieldOf = (field: ProfileField) => (
    <Field
      key={field}
      id={field}
      {...TEXTS[field]}
      value={draft[field]}
      onValue={(value) => edits.edit(field, value)}
      onLeave={() => edits.leave(field)}
      error={edits.markOf(field)}
      locked={locked ? '' : fieldDenialReason(capabilities, field)}
      multiline={field === 'metadata'}
    />
  );
  return (
    <form
      ref={form}
      class="card"
      noValidate
      aria-labelledby="profile-heading"
      onSubmit={(event) => {
        event.preventDefault();
        void edits.save();
      }}
    >
      <h2 id="profile-heading">Profile</h2>
      <div class="fields">
        {PROFILE_FIELDS.filter((field) => field !== 'metadata').map(fieldOf)}
      </div>
      <details>
        <summary>For developers</summary>
        {fieldOf('metadata')}
      </details>
      <Overlaps {...edits} />
      <ProblemNotice problem={problem} />
      {!locked && (
        <div class="actions">
          <Button type="submit" class="primary" inactive={inactive}>
            {busy ? 'Saving …' : 'Save changes'}
          </Button>
          <Button onClick={edits.discard} inactive={inactive}>
            Discard
          </Button>
          <Status>{message}</Status>
        </div>
      )}
    </form>
  );
}

type OverlapsProps = Pick<ReturnType<typeof useProfileEdits>, 'overlaps' | 'takeTheirs'>;

/** The question about fields that were edited here and elsewhere; nothing if there are none. */
function Overlaps({ overlaps, takeTheirs }: OverlapsProps) {
  const names = overlaps.map(({ field }) => TEXTS[field].label).join(', ');
  const take = (field: ProfileField) => {
    takeTheirs(field);
    focusField(document.getElementById(field));
  };
  return (
    <div role="alert">
      {overlaps.length > 0 && (
        <div class="notice warning">
          <p>Changed elsewhere as well: {names}. Saving puts your edit in its place.</p>
          {overlaps.map(({ field, theirs }) => (
            <div key={field}>
              <p>{otherValue(field, theirs)}</p>
              <Button class="link" onClick={() => take(field)}>
                Take the other {TEXTS[field].label.toLowerCase()}
              </Button>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function otherValue(field: ProfileField, value: string): string {
  const { label } = TEXTS[field];
  if (field === 'metadata') return `${label} has another value.`;
  return value === '' ? `${label} is empty.` : `${label} is “${value}”.`;
}
