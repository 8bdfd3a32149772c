/** The rules of the free-form `metadata` field: its limits, and how a merge patch changes it. */
import { type JsonValue, METADATA_MAX_BYTES, METADATA_MAX_DEPTH } from './account.ts';

/** Why a value cannot be kept as metadata; null when it can. */
export type MetadataFault = 'too_deep' | 'too_large' | 'number_out_of_range';

/**
 * Checks a value against the limits of metadata. Numbers that JSON text could not give back as they
 * were sent (beyond the safe integers, RFC 8259 section 6) are refused rather than rounded.
 */
export function metadataFault(value: JsonValue): MetadataFault | null {
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
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key) ?? null, value));
  }
  return Object.fromEntries(result);
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
