import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { readMetadata } from '../../../examples/spa/src/metadata-text.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { updateSchema } from '../../../lib/account/update-schema.ts';

const text = JSON.stringify;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const sized = (bytes: number) => text('x'.repeat(bytes - 2));

it.each([
  ['', null],
  [' \n', null],
  ['{"theme": "dark", "pinned": [1, 2.5, null]}', { theme: 'dark', pinned: [1, 2.5, null] }],
  [
    '{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}',
    { a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }, { b: 1 }] },
  ],
  ['["a","a"]', ['a', 'a']],
  ['{"a":"a","b":"\\"a\\":"}', { a: 'a', b: '"a":' }],
  ['{"a":"{\\"a\\":1,\\"a\\":2}"}', { a: '{"a":1,"a":2}' }],
  [nested(32), expect.anything()],
  [sized(16_384), expect.anything()],
])('reads %j', (given, value) => {
  expect(readMetadata(given)).toEqual({ value });
});

it.each([
  ['{"theme": dark}', 'not_json'],
  ['{"limit":1e400}', 'number_out_of_range'],
  ['[-1e400]', 'number_out_of_range'],
  ['9007199254740993', 'number_out_of_range'],
  ['{"a":1,"a":2}', 'repeated_key'],
  ['{"a":1,"b":{"c":1},"a":2}', 'repeated_key'],
  ['[{"a":[{"b":1}],"\\u0061" :2}]', 'repeated_key'],
  ['{"__proto__":1}', 'forbidden_key'],
  [nested(33), 'too_deep'],
  [nested(5_000), 'too_deep'],
  [sized(16_385), 'too_large'],
  [text('é'.repeat(8_192)), 'too_large'],
])('refuses %j: %s', (given, fault) => {
  expect(readMetadata(given)).toEqual({ fault });
});

it('takes what the API takes, and reads it as the API does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const given = JSON.stringify(value, null, 2);
      const parsed: JsonValue = JSON.parse(given);
      fc.pre(!given.includes('"__proto__"'));

      const read = readMetadata(given);

      const api = v.safeParse(updateSchema({ allowHttpAvatars: false }), { metadata: parsed });
      expect(read).toEqual(api.success ? { value: parsed } : { fault: api.issues[0].message });
    }),
  );
});
