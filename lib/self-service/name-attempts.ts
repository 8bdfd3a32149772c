/**
 * Limits how often one account tries names that others hold: each refusal tells that somebody has the
 * name. Refusals are counted in the account's own record; what succeeds counts nothing.
 */
import {
  type AccountChanges,
  type AccountRecord,
  type Attempts,
  namesHeldBy,
} from '../account/account-record.ts';
import { ProblemError, type RateLimit } from '../account/errors.ts';
import { foldName } from '../account/names.ts';
import type { Ports } from './ports.ts';
import { retryOnRecord } from './retry.ts';

/** Seconds from the first attempt until all are forgotten. */
export const WINDOW_SECONDS = 60 * 60;
/** Most names that are refused to one account within the window. */
const REFUSED_NAMES: RateLimit = { name: 'refused-names', attempts: 10, seconds: WINDOW_SECONDS };

/**
 * Refuses a change of name before the name is looked up, where too many were refused already. Names
 * that the account holds are not looked up.
 * @throws ProblemError `too_many_attempts`
 */
export function limitNameAttempts(
  record: AccountRecord,
  { username, email }: AccountChanges,
  nowSeconds: number,
): void {
  const held = namesHeldBy(record);
  const isNew = (name: string | null | undefined) => name != null && !held.has(foldName(name));
  if (!isNew(username) && !isNew(email)) return;
  limitAttempts(record.nameRefusals, REFUSED_NAMES, nowSeconds);
}

/** @throws ProblemError `too_many_attempts` where there were that many within the window */
export function limitAttempts(
  attempts: Attempts | null,
  limit: RateLimit,
  nowSeconds: number,
): void {
  const recent = recentAttempts(attempts, nowSeconds);
  if (recent === null || recent.count < limit.attempts) return;
  const retryAfter = Math.min(recent.since + WINDOW_SECONDS - nowSeconds, WINDOW_SECONDS);
  throw new ProblemError('too_many_attempts', [], { retryAfter, limit });
}

/** The count after that many more. */
export function moreAttempts(
  attempts: Attempts | null,
  more: number,
  nowSeconds: number,
): Attempts {
  const { count, since } = recentAttempts(attempts, nowSeconds) ?? { count: 0, since: nowSeconds };
  return { count: count + more, since };
}

/** True for a problem that tells that somebody else holds a name. */
export function tellsOfNames(error: unknown): error is ProblemError {
  return (
    error instanceof ProblemError &&
    (error.code === 'username_taken' || error.code === 'email_taken')
  );
}

/**
 * Counts refused names: one write of the record, whose version, and so the entity tag, stays. To be
 * called before the refusal is answered, so that no answer goes uncounted.
 * @param record as read before the change
 * @throws UnavailableError where other requests got in the way all the time
 */
export async function countRefusedNames(
  ports: Ports,
  record: AccountRecord,
  names: number,
): Promise<void> {
  await retryOnRecord(ports, record, (current) => {
    const nameRefusals = moreAttempts(current.nameRefusals, names, ports.runtime.nowSeconds());
    return ports.store.replace(current, { ...current, nameRefusals });
  });
}

function recentAttempts(attempts: Attempts | null, nowSeconds: number): Attempts | null {
  if (attempts === null || nowSeconds - attempts.since >= WINDOW_SECONDS) return null;
  return attempts;
}
