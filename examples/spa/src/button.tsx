/** A button that keeps the focus while it does nothing: a disabled one would drop it to the body. */
import type { ButtonHTMLAttributes } from 'preact';

interface ButtonProps extends ButtonHTMLAttributes {
  /** It can be found and is said, but does nothing. @default false */
  inactive?: boolean;
  onClick?: () => unknown;
}

export function Button({ inactive = false, onClick, type = 'button', ...rest }: ButtonProps) {
  const press = (event: Event) => {
    if (inactive) event.preventDefault();
    else onClick?.();
  };
  return <button {...rest} type={type} aria-disabled={inactive} onClick={press} />;
}
