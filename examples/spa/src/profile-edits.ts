/** Edits of the profile form and their merge with changes made elsewhere. Pure functions. */
import type { Problem, User, UserUpdate } from './account-client.ts';

const TEXT_FIELDS = ['name', 'company', 'job_title', 'avatar_url'] as const;

/** The fields of the profile form, in display order. */
export const PROFILE_FIELDS = [...TEXT_FIELDS, 'metadata'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** Values of the form; metadata as JSON text. An empty string stands for null. */
export type Draft = Record<ProfileField, string>;

/** Error messages by field. */
export type FieldErrors<Field extends string> = Partial<Record<Field, string>>;

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

/** The fields that differ from the account, and errors for those that cannot be sent. */
export function changesOf(
  user: User,
  draft: Draft,
): { changes: UserUpdate; errors: FieldErrors<ProfileField> } {
  const changes: UserUpdate = {};
  for (const field of TEXT_FIELDS) {
    const value = draft[field] === '' ? null : draft[field];
    if (value !== user[field]) changes[field] = value;
  }
  const metadata = parseMetadata(draft.metadata);
  if (metadata === undefined) return { changes, errors: { metadata: 'This is not valid JSON.' } };
  if (JSON.stringify(metadata) !== JSON.stringify(user.metadata)) changes.metadata = metadata;
  return { changes, errors: {} };
}

/** The parsed JSON text; null for an empty text, undefined for invalid JSON. */
function parseMetadata(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Rebases edits onto a newer account: fields that were edited and still differ keep the edit, the
 * others take the newer value.
 * @returns the new form values, and the kept edits whose field was also changed elsewhere
 */
export function rebase(
  before: User,
  draft: Draft,
  now: User,
): { draft: Draft; overlapping: ProfileField[] } {
  const old = draftOf(before);
  const newer = draftOf(now);
  const { changes, errors } = changesOf(now, draft);
  const isKept = (field: ProfileField) =>
    draft[field] !== old[field] && (field in changes || field in errors);
  const kept = PROFILE_FIELDS.filter(isKept);
  return {
    draft: { ...newer, ...Object.fromEntries(kept.map((field) => [field, draft[field]])) },
    overlapping: kept.filter((field) => newer[field] !== old[field]),
  };
}

/**
 * Assigns the errors of a problem (JSON pointers, RFC 6901) to the fields of a form.
 * @returns messages by field, and those without a field: the problem's detail if it lists no errors
 */
export function errorsByField<Field extends string>(
  problem: Pick<Problem, 'detail' | 'errors'>,
  fields: readonly Field[],
): { atFields: FieldErrors<Field>; elsewhere: string[] } {
  const messages = new Map<Field, string[]>();
  const elsewhere: string[] = [];
  for (const { pointer, detail } of problem.errors) {
    const field = fields.find((name) => name === fieldOf(pointer));
    if (field === undefined) elsewhere.push(detail);
    else messages.set(field, [...(messages.get(field) ?? []), detail]);
  }
  const atFields: FieldErrors<Field> = {};
  for (const [field, parts] of messages) atFields[field] = parts.join(' ');
  return { atFields, elsewhere: problem.errors.length === 0 ? [problem.detail] : elsewhere };
}

/** The first token of a JSON pointer. */
function fieldOf(pointer: string): string | undefined {
  return pointer.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
}
