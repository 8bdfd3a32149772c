/** Modal dialog with a form: traps the focus and restores it when closed. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFocusOnError } from './focus.ts';

interface DialogProps {
  title: string;
  /** Label of the submit button; null for no button. */
  submit: string | null;
  busy: boolean;
  /** A new object per failed attempt: moves the focus to the first invalid field. */
  errors: object;
  onSubmit: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog(props: DialogProps) {
  const { title, submit, busy, errors, onSubmit, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const form = useFocusOnError(errors);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="card"
      aria-labelledby="dialog-heading"
      // Escape unmounts the dialog instead of leaving it closed in the document.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <h2 id="dialog-heading">{title}</h2>
        {children}
        <div class="actions">
          {submit !== null && (
            <button type="submit" class="primary" disabled={busy}>
              {submit}
            </button>
          )}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
