/** The part of the account that its owner edits at any time. Sends what was changed, nothing else. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { Field } from './field.tsx';
import { useFocusOnFault } from './focus.ts';
import { changesOf, draftOf, PROFILE_FIELDS, type ProfileField, rebase } from './profile-edits.ts';
import { fieldReason, wholeReason } from './reasons.ts';
import { NO_REFUSAL, type Refusal, RefusalNotice, refusalOf } from './refusal.tsx';

const WORDS: Record<ProfileField, { label: string; hint?: string }> = {
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
  reload: () => Promise<void>;
  /** Says in words what happened. */
  announce: (sentence: string) => void;
}

export function ProfileForm({ account, change, reload, announce }: ProfileFormProps) {
  const { user, capabilities } = account;
  const [draft, setDraft] = useState(() => draftOf(user));
  const [refusal, setRefusal] = useState<Refusal<ProfileField>>(NO_REFUSAL);
  const [busy, setBusy] = useState(false);
  const form = useFocusOnFault(refusal);
  const editedFrom = useRef(user);
  // Not whenever something is typed: edits are carried over to a newer account.
  useEffect(() => {
    const { draft: kept, overlapping } = rebase(editedFrom.current, draft, user);
    editedFrom.current = user;
    setDraft(kept);
    setRefusal(overlapping.length === 0 ? NO_REFUSAL : overlap(overlapping));
  }, [user]);

  const { changes, faults } = changesOf(user, draft);
  const dirty = Object.keys({ ...changes, ...faults }).length > 0;
  const save = async () => {
    if (Object.keys(faults).length > 0) return setRefusal({ ...NO_REFUSAL, faults });
    setBusy(true);
    const outcome = await change(changes);
    setBusy(false);
    if ('saved' in outcome) announce('Your profile is saved.');
    else setRefusal(refusalOf(outcome.refused, PROFILE_FIELDS));
  };
  const discard = () => {
    setDraft(draftOf(user));
    setRefusal(NO_REFUSAL);
  };
  const locked = wholeReason(capabilities) !== null;
  return (
    <form
      ref={form}
      class="card"
      noValidate
      aria-labelledby="profile-heading"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2 id="profile-heading">Profile</h2>
      {PROFILE_FIELDS.map((field) => (
        <Field
          key={field}
          id={field}
          {...WORDS[field]}
          value={draft[field]}
          onValue={(value) => setDraft((current) => ({ ...current, [field]: value }))}
          fault={refusal.faults[field]}
          locked={locked ? '' : fieldReason(capabilities, field)}
          multiline={field === 'metadata'}
          input={field === 'avatar_url' ? { type: 'url', inputMode: 'url' } : {}}
        />
      ))}
      <RefusalNotice refusal={refusal} reload={reload} />
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

function overlap(fields: ProfileField[]): Refusal<ProfileField> {
  const names = fields.map((field) => WORDS[field].label).join(', ');
  const sentence = `Changed elsewhere as well: ${names}. Saving puts your edit in its place.`;
  return { ...NO_REFUSAL, sentences: [sentence] };
}
