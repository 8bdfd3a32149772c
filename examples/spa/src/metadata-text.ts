/** The JSON text of `metadata`: read as strictly as the API reads it, so that nothing is lost on the way. */

const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 32;

/** Why a text cannot be kept as metadata. */
type MetadataFault =
  | 'not_json'
  | 'repeated_key'
  | 'forbidden_key'
  | 'number_out_of_range'
  | 'too_deep'
  | 'too_large';

/** The value of a text; null for an empty one. */
type ReadMetadata = { value: unknown } | { fault: MetadataFault };

/** Reads a text. `JSON.parse` alone would keep the last of two equal keys, and Infinity for 1e400. */
export function readMetadata(text: string): ReadMetadata {
  if (text.trim() === '') return { value: null };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'not_json' };
  }
  const fault = faultOf(value, text);
  return fault === null ? { value } : { fault };
}

function faultOf(value: unknown, text: string): MetadataFault | null {
  const { depth, fault } = scan(text);
  if (fault !== null) return fault;
  if (depth > MAX_DEPTH) return 'too_deep';
  if (!isExact(value)) return 'number_out_of_range';
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > MAX_BYTES ? 'too_large' : null;
}

/** Strings, and the signs that open, close and part objects and arrays. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gsu;

/** Greatest nesting, and the first fault in the keys, of a text that is valid JSON. */
function scan(text: string): { depth: number; fault: MetadataFault | null } {
  const open: Set<string>[] = [];
  let depth = 0;
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth = Math.max(depth, open.push(new Set()));
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(token.slice(0, -colon.length));
      const keys = open.at(-1);
      if (keys?.has(key)) return { depth, fault: 'repeated_key' };
      if (key === '__proto__') return { depth, fault: 'forbidden_key' };
      keys?.add(key);
    }
  }
  return { depth, fault: null };
}

/** Whether every number in it is one that JSON gives back as it was sent. Its depth is bounded. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  }
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}
