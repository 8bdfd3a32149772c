/** Which files of a bundle a cold start reads, before any call. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Imports that are not behind `import()`, as esbuild writes them. */
const STATIC_IMPORT = /\b(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g;

/** A bundle's entry and all that it imports at once: absolute paths. */
export function eagerFiles(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, path] of readFileSync(entry, 'utf8').matchAll(STATIC_IMPORT)) {
    if (path !== undefined) eagerFiles(join(dirname(entry), path), found);
  }
  return found;
}
