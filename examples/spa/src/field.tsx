/** One labelled field of a form, with its hint, its fault, or why it cannot be edited. */
import type { InputHTMLAttributes } from 'preact';

interface FieldProps {
  /** Unique on the page; names the field as well. */
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  fault?: string | undefined;
  /** Why it cannot be edited; it can still be read and copied. */
  locked?: string | null;
  /** Several lines of text, in a fixed-width font. */
  multiline?: boolean;
  /** What keyboards and password managers make of it. @default plain text */
  input?: InputHTMLAttributes;
}

export function Field(props: FieldProps) {
  const {
    id,
    label,
    value,
    onValue,
    hint,
    fault,
    locked = null,
    multiline = false,
    input = {},
  } = props;
  const notes = { hint: locked === null ? hint : undefined, reason: locked || undefined, fault };
  const described = Object.entries(notes).filter(([, text]) => text !== undefined);
  const common = {
    id,
    name: id,
    value,
    readOnly: locked !== null,
    spellcheck: false,
    'aria-invalid': fault !== undefined,
    'aria-describedby': described.map(([kind]) => `${id}-${kind}`).join(' ') || undefined,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onValue(currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {multiline ? <textarea rows={6} {...common} /> : <input {...input} {...common} />}
      {described.map(([kind, text]) => (
        <p key={kind} id={`${id}-${kind}`} class={kind}>
          {text}
        </p>
      ))}
    </div>
  );
}
