/** Reads the HTML form of a hosted sign-in page, the local cloud's or Cognito's classic one. */

/** The sign-in page is no form that can be sent without a browser. */
export class NoSignInFormError extends Error {
  override readonly name = 'NoSignInFormError';
}

/**
 * The form of a sign-in page: where it goes, and what it sends besides name and password.
 * @throws NoSignInFormError
 */
export function formOf(page: string): { action: string; fields: Record<string, string> } {
  const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1];
  if (action === undefined || !/<input[^>]* name="password"/.test(page)) {
    throw new NoSignInFormError('The sign-in page cannot be filled in without a browser.');
  }
  const inputs = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\s*\/?>/g);
  const entries = [...inputs].map(([, name = '', value = '']) => [name, unescapeHtml(value)]);
  const fields: Record<string, string> = Object.fromEntries(entries);
  return { action: unescapeHtml(action), fields };
}

/** A text without the entities that sign-in pages use. */
export function unescapeHtml(text: string): string {
  const characters: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#x27;': "'",
    '&amp;': '&',
  };
  return text.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => characters[entity] ?? entity);
}
