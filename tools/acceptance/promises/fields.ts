/** What PATCH /users/me promises of each field that its owner may change. */
import { MERGE_PATCH_TYPE } from '../../../lib/contract.ts';
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

/** Values that are kept as they are sent. */
const KEPT: readonly [field: string, what: string, value: unknown][] = [
  ['name', 'any text of 50 characters', `Zoë ${'👩'.repeat(46)}`],
  ['company', 'any text', 'Ägypten & Söhne'],
  ['job_title', 'any text', '技术员'],
  ['avatar_url', 'an https: address', 'https://avatars.example/a/%40b?size=40#c'],
  ['is_onboarded', 'true', true],
  ['is_onboarded', 'false', false],
  ['metadata', 'any JSON, exactly', EXACT_METADATA],
  ['metadata', 'a number alone', 0.1],
];

/** Values that are refused, with the code of the error at the field. */
const REFUSED: readonly [field: string, what: string, value: unknown, code: string][] = [
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
  ['metadata', '33 levels', JSON.parse('['.repeat(33) + ']'.repeat(33)), 'too_deep'],
  ['metadata', 'more than 16 KiB', 'x'.repeat(16 * 1024), 'too_large'],
  ['metadata', 'an integer that no double holds', 9007199254740992, 'number_out_of_range'],
  ['id', 'another id', '00000000-0000-4000-8000-000000000000', 'read_only'],
  ['nickname', 'a value', 'x', 'unknown_field'],
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
  ...REFUSED.map(([field, what, value, code], index) =>
    responds<AcceptanceContext>(
      `refused.${field}.${index}`,
      `PATCH refuses ${what} in ${field}`,
      { status: 422, code: 'invalid_fields', errors: [`/${field} ${code}`] },
      async (context) => (await context.person('editor')).patch({ [field]: value }),
    ),
  ),
  responds(
    'refused.all-at-once',
    'Every error of a PATCH is listed, in the order of the fields',
    { status: 422, code: 'invalid_fields', errors: ['/company empty', '/metadata too_large'] },
    async (context) => {
      const fields = { metadata: 'x'.repeat(16 * 1024), company: '' };
      return (await context.person('editor')).patch(fields);
    },
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
  {
    id: 'patch.null-clears',
    text: 'null clears the profile, and changes no name, password or flag',
    expected: '200, profile null, the rest as it was',
    async tried(context) {
      const { patch } = await context.person('editor');
      const before = await patch({ name: 'Ada', company: 'A', job_title: 'B', metadata: { a: 1 } });
      const cleared = {
        name: null,
        company: null,
        job_title: null,
        metadata: null,
        avatar_url: null,
      };
      const ignored = { password: null, username: null, is_active: null, is_superuser: null };
      const after = await patch({ ...cleared, ...ignored, is_onboarded: null });
      const { username, is_active, is_superuser, is_onboarded } = before.body;
      const rest = { username, is_active, is_superuser, is_onboarded };
      return compare({ status: 200, body: { ...cleared, ...rest } }, after);
    },
  },
  {
    id: 'patch.whole-account',
    text: 'A whole account can be sent back: nothing is written',
    expected: '200 with the same etag',
    async tried(context) {
      const { get, patch } = await context.person('editor');
      const account = await get();
      const etag = account.headers.get('etag') ?? '';
      const expected = { status: 200, body: account.body, headers: { etag } };
      return compare(expected, await patch(account.body));
    },
  },
  {
    id: 'patch.merge',
    text: 'A merge patch changes metadata key by key, and null deletes a key',
    expected: '200, {"theme":"dark","deep":{"b":2},"locale":"en"}',
    async tried(context) {
      const { patch } = await context.person('editor');
      await patch({ metadata: { theme: 'dark', beta: true, deep: { a: 1, b: 2 } } });
      const change = { metadata: { beta: null, deep: { a: null }, locale: 'en' } };
      const merged = await patch(change, { 'content-type': MERGE_PATCH_TYPE });
      const metadata = { theme: 'dark', deep: { b: 2 }, locale: 'en' };
      return compare({ status: 200, body: { metadata } }, merged);
    },
  },
  {
    id: 'patch.replace',
    text: 'application/json replaces metadata, with a charset as well',
    expected: '200, {"only":"this"}',
    async tried(context) {
      const { patch } = await context.person('editor');
      await patch({ metadata: { theme: 'dark' } });
      const metadata = { only: 'this' };
      const replaced = await patch(
        { metadata },
        { 'content-type': 'application/json; charset=utf-8' },
      );
      return compare({ status: 200, body: { metadata } }, replaced);
    },
  },
  {
    id: 'patch.concurrent',
    text: 'Concurrent changes of different fields are all kept',
    expected: 'three 200, then all three values',
    async tried(context) {
      const { patch, get } = await context.person('editor');
      const changes = [{ name: 'One' }, { company: 'Two' }, { job_title: 'Three' }];
      const responses = await Promise.all(changes.map((change) => patch(change)));
      const all = responses.map((response) => [{ status: 200 }, response] as const);
      return compareAll([
        ...all,
        [{ status: 200, body: Object.assign({}, ...changes) }, await get()],
      ]);
    },
  },
];
