/**
 * Edits of the profile that are not saved yet, kept in this tab: they survive a reload, and a sign-in
 * that ends or is renewed.
 */
import * as v from 'valibot';
import type { TabStorage } from './pending-change.ts';
import type { Draft } from './profile-edits.ts';

const KEY = 'unsaved-edits';

const DraftSchema = v.object({
  name: v.string(),
  company: v.string(),
  job_title: v.string(),
  avatar_url: v.string(),
  metadata: v.string(),
});
const UnsavedEditsSchema = v.object({
  accountId: v.string(),
  /** The form values before the edits. */
  before: DraftSchema,
  draft: DraftSchema,
});

/** Form values before and after edits. */
interface Edits {
  before: Draft;
  draft: Draft;
}

export function keepEdits(
  accountId: string,
  { before, draft }: Edits,
  storage: TabStorage = sessionStorage,
): void {
  try {
    storage.setItem(KEY, JSON.stringify({ accountId, before, draft }));
  } catch {
    // A full storage keeps nothing; the form still works.
  }
}

export function forgetEdits(storage: TabStorage = sessionStorage): void {
  storage.removeItem(KEY);
}

/** The kept edits of that account; null if there are none. Those of another account are removed. */
export function keptEdits(accountId: string, storage: TabStorage = sessionStorage): Edits | null {
  const text = storage.getItem(KEY);
  const kept = v.safeParse(v.pipe(v.string(), v.parseJson(), UnsavedEditsSchema), text);
  if (kept.success && kept.output.accountId === accountId) return kept.output;
  forgetEdits(storage);
  return null;
}
