/** A labelled form field with a hint, an error, or the reason it is read-only. */
import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { afterPress } from './focus.ts';

interface FieldProps {
  /** Unique in the document; also the field's name. */
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  /** Called when the user leaves the field. */
  onLeave?: () => void;
  hint?: string | undefined;
  error?: string | undefined;
  /** Why it is read-only. */
  locked?: string | null;
  /** A text area in a fixed-width font. */
  multiline?: boolean;
  /** Attributes for keyboards and password managers. @default plain text */
  input?: InputHTMLAttributes;
  /** More about the field, with the id `<id>-more`. */
  children?: ComponentChildren;
}

export function Field(props: FieldProps) {
  const { id, label, value, onValue, onLeave, hint, error, locked = null, children } = props;
  const { multiline = false, input = {} } = props;
  const notes = { hint: locked === null ? hint : undefined, reason: locked || undefined, error };
  const described = Object.entries(notes).filter(([, text]) => text !== undefined);
  const kinds = [...described.map(([kind]) => kind), ...(children ? ['more'] : [])];
  const common = {
    id,
    name: id,
    value,
    readOnly: locked !== null,
    spellcheck: false,
    'aria-invalid': error !== undefined,
    'aria-describedby': kinds.map((kind) => `${id}-${kind}`).join(' ') || undefined,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onValue(currentTarget.value),
    onBlur: () => onLeave && afterPress(onLeave),
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
      {children && <div id={`${id}-more`}>{children}</div>}
    </div>
  );
}
