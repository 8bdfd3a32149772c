/** Focus management for keyboard and screen-reader users. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Focuses an element when it mounts. */
export function useFocusOnMount<Element extends HTMLElement>(): RefObject<Element | null> {
  const element = useRef<Element>(null);
  useEffect(() => element.current?.focus(), []);
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
const FOCUSABLE = 'button:enabled, input:not([hidden]), textarea, summary, a[href], [tabindex]';

/** An element and what surrounds it, from the inside out. */
function surroundings(element: Element | null): Element[] {
  return element === null ? [] : [element, ...surroundings(element.parentElement)];
}

/**
 * Where an element that had the focus disappears, the focus goes to what is left next to it instead of
 * the body.
 */
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
    if (document.activeElement !== document.body) return;
    const [left] = last.filter((element) => element.isConnected && root.contains(element));
    left?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
  }).observe(root, { childList: true, subtree: true });
}
