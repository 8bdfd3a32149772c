/**
 * A change kept in this tab while the user re-authenticates. A password is never kept: the user types
 * it again.
 */
import * as v from 'valibot';

const KEY = 'pending-change';
const MAX_AGE_MILLISECONDS = 15 * 60 * 1000;

const PendingChangeSchema = v.object({
  accountId: v.string(),
  /** Entity tag of the account when the change was made. */
  etag: v.string(),
  field: v.picklist(['username', 'email', 'password']),
  /** What was typed; empty for a password. */
  value: v.string(),
  savedAt: v.number(),
});

/** A change of username or e-mail address, or the request to change the password. */
export type PendingChange = v.InferOutput<typeof PendingChangeSchema>;

/** Session storage of the tab: it survives the redirect to the sign-in and back. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function savePendingChange(
  change: Omit<PendingChange, 'savedAt'>,
  storage: TabStorage = sessionStorage,
): void {
  storage.setItem(KEY, JSON.stringify({ ...change, savedAt: Date.now() }));
}

/** Removes and returns the change; null if there is none for this account or it has expired. */
export function takePendingChange(
  accountId: string,
  storage: TabStorage = sessionStorage,
): PendingChange | null {
  const text = storage.getItem(KEY);
  storage.removeItem(KEY);
  const change = v.safeParse(v.pipe(v.string(), v.parseJson(), PendingChangeSchema), text);
  if (!change.success || change.output.accountId !== accountId) return null;
  return Date.now() - change.output.savedAt > MAX_AGE_MILLISECONDS ? null : change.output;
}
