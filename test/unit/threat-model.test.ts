/** Every answer of the threat model is kept by tests that exist under the names it gives. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const ROW = /^\| (?<letter>[STRIDE]) \| (?<threat>.+?) \| (?<answer>.+?) \| (?<tests>.+) \|$/;
const NAMED = /`(?<file>test\/[\w/.-]+)`: (?<names>"(?:[^"\\]|\\.)+"(?:, "(?:[^"\\]|\\.)+")*)/g;

interface Threat {
  letter: string;
  threat: string;
  tests: { file: string; name: string }[];
}

/** The rows of a document's table of threats. */
function threatsOf(document: string): Threat[] {
  const lines = document.split('\n').filter((line) => /^\| [STRIDE] \|/.test(line));
  return lines.map((line) => {
    const { letter = '', threat = '', tests = '' } = ROW.exec(line)?.groups ?? {};
    const named = [...tests.matchAll(NAMED)].flatMap(({ groups }) =>
      (groups?.['names']?.match(/"(?:[^"\\]|\\.)+"/g) ?? []).map((name) => ({
        file: groups?.['file'] ?? '',
        name: name.slice(1, -1).replaceAll('\\"', '"'),
      })),
    );
    return { letter, threat, tests: named };
  });
}

/** Tests that a threat names and that are not there, a sentence each. */
function missingOf({ tests }: Threat): string[] {
  return tests.flatMap(({ file, name }) => {
    const path = join(ROOT, file);
    if (!existsSync(path)) return [`There is no ${file}.`];
    const text = readFileSync(path, 'utf8');
    const isTitle = ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`));
    return isTitle ? [] : [`${file} has no test "${name}".`];
  });
}

describe('the threat model', () => {
  const threats = threatsOf(readFileSync(join(ROOT, 'SECURITY.md'), 'utf8'));

  it('thinks of every kind of threat', () => {
    expect(new Set(threats.map(({ letter }) => letter))).toEqual(new Set('STRIDE'));
    expect(threats.length).toBeGreaterThan(20);
  });

  it.each(threats)('names tests that exist: $threat', (threat) => {
    expect(threat.tests).not.toEqual([]);
    expect(missingOf(threat)).toEqual([]);
  });
});

describe('the check of the threat model', () => {
  const row = (tests: string) => threatsOf(`| S | a threat | an answer | ${tests} |`);

  it('reads the tests of a row', () => {
    expect(row('`test/a.test.ts`: "one", "the \\"other\\""; `test/b.test.ts`: "three"')).toEqual([
      {
        letter: 'S',
        threat: 'a threat',
        tests: [
          { file: 'test/a.test.ts', name: 'one' },
          { file: 'test/a.test.ts', name: 'the "other"' },
          { file: 'test/b.test.ts', name: 'three' },
        ],
      },
    ]);
  });

  it.each([
    ['a file that is not there', '`test/unit/no-such.test.ts`: "anything"'],
    ['a test that is not there', '`test/unit/log.test.ts`: "guards what nobody wrote"'],
    ['a part of a name', '`test/unit/log.test.ts`: "writes one JSON line"'],
  ])('finds %s', (_what, tests) => {
    expect(row(tests).flatMap(missingOf)).toHaveLength(1);
  });
});
