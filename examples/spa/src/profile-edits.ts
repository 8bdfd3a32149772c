/**
 * What a person has changed in the profile form, and how it meets changes made elsewhere. Pure;
 * knows no pages and no requests.
 */
import type { Problem, User, UserUpdate } from './account-client.ts';

const TEXT_FIELDS = ['name', 'company', 'job_title', 'avatar_url'] as const;

/** The fields of the profile form, in their order on the page. */
export const PROFILE_FIELDS = [...TEXT_FIELDS, 'metadata'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** What stands in the form; metadata as JSON text. Nothing stands for null. */
export type Draft = Record<ProfileField, string>;

/** What is wrong, by field; each entry is a sentence. */
export type Faults<Field extends string> = Partial<Record<Field, string>>;

/** The form of an account as it is. */
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

/** The fields that differ from the account: nothing else is sent. Faults say what cannot be. */
export function changesOf(
  user: User,
  draft: Draft,
): { changes: UserUpdate; faults: Faults<ProfileField> } {
  const changes: UserUpdate = {};
  for (const field of TEXT_FIELDS) {
    const value = draft[field] === '' ? null : draft[field];
    if (value !== user[field]) changes[field] = value;
  }
  const metadata = parseMetadata(draft.metadata);
  if (metadata === undefined) return { changes, faults: { metadata: 'This is not valid JSON.' } };
  if (JSON.stringify(metadata) !== JSON.stringify(user.metadata)) changes.metadata = metadata;
  return { changes, faults: {} };
}

/** The value of the JSON text, null for none; undefined where the text is no JSON. */
function parseMetadata(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Carries edits over to a newer account: what was edited and is still different stays, the other
 * fields take the newer value.
 * @returns the new form, and the kept edits whose field was changed elsewhere as well
 */
export function rebase(
  before: User,
  draft: Draft,
  now: User,
): { draft: Draft; overlapping: ProfileField[] } {
  const old = draftOf(before);
  const newer = draftOf(now);
  const { changes, faults } = changesOf(now, draft);
  const isKept = (field: ProfileField) =>
    draft[field] !== old[field] && (field in changes || field in faults);
  const kept = PROFILE_FIELDS.filter(isKept);
  return {
    draft: { ...newer, ...Object.fromEntries(kept.map((field) => [field, draft[field]])) },
    overlapping: kept.filter((field) => newer[field] !== old[field]),
  };
}

/**
 * Sorts the faults of a refused request (JSON pointers, RFC 6901) to the fields on the page.
 * @returns sentences by field, and what has no field here: the refusal itself where it names none
 */
export function faultsByField<Field extends string>(
  problem: Problem,
  fields: readonly Field[],
): { atFields: Faults<Field>; elsewhere: string[] } {
  const sentences = new Map<Field, string[]>();
  const elsewhere: string[] = [];
  for (const { pointer, detail } of problem.errors) {
    const field = fields.find((name) => name === fieldOf(pointer));
    if (field === undefined) elsewhere.push(detail);
    else sentences.set(field, [...(sentences.get(field) ?? []), detail]);
  }
  const atFields: Faults<Field> = {};
  for (const [field, parts] of sentences) atFields[field] = parts.join(' ');
  return { atFields, elsewhere: problem.errors.length === 0 ? [problem.detail] : elsewhere };
}

/** The field that a JSON pointer leads into. */
function fieldOf(pointer: string): string | undefined {
  return pointer.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
}
