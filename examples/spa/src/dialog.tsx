/** A dialog over the page: the browser keeps the focus inside, and gives it back afterwards. */
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
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} class="card" aria-labelledby="dialog-heading" onClose={onClose}>
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
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
