/** A labelled form field with a hint, an error, or the reason it is read-only. */
import type { InputHTMLAttributes } from 'preact';

interface FieldProps {
  /** Unique in the document; also the field's name. */
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  /** Why it is read-only. */
  locked?: string | null;
  /** A text area in a fixed-width font. */
  multiline?: boolean;
  /** Attributes for keyboards and password managers. @default plain text */
  input?: InputHTMLAttributes;
}

export function Field(props: FieldProps) {
  const {
    id,
    label,
    value,
    onValue,
    hint,
    error,
    locked = null,
    multiline = false,
    input = {},
  } = props;
  const notes = { hint: locked === null ? hint : undefined, reason: locked || undefined, error };
  const described = Object.entries(notes).filter(([, text]) => text !== undefined);
  const common = {
    id,
    name: id,
    value,
    readOnly: locked !== null,
    spellcheck: false,
    'aria-invalid': error !== undefined,
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
