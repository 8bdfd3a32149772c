/** Modal dialog with a form: holds the focus, and gives it back when it closes. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import { focusAgain, surroundings, useFocusOnError } from './focus.ts';

interface DialogProps {
  title: string;
  /** Label of the submit button. */
  submit: string;
  busy: boolean;
  /** A new object per failed attempt: moves the focus to the first invalid field. */
  problem: object;
  onSubmit: () => unknown;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog(props: DialogProps) {
  const { title, submit, busy, problem, onSubmit, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const form = useFocusOnError(problem);
  // A layout effect: one dialog gives the focus back before the next one takes it.
  useLayoutEffect(() => {
    const opener = surroundings(document.activeElement);
    const element = dialog.current;
    element?.showModal();
    return () => {
      // Nothing outside an open modal dialog takes the focus.
      element?.close();
      focusAgain(opener);
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
          void onSubmit();
        }}
      >
        <h2 id="dialog-heading">{title}</h2>
        {children}
        <div class="actions">
          <Button type="submit" class="primary" inactive={busy}>
            {submit}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </dialog>
  );
}
