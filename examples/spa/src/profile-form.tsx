/** The part of the account that its owner edits at any time. Sends what was changed, nothing else. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { fieldReason, wholeReason } from './denial-reasons.ts';
import { Field } from './field.tsx';
import { useFocusOnFault } from './focus.ts';
import { NO_REFUSAL, type Refusal, RefusalNotice, refusalOf } from './problem-notice.tsx';
import { changesOf, draftOf, PROFILE_FIELDS, type ProfileField, rebase } from './profile-edits.ts';

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
  reload: () => Promise<Outcome>;
  /** Says in words what happened. */
  announce: (sentence: string) => void;
}

export function ProfileForm(props: ProfileFormProps) {
  const { capabilities } = props.account;
  const { draft, edit, refusal, dirty, busy, save, discard, reload } = useProfileEdits(props);
  const form = useFocusOnFault(refusal);
  const locked = wholeReason(capabilities) !== null;
  return (
    <form ref={form} class="card" noValidate aria-labelledby="profile-heading" onSubmit={save}>
      <h2 id="profile-heading">Profile</h2>
      <div class="fields">
        {PROFILE_FIELDS.map((field) => (
          <Field
            key={field}
            id={field}
            {...WORDS[field]}
            value={draft[field]}
            onValue={(value) => edit(field, value)}
            fault={refusal.faults[field]}
            locked={locked ? '' : fieldReason(capabilities, field)}
            multiline={field === 'metadata'}
          />
        ))}
      </div>
      <RefusalNotice {...{ refusal, reload }} />
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

/** What stands in the form, through saving, refusals, and changes of the account made elsewhere. */
function useProfileEdits({ account: { user }, change, reload, announce }: ProfileFormProps) {
  const [draft, setDraft] = useState(() => draftOf(user));
  const [refusal, setRefusal] = useState<Refusal<ProfileField>>(NO_REFUSAL);
  const [busy, setBusy] = useState(false);
  const editedFrom = useRef(user);
  // Edits are carried over to a newer account at once, before anything more can be typed.
  useLayoutEffect(() => {
    const { draft: kept, overlapping } = rebase(editedFrom.current, draft, user);
    editedFrom.current = user;
    setDraft(kept);
    setRefusal(overlapping.length === 0 ? NO_REFUSAL : overlap(overlapping));
  }, [user]);

  const { changes, faults } = changesOf(user, draft);
  const hasFaults = Object.keys(faults).length > 0;
  const settle = async (request: Promise<Outcome>, sentence: string) => {
    setBusy(true);
    const outcome = await request;
    setBusy(false);
    if ('account' in outcome) announce(sentence);
    else setRefusal(refusalOf(outcome.refused, PROFILE_FIELDS));
  };
  return {
    draft,
    edit: (field: ProfileField, value: string) =>
      setDraft((current) => ({ ...current, [field]: value })),
    refusal,
    dirty: hasFaults || Object.keys(changes).length > 0,
    busy,
    save: (event: Event) => {
      event.preventDefault();
      if (hasFaults) setRefusal({ ...NO_REFUSAL, faults });
      else void settle(change(changes), 'Your profile is saved.');
    },
    discard: () => {
      setDraft(draftOf(user));
      setRefusal(NO_REFUSAL);
    },
    reload: () => settle(reload(), 'This is the account as it is now, with your edits in it.'),
  };
}

function overlap(fields: ProfileField[]): Refusal<ProfileField> {
  const names = fields.map((field) => WORDS[field].label).join(', ');
  const sentence = `Changed elsewhere as well: ${names}. Saving puts your edit in its place.`;
  return { ...NO_REFUSAL, sentences: [sentence] };
}
