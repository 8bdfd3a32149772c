/** Shows a form what went wrong with a request, and lets the user resolve a conflict. */
import type { Problem } from './account-client.ts';
import { errorsByField, type FieldErrors } from './profile-edits.ts';

/** A problem as a form shows it. */
export interface FormProblem<Field extends string> {
  errors: FieldErrors<Field>;
  /** Messages that belong to no field of the form. */
  messages: string[];
  /** The account was changed elsewhere and must be reloaded. */
  conflict: boolean;
  /** Maximum age in seconds of the sign-in the change requires; null if the sign-in is not the problem. */
  requiredSignInAge: number | null;
}

export const NO_PROBLEM = {
  errors: {},
  messages: [],
  conflict: false,
  requiredSignInAge: null,
} satisfies FormProblem<never>;

/** Assigns the errors of a problem to the fields of a form. */
export function toFormProblem<Field extends string>(
  problem: Problem,
  fields: readonly Field[],
): FormProblem<Field> {
  if (problem.code === 'precondition_failed') return { ...NO_PROBLEM, conflict: true };
  if (problem.code === 'insufficient_user_authentication') {
    return { ...NO_PROBLEM, requiredSignInAge: problem.max_age };
  }
  const { atFields, elsewhere } = errorsByField(problem, fields);
  const request = problem.status >= 500 ? [`Request ${problem.request_id}.`] : [];
  return { ...NO_PROBLEM, errors: atFields, messages: [...elsewhere, ...request] };
}

interface ProblemNoticeProps {
  problem: FormProblem<string>;
  reload: () => Promise<void>;
}

/** Shows the messages that belong to no field, and offers to reload after a conflict. */
export function ProblemNotice({ problem, reload }: ProblemNoticeProps) {
  const { messages, conflict } = problem;
  return (
    <div role="alert">
      {messages.length > 0 && <p class="notice warning">{messages.join(' ')}</p>}
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
