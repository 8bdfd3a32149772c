/** Form for the profile fields. Sends changed fields only. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { accountDenialReason, fieldDenialReason } from './denial-reasons.ts';
import { Field } from './field.tsx';
import { useFocusOnError } from './focus.ts';
import { type FormProblem, NO_PROBLEM, ProblemNotice, toFormProblem } from './problem-notice.tsx';
import { changesOf, draftOf, PROFILE_FIELDS, type ProfileField, rebase } from './profile-edits.ts';

const TEXTS: Record<ProfileField, { label: string; hint?: string }> = {
  name: { label: 'Name', hint: 'Up to 50 characters.' },
  company: { label: 'Company' },
  job_title: { label: 'Job title' },
  avatar_url: {
    label: 'Picture address',
    hint: 'The address of a picture, starting with https://',
  },
  metadata: { label: 'Metadata', hint: 'JSON that apps keep with your account, up to 16 KiB.' },
};

interface ProfileFormProps {
  account: Account;
  change: (changes: UserUpdate) => Promise<Outcome>;
  reload: () => Promise<Outcome>;
  /** Announces the outcome to the user. */
  announce: (message: string) => void;
}

export function ProfileForm(props: ProfileFormProps) {
  const { capabilities } = props.account;
  const { draft, edit, problem, dirty, busy, save, discard, reload } = useProfileEdits(props);
  const form = useFocusOnError(problem);
  const locked = accountDenialReason(capabilities) !== null;
  return (
    <form ref={form} class="card" noValidate aria-labelledby="profile-heading" onSubmit={save}>
      <h2 id="profile-heading">Profile</h2>
      <div class="fields">
        {PROFILE_FIELDS.map((field) => (
          <Field
            key={field}
            id={field}
            {...TEXTS[field]}
            value={draft[field]}
            onValue={(value) => edit(field, value)}
            error={problem.errors[field]}
            locked={locked ? '' : fieldDenialReason(capabilities, field)}
            multiline={field === 'metadata'}
          />
        ))}
      </div>
      <ProblemNotice {...{ problem, reload }} />
      {!locked && (
        <div class="actions">
          <button type="submit" class="primary" disabled={busy || !dirty}>
            {busy ? 'Saving …' : 'Save changes'}
          </button>
          <button type="button" onClick={discard} disabled={busy || !dirty}>
            Discard
          </button>
        </div>
      )}
    </form>
  );
}

/** State of the form: edits, saving, problems, and rebasing onto a newer account. */
function useProfileEdits({ account: { user }, change, reload, announce }: ProfileFormProps) {
  const [draft, setDraft] = useState(() => draftOf(user));
  const [problem, setProblem] = useState<FormProblem<ProfileField>>(NO_PROBLEM);
  const [busy, setBusy] = useState(false);
  const editedFrom = useRef(user);
  // A layout effect, so that edits are rebased before the user can type again.
  useLayoutEffect(() => {
    const { draft: kept, overlapping } = rebase(editedFrom.current, draft, user);
    editedFrom.current = user;
    setDraft(kept);
    setProblem(overlapping.length === 0 ? NO_PROBLEM : overlap(overlapping));
  }, [user]);

  const { changes, errors } = changesOf(user, draft);
  const hasErrors = Object.keys(errors).length > 0;
  const settle = async (request: Promise<Outcome>, message: string) => {
    setBusy(true);
    const outcome = await request;
    setBusy(false);
    if ('account' in outcome) announce(message);
    else setProblem(toFormProblem(outcome.problem, PROFILE_FIELDS));
  };
  return {
    draft,
    edit: (field: ProfileField, value: string) =>
      setDraft((current) => ({ ...current, [field]: value })),
    problem,
    dirty: hasErrors || Object.keys(changes).length > 0,
    busy,
    save: (event: Event) => {
      event.preventDefault();
      if (hasErrors) setProblem({ ...NO_PROBLEM, errors });
      else void settle(change(changes), 'Your profile is saved.');
    },
    discard: () => {
      setDraft(draftOf(user));
      setProblem(NO_PROBLEM);
    },
    reload: () => settle(reload(), 'This is the account as it is now, with your edits in it.'),
  };
}

function overlap(fields: ProfileField[]): FormProblem<ProfileField> {
  const names = fields.map((field) => TEXTS[field].label).join(', ');
  const message = `Changed elsewhere as well: ${names}. Saving puts your edit in its place.`;
  return { ...NO_PROBLEM, messages: [message] };
}
