/** What came of a change that was refused, for a form: where, why, and the way on. */
import type { Problem } from './account-client.ts';
import { type Faults, faultsByField } from './profile-edits.ts';

export interface Refusal<Field extends string> {
  faults: Faults<Field>;
  /** What belongs to no field of the form. */
  sentences: string[];
  /** The account was changed elsewhere: it has to be read again. */
  conflict: boolean;
  /** How recent a sign-in the change wants, in seconds; null where that is not the matter. */
  wantedSignInAge: number | null;
}

export const NO_REFUSAL = {
  faults: {},
  sentences: [],
  conflict: false,
  wantedSignInAge: null,
} satisfies Refusal<never>;

/** Sorts a refusal out for a form with these fields. */
export function refusalOf<Field extends string>(
  problem: Problem,
  fields: readonly Field[],
): Refusal<Field> {
  if (problem.code === 'precondition_failed') return { ...NO_REFUSAL, conflict: true };
  if (problem.code === 'insufficient_user_authentication') {
    return { ...NO_REFUSAL, wantedSignInAge: problem.max_age ?? 0 };
  }
  const { atFields, elsewhere } = faultsByField(problem, fields);
  const request = problem.status >= 500 ? [`Request ${problem.request_id}.`] : [];
  return { ...NO_REFUSAL, faults: atFields, sentences: [...elsewhere, ...request] };
}

interface RefusalNoticeProps {
  refusal: Refusal<string>;
  reload: () => Promise<void>;
}

/** Says what belongs to no field, and offers to go on with the newer account. */
export function RefusalNotice({ refusal, reload }: RefusalNoticeProps) {
  const { sentences, conflict } = refusal;
  return (
    <div role="alert">
      {sentences.length > 0 && <p class="notice warning">{sentences.join(' ')}</p>}
      {conflict && (
        <div class="notice warning">
          <p>This account was changed elsewhere since you opened it. Nothing is saved yet.</p>
          <button type="button" onClick={reload}>
            Reload and keep my edits
          </button>
        </div>
      )}
    </div>
  );
}
