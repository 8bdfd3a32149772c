/**
 * A change that waits in this tab while its owner signs in again. A password never waits: it is
 * typed again.
 */
import * as v from 'valibot';

const KEY = 'kept-change';
const MAX_AGE_MILLISECONDS = 15 * 60 * 1000;

const KeptChangeSchema = v.object({
  accountId: v.string(),
  /** The version of the account that the person was looking at. */
  etag: v.string(),
  field: v.picklist(['username', 'email', 'password']),
  /** What was typed; nothing for a password. */
  value: v.string(),
  keptAt: v.number(),
});

/** A change of a sign-in name, or the wish for a new password. */
export type KeptChange = v.InferOutput<typeof KeptChangeSchema>;

/** Where it waits: the tab's own storage, which outlives the way to the sign-in and back. */
type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function keepChange(
  change: Omit<KeptChange, 'keptAt'>,
  storage: TabStorage = sessionStorage,
): void {
  storage.setItem(KEY, JSON.stringify({ ...change, keptAt: Date.now() }));
}

/** Takes the change out, once; null where none waits for this account, or it has waited too long. */
export function takeKeptChange(
  accountId: string,
  storage: TabStorage = sessionStorage,
): KeptChange | null {
  const text = storage.getItem(KEY);
  storage.removeItem(KEY);
  const change = v.safeParse(v.pipe(v.string(), v.parseJson(), KeptChangeSchema), text);
  if (!change.success || change.output.accountId !== accountId) return null;
  return Date.now() - change.output.keptAt > MAX_AGE_MILLISECONDS ? null : change.output;
}
