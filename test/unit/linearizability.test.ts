import { describe, expect, it } from 'vitest';
import { isLinearizable, type Operation } from '../support/linearizability.ts';

const write = (start: number, end: number, value: string): Operation<string> => ({
  start,
  end,
  next: () => value,
});
const read = (start: number, end: number, value: string): Operation<string> => ({
  start,
  end,
  next: (state) => (state === value ? state : null),
});
const check = (...history: Operation<string>[]) => isLinearizable('old', history, String);

describe('a history is linearizable', () => {
  it.each<[string, Operation<string>[]]>([
    ['one after the other', [write(0, 1, 'a'), read(2, 3, 'a'), write(4, 5, 'b'), read(6, 7, 'b')]],
    [
      'a read beside a write sees the old',
      [write(0, 9, 'a'), read(1, 2, 'old'), read(10, 11, 'a')],
    ],
    ['a read beside a write sees the new', [write(0, 9, 'a'), read(1, 2, 'a'), read(3, 4, 'a')]],
    ['writes at once, in either order', [write(0, 9, 'a'), write(0, 9, 'b'), read(10, 11, 'a')]],
    ['an unanswered write that was not made', [write(0, Infinity, 'a'), read(1, 2, 'old')]],
    [
      'an unanswered write that was made late',
      [write(0, Infinity, 'a'), read(1, 2, 'old'), read(3, 4, 'a')],
    ],
  ])('%s', (_name, history) => {
    expect(check(...history)).toBe(true);
  });
});

describe('a history is not linearizable', () => {
  it.each<[string, Operation<string>[]]>([
    ['a stale read', [write(0, 1, 'a'), read(2, 3, 'old')]],
    ['a lost write', [write(0, 1, 'a'), write(2, 3, 'b'), read(4, 5, 'a')]],
    ['a value nobody wrote', [write(0, 9, 'a'), read(1, 2, 'b')]],
    ['reads that go back', [write(0, 9, 'a'), read(1, 2, 'a'), read(3, 4, 'old')]],

    [
      'an unanswered write that comes and goes',
      [write(0, Infinity, 'a'), read(1, 2, 'a'), read(3, 4, 'old')],
    ],
  ])('%s', (_name, history) => {
    expect(check(...history)).toBe(false);
  });
});
