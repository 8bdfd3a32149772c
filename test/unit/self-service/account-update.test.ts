import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StoredAccount, toAccountView } from '../../../lib/account/account.ts';
import { ProblemError } from '../../../lib/account/errors.ts';
import { EDITABLE_FIELDS } from '../../../lib/account/fields.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { type AccountPolicy, planUpdate } from '../../../lib/self-service/account-update.ts';
import { anAccount, GOOD_PASSWORD, NOW, RULES, SSO } from '../../support/builders.ts';

const SIGNED_IN_NOW = { authTime: NOW - 1, nowSeconds: NOW };
const SIGNED_IN_LONG_AGO = { authTime: NOW - 901, nowSeconds: NOW };
const alice = anAccount({
  username: 'alice',
  email: 'alice@example.com',
  name: 'Alice',
  metadata: '{"theme":{"dark":true},"n":1}',
});

interface Options {
  account?: StoredAccount;
  mode?: 'replace' | 'merge';
  rules?: Partial<AccountPolicy>;
  session?: typeof SIGNED_IN_NOW;
  isCommonPassword?: boolean;
}

function plan(body: JsonValue, options: Options = {}) {
  const { account = alice, mode = 'replace', rules = {}, session = SIGNED_IN_NOW } = options;
  const { isCommonPassword = false } = options;
  const context = { ...session, signInNames: 'aliases' as const };
  return planUpdate(account, { body, mode }, { ...RULES, ...rules }, context, isCommonPassword);
}

function refusalOf(body: JsonValue, options: Options = {}): ProblemError {
  try {
    plan(body, options);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('The update was accepted');
}

const faultsOf = (body: JsonValue, options: Options = {}) => {
  const refusal = refusalOf(body, options);
  expect(refusal.code).toBe('invalid_fields');
  return refusal.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('planUpdate', () => {
  describe('what is sent', () => {
    it('changes nothing for an empty body', () => {
      expect(plan({})).toEqual({ changes: {}, password: null });
    });

    it('changes nothing when the whole account is sent back', () => {
      for (const account of [alice, anAccount(SSO), anAccount({ is_superuser: true })]) {
        expect(plan({ ...toAccountView(account) }, { account }).changes).toEqual({});
      }
    });

    it.each(['name', 'avatar_url', 'company', 'job_title', 'metadata'])(
      'clears %s with null',
      (field) => {
        const account = anAccount({
          name: 'A',
          avatar_url: 'https://a.example/a.png',
          company: 'C',
          job_title: 'J',
          metadata: '1',
        });
        expect(plan({ [field]: null }, { account }).changes).toEqual({ [field]: null });
      },
    );

    it.each([
      'password',
      'password_expired',
      'username',
      'email',
      'is_active',
      'is_onboarded',
      'is_superuser',
    ])('leaves %s as it is with null', (field) => {
      expect(plan({ [field]: null })).toEqual({ changes: {}, password: null });
    });

    it.each(['name', 'company', 'job_title', 'username', 'email', 'password'])(
      'refuses an empty %s',
      (field) => {
        expect(faultsOf({ [field]: '' })).toHaveLength(1);
      },
    );

    it.each<[field: string, other: JsonValue]>([
      ['id', '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11'],
      ['oauth_provider', 'Other'],
      ['oauth_id', 'other'],
      ['is_service_account', true],
      ['organization_id', '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11'],
    ])('refuses another value of the read-only %s, and ignores its own', (field, other) => {
      const own = { ...toAccountView(alice) }[field as keyof StoredAccount] ?? null;

      expect(plan({ [field]: own }).changes).toEqual({});
      expect(faultsOf({ [field]: other })).toEqual([`/${field} read_only`]);
    });

    it('names unknown fields, also those that sound like an object', () => {
      expect(faultsOf({ nmae: 'x', constructor: 1, 'a/b~c': 1 })).toEqual([
        '/nmae unknown_field',
        '/constructor unknown_field',
        '/a~1b~0c unknown_field',
      ]);
    });

    it.each(['\ud800', '\udc00', '\n', '\u0000'])(
      'refuses a password that holds %j',
      (character) => {
        expect(faultsOf({ password: `${GOOD_PASSWORD}${character}x` })).toEqual([
          '/password password_untypable',
        ]);
      },
    );

    it('refuses a password that holds a name of the account, the one that is sent with it', () => {
      const account = anAccount({ username: 'countess', email: 'byron@example.com', name: null });

      expect(faultsOf({ password: 'Countess-byron-1' }, { account })).toEqual([
        '/password password_holds_username',
        '/password password_holds_email',
      ]);
      const body = { username: 'augusta', email: 'king@example.com', name: 'Enchantress' };
      expect(plan({ ...body, password: 'Countess-byron-1' }, { account }).password).not.toBeNull();
      expect(faultsOf({ ...body, password: 'Augusta-king-enchantress-1' }, { account })).toEqual([
        '/password password_holds_username',
        '/password password_holds_email',
        '/password password_holds_name',
      ]);
    });

    it('refuses a common password, with all other faults', () => {
      const body = { name: 7, password: 'short' };

      expect(faultsOf(body, { isCommonPassword: true })).toEqual([
        '/name not_a_string',
        '/password password_too_short',
        '/password password_needs_uppercase',
        '/password password_needs_digit',
        '/password password_needs_symbol',
        '/password password_common',
      ]);
    });

    it('lists every fault at once', () => {
      const body = { name: 7, avatar_url: 'javascript:x', id: 'x', other: 1, password: 'short' };

      expect(faultsOf(body)).toEqual([
        '/id read_only',
        '/other unknown_field',
        '/name not_a_string',
        '/avatar_url invalid_url',
        '/password password_too_short',
        '/password password_needs_uppercase',
        '/password password_needs_digit',
        '/password password_needs_symbol',
      ]);
    });

    it.each<[body: JsonValue]>([[null], [[]], [[{}]], ['{}'], [1], [true]])(
      'refuses the body %j, which is no object',
      (body) => {
        expect(faultsOf(body)).toEqual([' not_an_object']);
      },
    );
  });

  describe('limits of fields', () => {
    it.each<[field: string, value: JsonValue, code: string | null]>([
      ['name', 'x'.repeat(50), null],
      ['name', 'x'.repeat(51), 'text_too_long'],
      ['name', '\u{1f600}'.repeat(50), null],
      ['name', '\u{1f600}'.repeat(51), 'text_too_long'],
      ['name', 'a\u0000b', 'invalid_text'],
      ['name', 'a\ud800b', 'invalid_text'],
      ['company', 'a\nb', 'invalid_text'],
      ['job_title', true, 'not_a_string'],
      ['job_title', ['x'], 'not_a_string'],
      ['avatar_url', 'https://a.example/a.png?x=1#y', null],
      ['avatar_url', 'http://a.example/a.png', 'invalid_url'],
      ['avatar_url', 'https://user@a.example/', 'invalid_url'],
      ['avatar_url', 'https://user:secret@a.example/', 'invalid_url'],
      ['avatar_url', 'https:a.example', 'invalid_url'],
      ['avatar_url', 'https:\\\\a.example', 'invalid_url'],
      ['avatar_url', ' https://a.example', 'invalid_url'],
      ['avatar_url', '//a.example/x', 'invalid_url'],
      ['avatar_url', 'data:image/png;base64,AA', 'invalid_url'],
      ['avatar_url', `https://a.example/${'x'.repeat(2030)}`, null],
      ['avatar_url', `https://a.example/${'x'.repeat(2031)}`, 'url_too_long'],
      ['avatar_url', `https://a.example/${'\u{1f600}'.repeat(2030)}`, null],
      ['avatar_url', `https://a.example/${'\u{1f600}'.repeat(2031)}`, 'url_too_long'],
      ['avatar_url', 'https://a.example/@ada.png?by=@ada#@', null],
      ['avatar_url', 'https://@a.example/a', 'invalid_url'],
      ['avatar_url', 'https://:@a.example/a', 'invalid_url'],
      ['avatar_url', 'https:///a.example', 'invalid_url'],
      ['avatar_url', 'https://?a', 'invalid_url'],
      ['avatar_url', 'https://a.example/\ud800', 'invalid_url'],
      ['avatar_url', 'https://a.example/\u0085', 'invalid_url'],
      ['old_password', 'x', 'proven_by_sign_in'],
      ['username', 'A.b-c_d@9', null],
      ['username', 'x'.repeat(51), 'invalid_username'],
      ['username', `${'x'.repeat(60)}@example.com`, null],
      ['username', 'with space', 'invalid_username'],
      ['username', 'аlice', 'invalid_username'],
      ['username', 7, 'not_a_string'],
      ['username', '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11', 'invalid_username'],
      ['email', 'new@example.com', null],
      ['email', "conan.o'brien@xn--mnchen-3ya.de", null],
      ['email', 'a..b@example.com', 'invalid_email'],
      ['email', 'no-at-sign', 'invalid_email'],
      ['email', 'ünï@example.com', 'invalid_email'],
      ['email', `${'x'.repeat(60)}@${'y'.repeat(190)}.example.com`, 'invalid_email'],
      ['is_onboarded', true, null],
      ['is_onboarded', 'true', 'not_a_boolean'],
      ['is_onboarded', 1, 'not_a_boolean'],
    ])('takes %s = %j as %s', (field, value, code) => {
      if (code === null) expect(plan({ [field]: value }).changes).toEqual({ [field]: value });
      else expect(faultsOf({ [field]: value })).toEqual([`/${field} ${code}`]);
    });

    it('clears the avatar with an empty text, as with null', () => {
      const account = anAccount({ avatar_url: 'https://a.example/a.png' });

      expect(plan({ avatar_url: '' }, { account }).changes).toEqual({ avatar_url: null });
      expect(plan({ avatar_url: '' }).changes).toEqual({});
    });

    it.each<[field: string, value: JsonValue, params: object]>([
      ['name', '', { min: 1 }],
      ['name', 'x'.repeat(51), { max: 50 }],
      ['avatar_url', `https://a.example/${'x'.repeat(2031)}`, { max: 2048 }],
      ['username', '', { min: 1, max: 50 }],
      ['email', 'x', { max: 254 }],
      ['metadata', 'x'.repeat(16 * 1024), { max: 16384 }],
      ['metadata', 2 ** 53, { min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }],
      ['metadata', JSON.parse('['.repeat(33) + ']'.repeat(33)), { max: 32 }],
      ['password', 'Aa1!', { min: 8 }],
      ['password', `Aa1!${'x'.repeat(253)}`, { max: 256 }],
    ])('says with %s = %j which numbers it breaks', (field, value, params) => {
      expect(refusalOf({ [field]: value }).faults).toMatchObject([{ params }]);
    });

    it('has no numbers where the sentence has none', () => {
      for (const fault of refusalOf({ nickname: 1, id: 'x', name: 7 }).faults) {
        expect(fault).not.toHaveProperty('params');
        expect(fault.detail).not.toMatch(/\d/);
      }
    });

    it('takes http avatars where the operator allows them', () => {
      const rules = { allowHttpAvatars: true };

      expect(plan({ avatar_url: 'http://a.example/x' }, { rules }).changes).toEqual({
        avatar_url: 'http://a.example/x',
      });
      expect(faultsOf({ avatar_url: 'ftp://a.example/x' }, { rules })).toHaveLength(1);
      expect(faultsOf({ avatar_url: 'http://@a.example/x' }, { rules })).toHaveLength(1);
    });
  });

  describe('metadata', () => {
    const nested = (levels: number): JsonValue => (levels === 0 ? 1 : { a: nested(levels - 1) });

    it('keeps any JSON value as its text', () => {
      for (const value of [0, 'x', false, [], {}, [1, [null]], { b: 1, a: { c: null } }]) {
        expect(plan({ metadata: value }).changes).toEqual({ metadata: JSON.stringify(value) });
      }
    });

    it('counts another order of members as a change', () => {
      const changed = { n: 1, theme: { dark: true } };

      expect(plan({ metadata: changed }).changes).toEqual({ metadata: JSON.stringify(changed) });
    });

    it('keeps unpaired surrogates, which JSON text can escape', () => {
      expect(plan({ metadata: '\ud800' }).changes).toEqual({ metadata: '"\\ud800"' });
    });

    const OUT = 'number_out_of_range';
    it.each<[name: string, value: JsonValue, faults: string[]]>([
      ['32 levels', nested(32), []],
      ['33 levels', nested(33), [`/metadata${'/a'.repeat(32)} too_deep`]],
      ['16 KiB', 'x'.repeat(16 * 1024 - 2), []],
      ['16 KiB and one byte', 'x'.repeat(16 * 1024 - 1), ['/metadata too_large']],
      ['17 KiB of umlauts', 'ü'.repeat(8704), ['/metadata too_large']],
      ['the greatest safe integer', Number.MAX_SAFE_INTEGER, []],
      ['an integer beyond it', 2 ** 53, [`/metadata ${OUT}`]],
      ['a number beyond doubles', Number.POSITIVE_INFINITY, [`/metadata ${OUT}`]],
      [
        'numbers beyond doubles inside',
        { a: [1, 2, 3, Number.POSITIVE_INFINITY], 'b/~': { '': Number.NEGATIVE_INFINITY } },
        [`/metadata/a/3 ${OUT}`, `/metadata/b~1~0/ ${OUT}`],
      ],
      [
        'both, of which the depth counts',
        [nested(32), Number.POSITIVE_INFINITY, [nested(32)]],
        [0, '2/0'].map((at) => `/metadata/${at}${'/a'.repeat(at === 0 ? 31 : 30)} too_deep`),
      ],
      ['a fraction', 0.1, []],
    ])('with %s is answered %3$j', (_name, value, faults) => {
      if (faults.length === 0) expect(plan({ metadata: value }).changes).toHaveProperty('metadata');
      else expect(faultsOf({ metadata: value })).toEqual(faults);
    });

    it('points to the place in a merge patch, whatever is stored', () => {
      const account = anAccount({ metadata: '{"kept":{"b":1}}' });
      const body = { metadata: { kept: { a: [2 ** 53] } } };

      expect(faultsOf(body, { account, mode: 'merge' })).toEqual([`/metadata/kept/a/0 ${OUT}`]);
    });

    it('names ten wrong parts at most, so that a refusal stays small', () => {
      const key = 'k'.repeat(4000);
      const { faults } = refusalOf({
        metadata: { [key]: Array(5000).fill(Number.POSITIVE_INFINITY) },
      });

      expect(faults).toHaveLength(10);
      expect(faults.at(-1)?.pointer).toBe(`/metadata/${key}/9`);
    });

    it('refuses nesting that would exhaust the stack, in every field and mode', () => {
      let deep: JsonValue = 1;
      for (let level = 0; level < 100_000; level += 1) deep = [deep];

      for (const mode of ['replace', 'merge'] as const) {
        const place = '/0'.repeat(32);
        expect(faultsOf({ metadata: deep, name: deep, other: deep }, { mode })).toEqual([
          `/metadata${place} too_deep`,
          `/name${place} too_deep`,
          `/other${place} too_deep`,
        ]);
      }
    });

    it('is merged by a merge patch, nulls deleting members', () => {
      const merged = plan(
        { metadata: { theme: { dark: null, hue: 3 }, n: null } },
        { mode: 'merge' },
      );

      expect(merged.changes).toEqual({ metadata: '{"theme":{"hue":3}}' });
    });

    it('is unchanged by a merge patch that says what is there', () => {
      expect(plan({ metadata: { theme: { dark: true } } }, { mode: 'merge' }).changes).toEqual({});
    });

    it('is measured after the merge', () => {
      const account = anAccount({ metadata: JSON.stringify({ a: 'x'.repeat(12_000) }) });
      const body = { metadata: { b: 'x'.repeat(5_000) } };

      expect(faultsOf(body, { account, mode: 'merge' })).toEqual(['/metadata too_large']);
    });
  });

  describe('who may change what', () => {
    it.each([
      ['username', 'bob@example.com'],
      ['email', 'bob@example.com'],
      ['password', GOOD_PASSWORD],
      ['password_expired', true],
    ])('leaves %s of an SSO account to its identity provider', (field, value) => {
      const refusal = refusalOf({ [field]: value }, { account: anAccount(SSO) });

      expect(refusal.code).toBe('managed_by_identity_provider');
      expect(refusal.faults.map(({ pointer }) => pointer)).toEqual([`/${field}`]);
    });

    it.each(['admin', 'ADMIN', 'Admin', 'admin.'])('reserves the admin name as %s', (username) => {
      expect(refusalOf({ username }).code).toBe('username_reserved');
    });

    it.each(['root', 'ROOT', 'Root.', 'support'])('reserves more names, as %s', (username) => {
      const rules = { reservedNames: ['root', 'support'] };

      expect(refusalOf({ username }, { rules }).code).toBe('username_reserved');
    });

    it('lets an account keep a name that was reserved later, and change all else', () => {
      const rules = { reservedNames: ['alice'] };

      expect(plan({ username: 'alice', name: 'x' }, { rules }).changes).toEqual({ name: 'x' });
      expect(plan({ username: 'Alice' }, { rules }).changes).toEqual({ username: 'Alice' });
      expect(plan({ username: 'new' }, { rules }).changes).toEqual({ username: 'new' });
    });

    it.each([
      ['is_superuser', true, false],
      ['is_active', false, false],
      ['password_expired', true, true],
    ])('refuses %s to all but superusers', (field, raised, changed) => {
      const superuser = anAccount({ is_superuser: true });

      expect(refusalOf({ [field]: raised }).code).toBe('privileged_field');
      expect(plan({ [field]: changed }, { account: superuser }).changes).toEqual({
        [field]: changed,
      });
    });

    it('names every privileged field at once', () => {
      const { faults } = refusalOf({ is_superuser: true, name: 'x', password_expired: true });

      expect(faults.map(({ pointer }) => pointer)).toEqual(['/password_expired', '/is_superuser']);
    });

    it.each([
      ['password', GOOD_PASSWORD],
      ['username', 'new-name'],
      ['email', 'new@example.com'],
    ])('asks for a recent sign-in to change %s', (field, value) => {
      const refusal = refusalOf({ [field]: value }, { session: SIGNED_IN_LONG_AGO });

      expect(refusal.code).toBe('insufficient_user_authentication');
      expect(refusal.challenge).toEqual({ maxAge: 900 });
    });

    it.each(['is_superuser', 'is_active'])(
      'asks superusers for a recent sign-in to change their own %s',
      (field) => {
        const account = anAccount({ is_superuser: true });
        const old = { account, session: SIGNED_IN_LONG_AGO };

        expect(refusalOf({ [field]: false }, old).code).toBe('insufficient_user_authentication');
        expect(plan({ password_expired: true }, old).changes).toEqual({ password_expired: true });
      },
    );

    it('asks for a recent sign-in where the token does not say when it was', () => {
      const session = { authTime: null, nowSeconds: NOW } as never;

      expect(refusalOf({ username: 'new' }, { session }).code).toBe(
        'insufficient_user_authentication',
      );
    });

    it('takes a sign-in of exactly the greatest age', () => {
      const session = { authTime: NOW - 900, nowSeconds: NOW };

      expect(plan({ username: 'new' }, { session }).changes).toEqual({ username: 'new' });
    });

    it('asks for no recent sign-in where it is off, nor for unchanged values', () => {
      const off = { rules: { recentSignInSeconds: 0 }, session: SIGNED_IN_LONG_AGO };

      expect(plan({ username: 'new' }, off).changes).toEqual({ username: 'new' });
      expect(
        plan({ username: 'alice', email: alice.email, name: 'x' }, { session: SIGNED_IN_LONG_AGO })
          .changes,
      ).toEqual({ name: 'x' });
    });

    it.each<[name: string, body: JsonValue, options: Options, code: string]>([
      [
        'faults before provider',
        { name: 1, email: 'x@y.zz' },
        { account: anAccount(SSO) },
        'invalid_fields',
      ],
      [
        'provider before reserved name',
        { email: 'x@y.zz', username: 'admin' },
        { account: anAccount(SSO) },
        'managed_by_identity_provider',
      ],
      [
        'reserved name before privilege',
        { username: 'admin', is_superuser: true },
        {},
        'username_reserved',
      ],
      [
        'privilege before recent sign-in',
        { username: 'x', is_superuser: true },
        { session: SIGNED_IN_LONG_AGO },
        'privileged_field',
      ],
    ])('answers %s', (_name, body, options, code) => {
      expect(refusalOf(body, options).code).toBe(code);
    });
  });

  describe('password', () => {
    it('is planned apart from the fields, and clears the mark of expiry', () => {
      const account = anAccount({ password_expired: true });

      expect(plan({ password: GOOD_PASSWORD, name: 'x' }, { account })).toEqual({
        changes: { name: 'x', password_expired: false },
        password: GOOD_PASSWORD,
      });
      expect(plan({ password: GOOD_PASSWORD })).toEqual({ changes: {}, password: GOOD_PASSWORD });
    });
  });

  it('accepts or refuses any JSON body, changes only what was sent, and never throws else', () => {
    const field = fc.constantFrom(...EDITABLE_FIELDS, 'id', 'oauth_id', 'other');
    const body = fc.dictionary(field, fc.jsonValue()) as fc.Arbitrary<Record<string, JsonValue>>;

    fc.assert(
      fc.property(body, fc.boolean(), fc.boolean(), (sent, merge, is_superuser) => {
        const account = anAccount({ is_superuser });
        try {
          const planned = plan(sent, { account, mode: merge ? 'merge' : 'replace' });
          const touched = [...Object.keys(planned.changes)];
          expect(touched.every((name) => Object.hasOwn(sent, name))).toBe(true);
          const after = { ...account, ...planned.changes };
          const again = plan(sent, { account: after, mode: merge ? 'merge' : 'replace' });
          expect(again.changes).toEqual({});
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
