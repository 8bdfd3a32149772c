/** Edits of the profile form and their merge with changes made elsewhere. Pure functions. */
import type { User, UserUpdate } from './account-client.ts';
import { readMetadata } from './metadata-text.ts';

const TEXT_FIELDS = ['name', 'company', 'job_title', 'avatar_url'] as const;

/** The fields of the profile form, in display order. */
export const PROFILE_FIELDS = [...TEXT_FIELDS, 'metadata'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** Values of the form; metadata as JSON text. An empty string stands for null. */
export type Draft = Record<ProfileField, string>;

/** The form values of an unedited account. */
export function draftOf(user: User): Draft {
  const { name, company, job_title, avatar_url, metadata } = user;
  return {
    name: name ?? '',
    company: company ?? '',
    job_title: job_title ?? '',
    avatar_url: avatar_url ?? '',
    metadata: metadata === null ? '' : JSON.stringify(metadata, null, 2),
  };
}

/** The fields that differ from the account. Metadata that cannot be read is left out. */
export function changesOf(user: User, draft: Draft): UserUpdate {
  const changes: UserUpdate = {};
  for (const field of TEXT_FIELDS) {
    const value = draft[field] === '' ? null : draft[field];
    if (value !== user[field]) changes[field] = value;
  }
  const metadata = readMetadata(draft.metadata);
  if ('value' in metadata && !isSame(metadata.value, user.metadata)) {
    changes.metadata = metadata.value;
  }
  return changes;
}

/** Whether the form holds anything that the account does not. */
export function isEdited(user: User, draft: Draft): boolean {
  return PROFILE_FIELDS.some((field) => differs(user, draft, field));
}

function differs(user: User, draft: Draft, field: ProfileField): boolean {
  if (draft[field] === draftOf(user)[field]) return false;
  const isUnreadable = field === 'metadata' && 'fault' in readMetadata(draft.metadata);
  return isUnreadable || field in changesOf(user, draft);
}

/**
 * Rebases edits onto a newer account: fields that were edited and still differ keep the edit, the
 * others take the newer value.
 * @param before the form values that were edited
 * @param sent what the form is saving: nobody else has changed that
 * @returns the new form values, and the kept edits whose field was also changed elsewhere
 */
export function rebase(
  before: Draft,
  draft: Draft,
  now: User,
  sent: Draft | null = null,
): { draft: Draft; overlapping: ProfileField[] } {
  const newer = draftOf(now);
  const kept = PROFILE_FIELDS.filter(
    (field) => draft[field] !== before[field] && differs(now, draft, field),
  );
  return {
    draft: { ...newer, ...Object.fromEntries(kept.map((field) => [field, draft[field]])) },
    overlapping: kept.filter(
      (field) => newer[field] !== before[field] && newer[field] !== sent?.[field],
    ),
  };
}

/** The fields in which somebody else has changed what these changes would change to something else. */
export function conflictingFields(
  before: Readonly<Record<string, unknown>>,
  changes: UserUpdate,
  now: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(changes)
    .filter(([field, value]) => !isSame(before[field], now[field]) && !isSame(now[field], value))
    .map(([field]) => field);
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
