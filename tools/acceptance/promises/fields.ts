/** What PATCH /users/me promises of each field that its owner may change. */
import type { AcceptanceContext } from '../context.ts';
import { compare, compareAll, responds, verdict } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';

/** JSON that careless storage changes: key order, numbers, escapes, empty containers. */
const EXACT_METADATA = {
  zeta: 1,
  alpha: [[], {}, null, [null]],
  numbers: [0, 0.1, 1.5e-300, 9007199254740991, -9007199254740991, 5e-324],
  text: 'é e\u0301 👩‍💻 \u2028 "\\/ \u0000',
  '': { '~/a.b': true, NULL: false },
};

const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

/** Values that are kept as they are sent. */
const KEPT: readonly [field: string, what: string, value: unknown][] = [
  ['name', 'any text of 50 characters', `Zoë ${'👩'.repeat(46)}`],
  ['company', 'any text', 'Ägypten & Söhne'],
  ['job_title', 'any text', '技术员'],
  ['avatar_url', 'an https: address', 'https://avatars.example/@ada/%40b?size=40#c'],
  ['is_onboarded', 'true', true],
  ['is_onboarded', 'false', false],
  ['metadata', 'any JSON, exactly', EXACT_METADATA],
  ['metadata', 'a number alone', 0.1],
];

/** Values that are refused, with the code of the error at the field, or at a place inside it. */
const REFUSED: readonly [
  field: string,
  what: string,
  value: unknown,
  code: string,
  place?: string,
][] = [
  ['name', 'an empty text', '', 'empty'],
  ['name', '51 characters', 'x'.repeat(51), 'text_too_long'],
  ['company', 'a line break', 'a\nb', 'invalid_text'],
  ['job_title', 'a number', 42, 'not_a_string'],
  ['avatar_url', 'another scheme', 'javascript:alert(1)', 'invalid_url'],
  ['avatar_url', 'credentials', 'https://user:pass@avatars.example/', 'invalid_url'],
  ['avatar_url', '2,049 characters', `https://a.example/${'x'.repeat(2031)}`, 'url_too_long'],
  ['is_onboarded', 'a word', 'yes', 'not_a_boolean'],
  ['username', 'a space', 'a b', 'invalid_username'],
  ['email', 'no address', 'nobody', 'invalid_email'],
  ['metadata', '33 levels', nested(33), 'too_deep', '/0'.repeat(32)],
  ['metadata', 'more than 16 KiB', 'x'.repeat(16 * 1024), 'too_large'],
  ['metadata', 'an integer that no double holds', 9007199254740992, 'number_out_of_range'],
  ['id', 'another id', '00000000-0000-4000-8000-000000000000', 'read_only'],
  ['nickname', 'a value', 'x', 'unknown_field'],
  ['old_password', 'any value', 'x', 'proven_by_sign_in'],
];

export const FIELD_VALUES: readonly AcceptancePromise<AcceptanceContext>[] = [
  ...KEPT.map(
    ([field, what, value], index): AcceptancePromise<AcceptanceContext> => ({
      id: `kept.${field}.${index}`,
      text: `PATCH keeps ${what} in ${field}`,
      expected: '200, then GET with the same JSON text',
      async tried(context) {
        const { patch, get } = await context.person('editor');
        const body = { [field]: value };
        return compareAll([
          [{ status: 200, body }, await patch(body)],
          [{ status: 200, body }, await get()],
        ]);
      },
    }),
  ),
  ...REFUSED.map(([field, what, value, code, place = ''], index) =>
    responds<AcceptanceContext>(
      `refused.${field}.${index}`,
      `PATCH refuses ${what} in ${field}`,
      { status: 422, code: 'invalid_fields', errors: [`/${field}${place} ${code}`] },
      async (context) => (await context.person('editor')).patch({ [field]: value }),
    ),
  ),
  responds(
    'refused.all-at-once',
    'Every error of a PATCH is listed',
    {
      status: 422,
      code: 'invalid_fields',
      errors: ['/nickname unknown_field', '/job_title empty'],
    },
    async (context) => (await context.person('editor')).patch({ nickname: 'A', job_title: '' }),
  ),
  responds(
    'refused.inside-metadata',
    'An error inside metadata points to its place, with the limits',
    {
      status: 422,
      code: 'invalid_fields',
      errors: ['/metadata/a/3 number_out_of_range'],
      body: {
        detail: 'metadata: Send numbers beyond the safe integers as strings.',
        errors: [
          {
            pointer: '/metadata/a/3',
            code: 'number_out_of_range',
            detail: 'Send numbers beyond the safe integers as strings.',
            params: { min: -9007199254740991, max: 9007199254740991 },
          },
        ],
      },
    },
    async (context) =>
      (await context.person('editor')).patch('{"metadata":{"a":[1,2,3,9007199254740992]}}'),
  ),
  {
    id: 'refused.password',
    text: 'PATCH refuses a password that breaks the pool’s policy, with the rules',
    expected: '422 invalid_fields, errors at /password only, no part of the password',
    async tried(context) {
      const password = 'short';
      const response = await (await context.person('editor')).patch({ password });
      const seen = compare({ status: 422, code: 'invalid_fields' }, response);
      const { errors = [] } = JSON.parse(response.text);
      const pointers = new Set(errors.map((error: { pointer: string }) => error.pointer));
      if ([...pointers].join() !== '/password') return verdict(false, [...pointers].join());
      return response.text.includes(`"${password}"`) ? verdict(false, 'the password') : seen;
    },
  },
];
