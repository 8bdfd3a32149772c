/** A dialog over the page: the focus stays inside, and goes back afterwards to where it was. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFocusOnFault } from './focus.ts';

interface DialogProps {
  title: string;
  /** What the button that submits says; null for a dialog without one. */
  submit: string | null;
  busy: boolean;
  /** Changes with each attempt that was refused; the focus goes to the first field with a fault. */
  faults: object;
  onSubmit: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog(props: DialogProps) {
  const { title, submit, busy, faults, onSubmit, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const form = useFocusOnFault(faults);
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
      // Escape: the dialog goes from the page rather than staying there closed.
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
