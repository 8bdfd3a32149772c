import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName, isSameName, isUsername } from '../../../lib/account/names.ts';

describe('foldName', () => {
  it.each([
    ['Alice', 'alice'],
    ['ALICE@EXAMPLE.COM', 'alice@example.com'],
    ['ａｌｉｃｅ', 'alice'],
    ['alice...', 'alice'],
    ['a.b', 'a.b'],
  ])('folds %s to %s', (name, folded) => {
    expect(foldName(name)).toBe(folded);
  });

  it('is idempotent and blind to case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const folded = foldName(name);
        expect(foldName(folded)).toBe(folded);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(foldName(name.toUpperCase())).toBe(foldName(name.toLowerCase()));
      }),
    );
  });
});

describe('isUsername', () => {
  it.each([
    ['a', true],
    ['', false],
    ['a b', false],
    ['alice@example.com', true],
    ['Provider_7', true],
    ['x'.repeat(50), true],
    ['x'.repeat(51), false],
  ])('%s: %s', (name, expected) => {
    expect(isUsername(name)).toBe(expected);
  });
});

describe('isSameName', () => {
  it.each([
    ['Alice', 'ALICE.', true],
    ['alice', 'bob', false],
    ['alice', null, false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(isSameName(one, other)).toBe(expected);
  });
});
