/** State of the profile form: edits, marks, saving, and the merge with changes made elsewhere. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Account, UserUpdate } from './account-client.ts';
import type { Outcome } from './app.tsx';
import { type FormProblem, NO_PROBLEM, ownProblem, toFormProblem } from './form-problem.ts';
import {
  changesOf,
  type Draft,
  draftOf,
  isEdited,
  PROFILE_FIELDS,
  type ProfileField,
  rebase,
} from './profile-edits.ts';
import { forgetEdits, keepEdits, keptEdits } from './unsaved-edits.ts';
import { typingFault, useMarks } from './use-checked.ts';

const SAVED = 'Your profile is saved.';
const RESTORED = 'What you had typed is here again. It is not saved yet.';

export function useProfileEdits(
  { user }: Account,
  change: (changes: UserUpdate) => Promise<Outcome>,
) {
  const stored = draftOf(user);
  const [kept] = useState(() => keptEdits(user.id));
  const [draft, setDraft] = useState<Draft>(kept?.draft ?? stored);
  const [problem, setProblem] = useState<FormProblem<ProfileField>>(NO_PROBLEM);
  const [overlapping, setOverlapping] = useState<ProfileField[]>([]);
  const [message, setMessage] = useState(kept === null ? '' : RESTORED);
  const [busy, setBusy] = useState(false);
  const { leave, markOf } = useMarks(problem);
  const editedFrom = useRef<Draft>(kept?.before ?? stored);
  const sent = useRef<Draft | null>(null);
  // A layout effect, so that edits are rebased before the user can type again.
  useLayoutEffect(() => {
    const rebased = rebase(editedFrom.current, draft, user, sent.current);
    editedFrom.current = stored;
    setDraft(rebased.draft);
    setOverlapping((fields) => [...new Set([...fields, ...rebased.overlapping])]);
  }, [user]);
  const dirty = isEdited(user, draft);
  useLayoutEffect(() => {
    if (dirty) keepEdits(user.id, { before: stored, draft });
    else forgetEdits();
  }, [user, draft]);

  const send = async () => {
    setBusy(true);
    sent.current = draft;
    const outcome = await change(changesOf(user, draft));
    sent.current = null;
    setBusy(false);
    if ('account' in outcome) {
      setOverlapping([]);
      setMessage(SAVED);
    }
    // The overlapping fields say what a conflict is about.
    const isShown = 'account' in outcome || outcome.problem.code === 'changed_elsewhere';
    setProblem(isShown ? NO_PROBLEM : toFormProblem(outcome.problem, draft));
  };
  return {
    draft,
    edit: (field: ProfileField, value: string) => {
      setMessage('');
      setDraft((current) => ({ ...current, [field]: value }));
    },
    leave,
    markOf: (field: ProfileField) => markOf(field, draft[field], stored[field]),
    problem,
    /** Fields that were edited here and elsewhere, and what they are elsewhere. */
    overlaps: overlapping
      .filter((field) => draft[field] !== stored[field])
      .map((field) => ({ field, theirs: stored[field] })),
    takeTheirs: (field: ProfileField) =>
      setDraft((current) => ({ ...current, [field]: stored[field] })),
    dirty,
    busy,
    message,
    save: async () => {
      setMessage('');
      const edited = PROFILE_FIELDS.filter((field) => draft[field] !== stored[field]);
      const faults = edited.flatMap((field): [ProfileField, string][] => {
        const fault = typingFault(field, draft[field]);
        return fault === null ? [] : [[field, fault.message]];
      });
      if (faults.length > 0) setProblem(ownProblem(draft, faults));
      else await send();
    },
    discard: () => {
      setDraft(stored);
      setProblem(NO_PROBLEM);
      setOverlapping([]);
      setMessage('Your edits are discarded.');
    },
  };
}
