/** The words of a command, for sentences that say what to run next. */

const PREFIX = 'npm run users --';

/** The words that this process was given. */
export function givenWords(): readonly string[] {
  return process.argv.slice(2);
}

/** A command to paste into a shell. */
export function asCommand(words: readonly string[]): string {
  return [PREFIX, ...words.map(quoted)].join(' ');
}

/** The same command on the account of that subject, whatever its names become. */
export function onSubject(words: readonly string[], typed: string, subject: string): string[] {
  const at = words.lastIndexOf(typed);
  const kept = words.map((word, index) => (index === at ? subject : word));
  const withoutName = kept.filter((word) => word !== '--name');
  return withoutName.includes('--id') ? withoutName : [...withoutName, '--id'];
}

/** The same command, which begins where another run stopped; null: at the beginning. */
export function goingOn(words: readonly string[], cursor: string | null): string[] {
  const before = words.filter(
    (word, index) =>
      word !== '--from' && !word.startsWith('--from=') && words[index - 1] !== '--from',
  );
  return cursor === null ? before : [...before, '--from', cursor];
}

function quoted(word: string): string {
  return /^[\w@.,:/=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
