/** Conditional requests: entity tags of accounts and the rules of RFC 9110 sections 8.8.3 and 13. */
import type { AccountRecord } from '../account/account-record.ts';
import { ProblemError } from '../account/errors.ts';

/** What `If-Match` or `If-None-Match` asks for. */
type Condition = '*' | { tag: string; weak: boolean }[];

/** The conditions of one request; null where the header was not sent. */
export interface Conditions {
  ifMatch: Condition | null;
  ifNoneMatch: Condition | null;
}

/**
 * The strong entity tag of an account at its version. Made of id and version, so that two accounts
 * never share one, whatever they hold.
 */
export function entityTag({ account, version }: AccountRecord): string {
  return `"${account.id}.${version}"`;
}

/** An entity tag (RFC 9110 section 8.8.3). */
const ENTITY_TAG = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
/** A list of them; empty elements are ignored, as RFC 9110 section 5.6.1.2 asks of recipients. */
const LIST = new RegExp(`^[ \\t,]*${ENTITY_TAG}(?:[ \\t]*,[ \\t,]*${ENTITY_TAG})*[ \\t,]*$`);
const TAG = /(W\/)?("[^"]*")/g;

/**
 * Reads both headers, by their lower-case names.
 * @throws ProblemError `invalid_precondition`
 */
export function parseConditions(headers: Readonly<Record<string, string>>): Conditions {
  return {
    ifMatch: parseCondition(headers['if-match']),
    ifNoneMatch: parseCondition(headers['if-none-match']),
  };
}

function parseCondition(value: string | undefined): Condition | null {
  if (value === undefined) return null;
  if (value.trim() === '*') return '*';
  if (!LIST.test(value)) throw new ProblemError('invalid_precondition');
  return [...value.matchAll(TAG)].map(([, weak, tag = '']) => ({ tag, weak: weak !== undefined }));
}

/**
 * Evaluates the conditions against the current tag, in the order of RFC 9110 section 13.2.2.
 * @returns `proceed`, `not_modified` (If-None-Match of a safe method), or `failed`
 */
export function evaluatePreconditions(
  conditions: Conditions,
  current: string,
  method: 'GET' | 'PATCH',
) {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== null && !matches(ifMatch, current, 'strong')) return 'failed';
  if (ifNoneMatch !== null && matches(ifNoneMatch, current, 'weak')) {
    return method === 'GET' ? 'not_modified' : 'failed';
  }
  return 'proceed';
}

function matches(condition: Condition, current: string, comparison: 'strong' | 'weak'): boolean {
  if (condition === '*') return true;
  return condition.some(({ tag, weak }) => tag === current && !(weak && comparison === 'strong'));
}
