/** What went wrong with a form, assigned to its fields. Pure functions. */
import type { Problem } from './account-client.ts';
import { messageOf } from './texts.ts';

/** A value that was refused, and why. */
interface Refusal {
  value: string;
  message: string;
}

/** A problem as a form shows it. */
export interface FormProblem<Field extends string> {
  refused: Partial<Record<Field, Refusal>>;
  /** Messages that belong to no field of the form. */
  messages: string[];
  /** Maximum age in seconds of the sign-in the change requires; null if the sign-in is not the problem. */
  requiredSignInAge: number | null;
}

export const NO_PROBLEM = {
  refused: {},
  messages: [],
  requiredSignInAge: null,
} satisfies FormProblem<never>;

/**
 * Assigns the errors of a problem (JSON pointers, RFC 6901) to the fields of a form.
 * @param values what was sent
 */
export function toFormProblem<Field extends string>(
  problem: Problem,
  values: Readonly<Record<Field, string>>,
): FormProblem<Field> {
  if (problem.code === 'insufficient_user_authentication') {
    return { ...NO_PROBLEM, requiredSignInAge: problem.max_age ?? 0 };
  }
  const fields = Object.keys(values) as Field[]; // Its keys are the form's fields.
  const messages = new Map<Field, string[]>();
  const elsewhere: string[] = [];
  for (const fault of problem.errors) {
    const field = fields.find((name) => name === fieldOf(fault.pointer));
    if (field === undefined) elsewhere.push(messageOf(fault));
    else messages.set(field, [...(messages.get(field) ?? []), messageOf(fault)]);
  }
  if (problem.errors.length === 0) elsewhere.push(messageOf(problem));
  if (problem.status >= 500) elsewhere.push(`Request ${problem.request_id}.`);
  return {
    ...NO_PROBLEM,
    refused: refusals(
      values,
      [...messages].map(([field, parts]) => [field, parts.join(' ')]),
    ),
    messages: elsewhere,
  };
}

/** A problem that the form has found by itself. */
export function ownProblem<Field extends string>(
  values: Readonly<Record<Field, string>>,
  messages: readonly [Field, string][],
): FormProblem<Field> {
  return { ...NO_PROBLEM, refused: refusals(values, messages) };
}

/** The message at a field: it stays as long as the value that was refused. */
export function markAt<Field extends string>(
  { refused }: FormProblem<Field>,
  field: Field,
  value: string,
): string | undefined {
  const refusal = refused[field];
  return refusal?.value === value ? refusal.message : undefined;
}

function refusals<Field extends string>(
  values: Readonly<Record<Field, string>>,
  messages: readonly [Field, string][],
): Partial<Record<Field, Refusal>> {
  const refused: Partial<Record<Field, Refusal>> = {};
  for (const [field, message] of messages) refused[field] = { value: values[field], message };
  return refused;
}

/** The first token of a JSON pointer. */
function fieldOf(pointer: string): string | undefined {
  return pointer.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
}
