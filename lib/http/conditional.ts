/** Conditional requests: validators of accounts and the rules of RFC 9110 sections 8.8 and 13. */
import type { AccountRecord } from '../account/account-record.ts';
import { ProblemError } from '../account/errors.ts';

/** What `If-Match` or `If-None-Match` asks for. */
type TagCondition = '*' | { tag: string; weak: boolean }[];

/** The conditions of one request; null where the header was not sent, or is a date that is none. */
export interface Conditions {
  ifMatch: TagCondition | null;
  ifNoneMatch: TagCondition | null;
  /** Epoch seconds. */
  ifModifiedSince: number | null;
  /** Epoch seconds. */
  ifUnmodifiedSince: number | null;
}

/**
 * The strong entity tag of an account at its version. Made of id and version, so that two accounts
 * never share one, whatever they hold.
 */
export function entityTag({
  account,
  version,
}: Pick<AccountRecord, 'account' | 'version'>): string {
  return `"${account.id}.${version}"`;
}

/** An entity tag (RFC 9110 section 8.8.3). */
const ENTITY_TAG = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
/** A list of them; empty elements are ignored, as RFC 9110 section 5.6.1.2 asks of recipients. */
const LIST = new RegExp(`^[ \\t,]*${ENTITY_TAG}(?:[ \\t]*,[ \\t,]*${ENTITY_TAG})*[ \\t,]*$`);
const TAG = /(W\/)?("[^"]*")/g;

/** The three forms of an HTTP-date (RFC 9110 section 5.6.7); the last has no time zone. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]+, \d\d[ -][A-Z][a-z]{2}[ -](?:\d{4}|\d\d) [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/**
 * Reads the headers, by their lower-case names. A date that is none is ignored, as RFC 9110 asks.
 * @throws ProblemError `invalid_precondition`
 */
export function parseConditions(headers: Readonly<Record<string, string>>): Conditions {
  return {
    ifMatch: parseTags(headers['if-match']),
    ifNoneMatch: parseTags(headers['if-none-match']),
    ifModifiedSince: parseDate(headers['if-modified-since']),
    ifUnmodifiedSince: parseDate(headers['if-unmodified-since']),
  };
}

function parseTags(value: string | undefined): TagCondition | null {
  if (value === undefined) return null;
  if (value.trim() === '*') return '*';
  if (!LIST.test(value)) throw new ProblemError('invalid_precondition');
  return [...value.matchAll(TAG)].map(([, weak, tag = '']) => ({ tag, weak: weak !== undefined }));
}

function parseDate(value: string | undefined): number | null {
  const text = value?.trim() ?? '';
  if (!HTTP_DATE.test(text)) return null;
  const milliseconds = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/**
 * Evaluates the conditions against an account, in the order of RFC 9110 section 13.2.2: a date counts
 * only where no entity tag was sent beside it, and where it is known when the account changed.
 * @returns `proceed`, `not_modified` (of a safe method), or `failed`
 */
export function evaluatePreconditions(
  { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions,
  current: Pick<AccountRecord, 'account' | 'version' | 'updatedAt'>,
  method: 'GET' | 'PATCH',
  nowSeconds: number,
) {
  const tag = entityTag(current);
  const isUnmodified = (since: number) => current.updatedAt === null || current.updatedAt <= since;
  if (ifMatch !== null) {
    if (!matches(ifMatch, tag, 'strong')) return 'failed';
  } else if (ifUnmodifiedSince !== null && !isUnmodified(ifUnmodifiedSince)) return 'failed';
  const notModified = method === 'GET' ? 'not_modified' : 'failed';
  if (ifNoneMatch !== null) return matches(ifNoneMatch, tag, 'weak') ? notModified : 'proceed';
  // A time to come would hide the changes until then.
  const isPast = ifModifiedSince !== null && ifModifiedSince <= nowSeconds;
  const isKnown = method === 'GET' && isPast && current.updatedAt !== null;
  return isKnown && isUnmodified(ifModifiedSince) ? 'not_modified' : 'proceed';
}

function matches(condition: TagCondition, current: string, comparison: 'strong' | 'weak'): boolean {
  if (condition === '*') return true;
  return condition.some(({ tag, weak }) => tag === current && !(weak && comparison === 'strong'));
}
