/** Letters that stand for a picture. */

/** The first letters of the first and the last word, upper-case; words end at spaces, dots and the like. */
export function initialsOf(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[\s._-]+/u).filter((word) => word !== '');
  const ends = words.length > 1 ? [words.at(0), words.at(-1)] : words;
  const letters = ends.map((word = '') => [...word][0] ?? '');
  return letters.join('').toUpperCase() || '?';
}
