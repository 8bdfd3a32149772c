/** Finds the files of a bundle that a cold start loads before the first call. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Static imports in esbuild's output. */
const STATIC_IMPORT = /\b(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g;

/** Absolute paths of a bundle's entry and all its static imports, direct and transitive. */
export function eagerFiles(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, path] of readFileSync(entry, 'utf8').matchAll(STATIC_IMPORT)) {
    if (path !== undefined) eagerFiles(join(dirname(entry), path), found);
  }
  return found;
}
