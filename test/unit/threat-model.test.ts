/** Every answer of the threat model is kept by tests that exist under the names it gives. */
import { describe, expect, it } from 'vitest';
import { documentOf, missingTests, type NamedTest, namedTests } from '../support/named-tests.ts';

const ROW = /^\| (?<letter>[STRIDE]) \| (?<threat>.+?) \| (?<answer>.+?) \| (?<tests>.+) \|$/;

interface Threat {
  letter: string;
  threat: string;
  tests: NamedTest[];
}

/** The rows of a document's table of threats. */
function threatsOf(document: string): Threat[] {
  const lines = document.split('\n').filter((line) => /^\| [STRIDE] \|/.test(line));
  return lines.map((line) => {
    const { letter = '', threat = '', tests = '' } = ROW.exec(line)?.groups ?? {};
    return { letter, threat, tests: namedTests(tests) };
  });
}

describe('the threat model', () => {
  const threats = threatsOf(documentOf('SECURITY.md'));

  it('thinks of every kind of threat', () => {
    expect(new Set(threats.map(({ letter }) => letter))).toEqual(new Set('STRIDE'));
    expect(threats.length).toBeGreaterThan(20);
  });

  it.each(threats)('names tests that exist: $threat', (threat) => {
    expect(threat.tests).not.toEqual([]);
    expect(missingTests(threat.tests)).toEqual([]);
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
    expect(row(tests).flatMap((one) => missingTests(one.tests))).toHaveLength(1);
  });
});
