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

/** Why a value cannot be kept as metadata, and the path to the part that is the reason. */
export interface MetadataError {
  code: 'too_deep' | 'too_large' | 'number_out_of_range';
  path: readonly string[];
}

/** Most errors that are found in one value: their paths can be as long as the body. */
const MAX_ERRORS = 10;

/**
 * Checks a value against the limits of metadata; none when it may be kept. Numbers that JSON text could not give back as they
 * were sent (beyond the safe integers, RFC 8259 section 6) are refused rather than rounded.
 */
export function metadataErrors(value: JsonValue): MetadataError[] {
  const deep = depthErrors(value);
  if (deep.length > 0) return deep;
  const isWrong = (part: JsonValue) => typeof part === 'number' && !isExact(part);
  const wrong = partsWhere(value, isWrong);
  if (wrong.length > 0) return wrong.map((path) => ({ code: 'number_out_of_range', path }));
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > METADATA_MAX_BYTES ? [{ code: 'too_large', path: [] }] : [];
}

/**
 * The parts of a value that are nested deeper than metadata may be, the first ten; safe on any depth,
 * as recursion is not.
 */
export function depthErrors(value: JsonValue): MetadataError[] {
  const isTooDeep = (part: JsonValue, depth: number) =>
    depth >= METADATA_MAX_DEPTH && typeof part === 'object' && part !== null;
  return partsWhere(value, isTooDeep).map((path) => ({ code: 'too_deep', path }));
}

/** A part of a value, and how to get there. */
interface Part {
  value: JsonValue;
  key: string;
  depth: number;
  parent: Part | null;
}

/** Paths of the first parts that match, in the order of the text; what is inside them is left out. */
function partsWhere(
  value: JsonValue,
  matches: (part: JsonValue, depth: number) => boolean,
): string[][] {
  const found: string[][] = [];
  const open: Part[] = [{ value, key: '', depth: 0, parent: null }];
  for (let part = open.pop(); part && found.length < MAX_ERRORS; part = open.pop()) {
    const { value: current, depth } = part;
    if (matches(current, depth)) found.push(pathOf(part));
    else if (typeof current === 'object' && current !== null) {
      for (const [key, child] of Object.entries(current).reverse()) {
        open.push({ value: child, key, depth: depth + 1, parent: part });
      }
    }
  }
  return found;
}

function pathOf({ key, parent }: Part): string[] {
  return parent === null ? [] : [...pathOf(parent), key];
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
