/** Which field of an account last changed at which version: what a failed precondition is explained by. */
import * as v from 'valibot';
import { ACCOUNT_FIELDS, type Field, fieldRecord } from './fields.ts';

/** Grows by one with every change of the account that a caller can see. */
export const VersionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** The password counts as a field, though its value is stored nowhere. */
export const FieldVersionsSchema = v.strictObject({
  /** What changed up to this version is not known. */
  since: VersionSchema,
  /** The version of its last change, for each field that changed after that. */
  fields: v.record(v.picklist(ACCOUNT_FIELDS), VersionSchema),
});
export type FieldVersions = v.InferOutput<typeof FieldVersionsSchema>;

/** Of an account of which only what it holds at this version is known. */
export function unknownBefore(version: number): FieldVersions {
  return { since: version, fields: {} };
}

/** The version that the last known change led to. */
export function newestVersion({ since, fields }: FieldVersions): number {
  return Math.max(since, ...Object.values(fields));
}

/** The same after these fields changed. */
export function withFieldsAt(
  { since, fields }: FieldVersions,
  changed: readonly Field[],
  version: number,
): FieldVersions {
  return { since, fields: { ...fields, ...fieldRecord(changed, () => version) } };
}

/**
 * The fields that were changed since a version, in the order of the wire; null where that is too old
 * to tell, or no version of the account.
 */
export function changedSince(
  version: number,
  current: { version: number; fieldVersions: FieldVersions },
): Field[] | null {
  const { since, fields } = current.fieldVersions;
  if (version < since || version > current.version) return null;
  return ACCOUNT_FIELDS.filter((field) => (fields[field] ?? 0) > version);
}
