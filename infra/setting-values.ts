/**
 * The kinds of value a setting can have, each as text of the command line or as JSON of a file.
 * Messages go on after the setting's name: "must be ...". Knows no setting.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';

/** A text of that form. */
export function text(pattern: RegExp, message: string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** A whole number, both bounds included. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    number(message),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, message),
  );
}

/** A number of days that CloudWatch Logs knows. */
export function retentionDays() {
  const known = Object.values(RetentionDays).filter((value) => typeof value === 'number');
  const message = `must be one of ${known.join(', ')}`;
  return v.pipe(number(message), v.enum(RetentionDays, message));
}

/** A switch. */
export function trueOrFalse() {
  return v.pipe(
    v.union([v.boolean(), v.picklist(['true', 'false'])], 'must be true or false'),
    v.transform((value) => value === true || value === 'true'),
  );
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(...words: Words) {
  return v.picklist(words, `must be one of ${words.join(', ')}`);
}

/** At most 100 texts: a JSON array, or separated by commas. */
export function listOf(isItem: (text: string) => boolean, message: string, min = 0) {
  const separated = v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((item) => item.trim())),
    v.transform((items) => items.filter((item) => item !== '')),
  );
  return v.pipe(
    v.union([separated, v.array(v.string())], message),
    v.check((items) => items.length >= min && items.length <= 100, message),
    v.check((items) => items.every(isItem), message),
  );
}

/** True for an absolute address that is `https:`, or `http:` on this machine. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text) || text.includes('#') || text.includes('*')) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1'];

function number(message: string) {
  const digits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number));
  return v.union([v.number(), digits], message);
}
