/** Shows a form the messages that belong to none of its fields, beside its buttons. */
import type { FormProblem } from './form-problem.ts';

export function ProblemNotice({ problem }: { problem: FormProblem<string> }) {
  const { messages } = problem;
  return (
    <div role="alert">
      {messages.length > 0 && <p class="notice warning">{messages.join(' ')}</p>}
    </div>
  );
}
