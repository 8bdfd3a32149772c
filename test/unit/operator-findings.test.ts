/** What a new operator met stays mended: each row of the table names tests that exist. */
import { describe, expect, it } from 'vitest';
import { documentOf, missingTests, namedTests } from '../support/named-tests.ts';

describe('docs/operator-findings.md', () => {
  const rows = documentOf('docs/operator-findings.md').match(/^\| \d+ \|.*$/gm) ?? [];

  it.each(rows.map((row) => [row.split('|')[2]?.trim(), row] as const))('%s', (_finding, row) => {
    const tests = namedTests(row);

    expect(tests).not.toEqual([]);
    expect(missingTests(tests)).toEqual([]);
  });

  it('has a row for each finding', () => {
    expect(rows).toHaveLength(14);
  });
});
