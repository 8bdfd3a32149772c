/** Tests that documents name: a file, and titles in quotes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const NAMED = /`(?<file>test\/[\w/.-]+)`: (?<names>"(?:[^"\\]|\\.)+"(?:, "(?:[^"\\]|\\.)+")*)/g;

/** A test that a document names. */
export interface NamedTest {
  file: string;
  name: string;
}

/** A document of the project, by its path. */
export function documentOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The tests that a text names. */
export function namedTests(text: string): NamedTest[] {
  return [...text.matchAll(NAMED)].flatMap(({ groups }) =>
    (groups?.['names']?.match(/"(?:[^"\\]|\\.)+"/g) ?? []).map((name) => ({
      file: groups?.['file'] ?? '',
      name: name.slice(1, -1).replaceAll('\\"', '"'),
    })),
  );
}

/** Those that are not there, a sentence each. */
export function missingTests(tests: readonly NamedTest[]): string[] {
  return tests.flatMap(({ file, name }) => {
    const path = join(ROOT, file);
    if (!existsSync(path)) return [`There is no ${file}.`];
    const text = readFileSync(path, 'utf8');
    const isTitle = ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`));
    return isTitle ? [] : [`${file} has no test "${name}".`];
  });
}
