import { describe, expect, it } from 'vitest';
import { resultTable, summary } from '../../../../tools/acceptance/report.ts';
import type { PromiseResult } from '../../../../tools/acceptance/runner.ts';

const HELD: PromiseResult = {
  id: 'a',
  text: 'Short',
  expected: '200',
  outcome: 'held',
  seen: '200',
};
const BROKEN: PromiseResult = {
  id: 'b',
  text: 'A longer promise',
  expected: '401',
  outcome: 'broken',
  seen: '200\n(another status)',
};

describe('the table of results', () => {
  it('has a line for each promise, in columns', () => {
    expect(resultTable([HELD, BROKEN]).split('\n')).toEqual([
      'outcome  promise           expected  seen',
      'held     Short             200       200',
      'broken   A longer promise  401       200 (another status)',
    ]);
  });

  it('cuts what is long, but never what was seen', () => {
    const long = 'x'.repeat(200);

    const [, line = ''] = resultTable([{ ...HELD, text: long, seen: long }]).split('\n');

    expect(line).toContain(`${'x'.repeat(71)}…`);
    expect(line.endsWith(long)).toBe(true);
  });
});

describe('the summary', () => {
  it('counts the outcomes', () => {
    const report = { results: [HELD, BROKEN, HELD], interrupted: false, left: [] };

    expect(summary(report)).toBe('3 promises: 2 held, 1 broken, 0 failed, 0 not tried.');
  });

  it('says that the run was interrupted, and what is left', () => {
    const report = { results: [], interrupted: true, left: ['person 1'] };

    expect(summary(report)).toContain('Stopped before all promises were tried.');
    expect(summary(report)).toContain('Not removed: person 1');
  });
});
