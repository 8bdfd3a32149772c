/** Options of the account tool, and what is said of words that it does not take. */
import { type Command, InvalidArgumentError, Option } from 'commander';

/** How the word for an account is to be read. */
export interface ReadingOptions {
  id?: true;
  name?: true;
}

/** Lets a command say how its argument is to be read. */
export function withReadingOptions(given: Command): Command {
  return given
    .addOption(new Option('--id', 'the account is given by an id').conflicts('name'))
    .addOption(new Option('--name', 'the account is given by a username or e-mail'));
}

/** Parses the value of an option that takes a UUID. */
export function uuidOption(text: string): string {
  const isUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
  if (!isUuid) throw new InvalidArgumentError('This is not a UUID.');
  return text;
}

/** Parses the value of an option that takes a positive number. */
export function rateOption(text: string): number {
  const rate = Number(text);
  if (!(rate > 0)) throw new InvalidArgumentError('This is not a positive number.');
  return rate;
}

/** Parses the name of a stack. */
export function stackOption(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError('Give the name of a stack, or leave it out.');
  return text;
}

/** What commander says of a usage error, and maybe of a similar word, as one line. */
export function usageSentence(text: string): string {
  const [what = '', ...rest] = text.trim().split('\n');
  const said = what.replace(/^error: /, '').replace(/[.:]$/, '');
  const hint = rest.join(' ').replace(/^\(Did you mean (.*)\?\)$/, 'Did you mean $1?');
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return `${[sentence, hint, '--help says what there is.'].filter(Boolean).join(' ')}\n`;
}
