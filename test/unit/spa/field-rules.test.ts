import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { breachOf } from '../../../examples/spa/src/field-rules.ts';
import { updateSchema } from '../../../lib/account/update-schema.ts';

type Checked = 'name' | 'avatar_url' | 'username' | 'email';

/** The code of the API's first error, or null. */
function apiErrorOf(field: Checked, value: string, allowHttpAvatars = true): string | null {
  const result = v.safeParse(updateSchema({ allowHttpAvatars }), { [field]: value });
  return result.success ? null : (result.issues[0]?.message ?? null);
}

const ID = '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11';
const EXAMPLES: Record<Checked, string[]> = {
  name: ['Ada', 'x'.repeat(50), 'x'.repeat(51), '𝒜'.repeat(50), 'a\u0000b', 'a\nb', 'a\ud800'],
  avatar_url: [
    'https://a.example/ada.png',
    'http://a.example/ada.png',
    'https://a.example/@ada.png',
    'https://ada@a.example/',
    'https://ada:secret@a.example/',
    'https:/a.example',
    'https://a.example/a b',
    'https:\\\\a.example',
    'javascript:alert(1)',
    'nonsense',
    `https://a.example/${'a'.repeat(2031)}`,
    `https://a.example/${'a'.repeat(2030)}`,
  ],
  username: [
    'ada',
    'Ada.L@x',
    'ada!',
    'x'.repeat(51),
    ID,
    `${ID.toUpperCase()}..`,
    "o'b@example.com",
  ],
  email: [
    'ada@example.com',
    "conan.o'brien@example.com",
    'ada@xn--mnchen-3ya.de',
    'a..b@example.com',
    'ada@localhost',
    'ada@münchen.de',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(124)}example`,
  ],
};
const cases = Object.entries(EXAMPLES).flatMap(([field, values]) =>
  values.map((value) => [field as Checked, value] as const),
);

describe('breachOf', () => {
  it.each(cases)('judges %s %j as the API does', (field, value) => {
    expect(breachOf(field, value)?.code ?? null).toBe(apiErrorOf(field, value));
  });

  it('refuses nothing that the API would take', () => {
    const near = (field: Checked) =>
      fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        fc
          .constantFrom(...EXAMPLES[field])
          .chain((value) =>
            fc
              .tuple(fc.nat(value.length), fc.string({ unit: 'grapheme', maxLength: 2 }))
              .map(([at, inserted]) => value.slice(0, at) + inserted + value.slice(at)),
          ),
        fc.emailAddress(),
        fc.webUrl({ validSchemes: ['https'] }),
      );
    const fields = fc.constantFrom('name', 'avatar_url', 'username', 'email');
    fc.assert(
      fc.property(
        fields.chain((field: Checked) => fc.tuple(fc.constant(field), near(field))),
        ([field, value]) => {
          // A literal U+FFFD in a body stands for bytes that were no text.
          fc.pre(!value.includes('\ufffd'));
          expect(breachOf(field, value)?.code ?? null).toBe(apiErrorOf(field, value));
        },
      ),
    );
  });

  it.each([
    ['name', ''],
    ['avatar_url', ''],
    ['metadata', ''],
  ] as const)('lets %s be cleared', (field, value) => {
    expect(breachOf(field, value)).toBeNull();
  });

  it.each([
    ['avatar_url', 'htt', true],
    ['avatar_url', 'https://', true],
    ['avatar_url', 'HTTPS:/', true],
    ['avatar_url', 'ftp:', undefined],
    ['email', '', true],
    ['email', 'ada', true],
    ['email', 'ada.', true],
    ['email', 'ada@exam', true],
    ['email', 'ada@@', undefined],
    ['email', 'a b', undefined],
    ['username', '', true],
    ['username', "o'brien@", true],
    ['username', 'a b', undefined],
    ['name', 'x'.repeat(51), undefined],
    ['metadata', '{"a":', true],
    ['metadata', '{"a":1e400}', undefined],
  ] as const)('tells whether more typing can make %s %j right', (field, value, unfinished) => {
    expect(breachOf(field, value)).toMatchObject({ ...(unfinished && { unfinished }) });
    expect(breachOf(field, value)?.unfinished).toBe(unfinished);
  });

  it('refuses a replacement character, which the API cannot tell from broken bytes', () => {
    expect(breachOf('name', 'caf\ufffd')).toEqual({ code: 'invalid_text' });
  });
});
