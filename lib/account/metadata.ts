/** JSON values, and the rules of the free-form `metadata` field: limits and merge patches. */

/** Any value JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** Most bytes of metadata as UTF-8 JSON text. */
export const METADATA_MAX_BYTES = 16 * 1024;
/** Deepest nesting of metadata; a scalar has depth 0, `[]` depth 1. */
export const METADATA_MAX_DEPTH = 32;

/** Why a value cannot be kept as metadata. */
export type MetadataError = 'too_deep' | 'too_large' | 'number_out_of_range';

/**
 * Checks a value against the limits of metadata; null when it may be kept. Numbers that JSON text could not give back as they
 * were sent (beyond the safe integers, RFC 8259 section 6) are refused rather than rounded.
 */
export function metadataError(value: JsonValue): MetadataError | null {
  if (isTooDeep(value)) return 'too_deep';
  if (!everyPart(value, (part) => typeof part !== 'number' || isExact(part))) {
    return 'number_out_of_range';
  }
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > METADATA_MAX_BYTES ? 'too_large' : null;
}

/** True for a value nested deeper than metadata may be; safe on any depth, as recursion is not. */
export function isTooDeep(value: JsonValue): boolean {
  const isContainer = (part: JsonValue) => typeof part === 'object' && part !== null;
  return !everyPart(value, (part, depth) => depth < METADATA_MAX_DEPTH || !isContainer(part));
}

function everyPart(value: JsonValue, holds: (part: JsonValue, depth: number) => boolean): boolean {
  const open: [JsonValue, number][] = [[value, 0]];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    const [part, depth] = entry;
    if (!holds(part, depth)) return false;
    if (typeof part !== 'object' || part === null) continue;
    for (const child of Object.values(part)) open.push([child, depth + 1]);
  }
  return true;
}

function isExact(number: number): boolean {
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number));
}

/** The result of a JSON merge patch (RFC 7396 section 2): objects merge, nulls delete. */
export function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key) ?? null, value));
  }
  return Object.fromEntries(result);
}

/** True for a JSON object: neither an array nor null. */
export function isJsonObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for values of one JSON text: the order of an object's members counts, as it is kept. */
export function isSameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
