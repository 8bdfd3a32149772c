/** Says and announces what came of a button, beside it. Always there, or it would not be announced. */

export function Status({ children }: { children: string }) {
  return (
    <p class="status" role="status">
      {children}
    </p>
  );
}
