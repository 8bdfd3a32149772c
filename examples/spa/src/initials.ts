/** Initials shown in place of a picture. */

/** Upper-case initials of the first and last word; spaces, dots, hyphens and underscores separate words. */
export function initialsOf(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[\s._-]+/u).filter((word) => word !== '');
  const ends = words.length > 1 ? [words.at(0), words.at(-1)] : words;
  const letters = ends.map((word = '') => [...word][0] ?? '');
  return letters.join('').toUpperCase() || '?';
}
