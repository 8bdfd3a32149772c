/** Focus management for keyboard and screen-reader users. */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** Focuses an element when it mounts, before a dialog that opens with it. */
export function useFocusOnMount<Element extends HTMLElement>(): RefObject<Element | null> {
  const element = useRef<Element>(null);
  useLayoutEffect(() => element.current?.focus(), []);
  return element;
}

/** Focuses the first invalid field whenever `problem` changes, and opens what it is folded into. */
export function useFocusOnError(problem: object): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    focusField(form.current?.querySelector('[aria-invalid="true"]') ?? null);
  }, [problem]);
  return form;
}

/** Focuses a field, and opens what it is folded into. */
export function focusField(field: Element | null): void {
  field?.closest('details')?.setAttribute('open', '');
  if (field instanceof HTMLElement) field.focus();
}

/** What can take the focus. */
const FOCUSABLE = 'button, input:not([hidden]), textarea, summary, a[href], [tabindex]';

/** An element and what surrounds it, from the inside out. */
export function surroundings(element: Element | null): Element[] {
  return element === null ? [] : [element, ...surroundings(element.parentElement)];
}

/** Focuses an element again, or where it is gone what is left next to it. */
export function focusAgain(surroundings: readonly Element[]): void {
  const targets = surroundings
    .filter((element) => element.isConnected)
    .map((left) => (left.matches(FOCUSABLE) ? left : left.querySelector(FOCUSABLE)));
  const target = targets.find((found) => found !== null);
  if (target instanceof HTMLElement) target.focus();
}

/** Where an element that had the focus disappears, keeps the focus from falling to the body. */
export function keepFocusIn(root: HTMLElement): void {
  let last: Element[] = [];
  root.addEventListener('focusin', ({ target }) => {
    last = target instanceof Element ? surroundings(target) : [];
  });
  root.addEventListener('focusout', ({ target }) => {
    // Some browsers say so before they remove an element: look when it is done.
    queueMicrotask(() => {
      if (target instanceof Element && target.isConnected && target === last[0]) last = [];
    });
  });
  new MutationObserver(() => {
    if (document.activeElement === document.body && last.length > 0) focusAgain(last);
  }).observe(root, { childList: true, subtree: true });
}

/**
 * Runs at once, or where a pointer is down when it comes up: what appears earlier could move a button
 * away from under it.
 */
export function afterPress(run: () => void): void {
  if (isPressed) addEventListener('pointerup', () => setTimeout(run), { once: true });
  else run();
}

let isPressed = false;
const followPointer = (type: string, pressed: boolean) =>
  addEventListener(
    type,
    () => {
      isPressed = pressed;
    },
    { capture: true },
  );
followPointer('pointerdown', true);
followPointer('pointerup', false);
followPointer('pointercancel', false);
