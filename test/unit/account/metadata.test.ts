import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  depthErrors,
  type JsonValue,
  mergePatch,
  metadataErrors,
} from '../../../lib/account/metadata.ts';

describe('mergePatch', () => {
  // The cases of RFC 7396 appendix A.
  it.each<[target: JsonValue, patch: JsonValue, result: JsonValue]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('merges into %j the patch %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('is idempotent', () => {
    const value = fc.jsonValue() as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });
});

describe('the errors of metadata', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
  const key = fc.oneof(fc.string(), fc.constantFrom('', '/', '~1', '0', 'a/b'));

  /** The part of a value at a path. */
  const partAt = (whole: JsonValue, path: readonly string[]): JsonValue =>
    path.reduce<JsonValue>((part, one) => (part as Record<string, JsonValue>)[one] ?? null, whole);
  /** The value, inside objects of those keys, beside others. */
  const inside = (part: JsonValue, path: readonly string[], beside: JsonValue): JsonValue =>
    path.reduceRight<JsonValue>(
      (inner, one) =>
        Object.fromEntries([
          ['beside', beside],
          [one, inner],
        ]),
      part,
    );
  const numbers = fc.constantFrom(2 ** 53, -(2 ** 53), Number.POSITIVE_INFINITY, 1e300);

  it('lead to the numbers that JSON text cannot give back', () => {
    const path = fc.array(
      key.filter((one) => one !== '__proto__'),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(value, path, numbers, (beside, keys, number) => {
        fc.pre(metadataErrors(beside).length === 0);
        const whole = inside(number, keys, beside);

        const errors = metadataErrors(whole);

        expect(errors).toEqual([{ code: 'number_out_of_range', path: keys }]);
        expect(partAt(whole, errors[0]?.path ?? [])).toBe(number);
      }),
    );
  });

  it('are none for what JSON text gives back', () => {
    fc.assert(
      fc.property(value, (sent) => {
        fc.pre(JSON.stringify(sent).length < 4096);
        const hasLarge = /\d{16}|e[+-]?\d/.test(JSON.stringify(sent));
        if (!hasLarge) expect(metadataErrors(sent)).toEqual([]);
      }),
    );
  });

  it('name the first ten parts in the order of the text', () => {
    const lists = JSON.parse(`${'['.repeat(31)}${'[[]],'.repeat(20)}0${']'.repeat(31)}`);
    const place = Array(30).fill('0');

    expect(depthErrors(lists)).toEqual(
      Array.from({ length: 10 }, (_, at) => ({ code: 'too_deep', path: [...place, `${at}`, '0'] })),
    );
  });
});
