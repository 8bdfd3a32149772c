/** What the directory knows of a person, as the fields of an account can hold it: pure. */
import * as v from 'valibot';
import type { AccountRecord } from '../account/account-record.ts';
import { fieldRow, PROFILE_FIELDS, type ProfileField } from '../account/fields.ts';
import { TEXT_MAX_LENGTH, updateSchema } from '../account/update-schema.ts';
import type { AccountPolicy } from './account-update.ts';
import type { ProfileMisfits } from './events.ts';
import type { DirectoryPerson } from './ports.ts';

/** A profile that keeps the rules of its fields. */
export interface FittedProfile {
  /** Without fields for which there is no value. */
  values: Partial<Record<ProfileField, string>>;
  misfits: ProfileMisfits;
}

/** The profile of a person in these fields. Nothing is refused: what does not fit is cut or left out. */
export function fitProfile(
  { profile }: DirectoryPerson,
  policy: Pick<AccountPolicy, 'allowHttpAvatars'>,
  fields: readonly ProfileField[],
): FittedProfile {
  const { entries } = updateSchema(policy);
  const values: FittedProfile['values'] = {};
  const cutFields: ProfileField[] = [];
  const leftOutFields: ProfileField[] = [];
  for (const field of fields) {
    const given = profile[field]?.trim() ?? '';
    if (given === '') continue;
    const value = fieldRow(field).accepts === 'text' ? cut(given) : given;
    if (!v.is(entries[field], value)) {
      leftOutFields.push(field);
      continue;
    }
    values[field] = value;
    if (value !== given) cutFields.push(field);
  }
  const misfits = {
    ...(cutFields.length > 0 && { cutFields }),
    ...(leftOutFields.length > 0 && { leftOutFields }),
  };
  return { values, misfits };
}

/** The fields that the directory gives a value now; `record` is null at a person's first call. */
export function fieldsToTake(
  { profileSource }: Pick<AccountPolicy, 'profileSource'>,
  record: AccountRecord | null,
): readonly ProfileField[] {
  if (profileSource === 'never') return [];
  if (record === null) return PROFILE_FIELDS;
  const isLater = profileSource === 'first-call' && record.refreshedAt !== null;
  return isLater ? [] : PROFILE_FIELDS.filter((field) => !record.editedFields.includes(field));
}

/** At most the greatest length of a text; what people see as one character stays whole. */
function cut(text: string): string {
  if ([...text].length <= TEXT_MAX_LENGTH) return text;
  let kept = '';
  let room = TEXT_MAX_LENGTH;
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    room -= [...segment].length;
    if (room < 0) break;
    kept += segment;
  }
  return kept.trimEnd();
}
