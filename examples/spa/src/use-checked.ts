/** Marks at the fields of a form: what was refused, and what is checked while somebody types. */
import { useState } from 'preact/hooks';
import { breachOf } from './field-rules.ts';
import { type FormProblem, markAt } from './form-problem.ts';
import { textOf } from './texts.ts';

type CheckedField = Parameters<typeof breachOf>[0];

/** The message for what was typed into a field; null if the API may take it. */
export function typingFault(
  field: CheckedField,
  value: string,
): { message: string; unfinished: boolean } | null {
  const breach = breachOf(field, value);
  if (breach === null) return null;
  return { message: textOf(breach.code) ?? breach.code, unfinished: breach.unfinished ?? false };
}

/**
 * Marks of a form's fields. A refused value is marked as long as it stands there; a value that more
 * typing could make right is marked once its field is left.
 */
export function useMarks<Name extends CheckedField>(problem: FormProblem<Name>) {
  const [left, setLeft] = useState<readonly Name[]>([]);
  return {
    leave: (field: Name) => setLeft((fields) => [...new Set([...fields, field])]),
    /** @param stored the value that needs no check: an older one may break newer rules */
    markOf: (field: Name, value: string, stored: string): string | undefined => {
      const refused = markAt(problem, field, value);
      if (refused !== undefined || value === stored) return refused;
      const fault = typingFault(field, value);
      return fault && (!fault.unfinished || left.includes(field)) ? fault.message : undefined;
    },
  };
}
