import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brokenRules,
  commonPasswordCheck,
  guessableBy,
} from '../../../lib/account/password-policy.ts';
import { GOOD_PASSWORD, RULES } from '../../support/builders.ts';

const codes = (password: string, policy = RULES.passwordPolicy) =>
  brokenRules(password, policy).map(({ code }) => code);

describe('brokenRules', () => {
  it.each([
    [GOOD_PASSWORD, []],
    ['Sh0rt!', ['password_too_short']],
    [`Aa1!${'x'.repeat(253)}`, ['password_too_long']],
    [`Aa1!${'\u{1f600}'.repeat(252)}`, []],
    [`Aa1!${'\u{1f600}'.repeat(253)}`, ['password_too_long']],
    ['Aa1!\u{1f600}\u{1f600}', ['password_too_short']],
    [' Aa1!aaaa', ['password_outer_space']],
    ['Aa1!aaaa ', ['password_outer_space']],
    ['Aa1!aaaa\ud800', ['password_untypable']],
    ['Aa1!\udc00aaaa', ['password_untypable']],
    ['Aa1!\u0000aaaa', ['password_untypable']],
    ['Aa1!aa\raaa', ['password_untypable']],
    ['Aa1!aa\u0085aaa', ['password_untypable']],
    ['Aa1!aa\u2028aaa', ['password_untypable']],
    ['Aa1!aaaa\n', ['password_untypable', 'password_outer_space']],
    ['Aa1!aaaa\u{1f600}é€', []],
    ['AAAA1111!', ['password_needs_lowercase']],
    ['aaaa1111!', ['password_needs_uppercase']],
    ['Aaaaaaaa!', ['password_needs_digit']],
    ['Aaaa1111', ['password_needs_symbol']],
    ['Aaaa 1111', []],
    ['ÄÖÜäöü!!1', ['password_needs_lowercase', 'password_needs_uppercase']],
  ])('finds what %j breaks', (password, broken) => {
    expect(codes(password)).toEqual(broken);
  });

  it('refuses a character that cannot be typed, wherever it stands', () => {
    const typed = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', '!', ' ', 'é', '€', '\u{1f600}'),
    });
    const control = fc.integer({ min: 0, max: 0x1f }).map((point) => String.fromCharCode(point));
    const surrogate = fc
      .integer({ min: 0xd800, max: 0xdfff })
      .map((unit) => String.fromCharCode(unit));

    fc.assert(
      fc.property(typed, fc.oneof(control, surrogate), typed, (before, bad, after) => {
        expect(codes(`${before}${bad}${after}`)).toContain('password_untypable');
        expect(codes(`${before}x${after}`)).not.toContain('password_untypable');
      }),
    );
  });

  it('asks for nothing that the policy does not ask for', () => {
    const policy = {
      minLength: 6,
      requireLowercase: false,
      requireUppercase: false,
      requireDigits: false,
      requireSymbols: false,
    };

    expect(codes('......', policy)).toEqual([]);
  });

  it('never quotes the password', () => {
    for (const { detail } of brokenRules('hunter2', RULES.passwordPolicy)) {
      expect(detail).not.toContain('hunter2');
    }
  });
});

describe('guessableBy', () => {
  const ada = { username: 'countess', email: 'a.lovelace@example.com', name: 'Ada Byron King' };
  const guesses = (password: string, names = {}, isCommon = false) =>
    guessableBy(password, { ...ada, ...names }, isCommon).map(({ code }) => code);

  it.each([
    [GOOD_PASSWORD, []],
    ['x-Countess-1', ['password_holds_username']],
    ['COUNTESS-1x', ['password_holds_username']],
    ['A.Lovelace-1', ['password_holds_email']],
    ['Lovelace-1', []],
    ['example.com-1A', []],
    ['my-BYRON-1', ['password_holds_name']],
    ['ada byron king 1A!', ['password_holds_name']],
    ['Ada-and-King-1', ['password_holds_name']],
    ['Ada-and-queen-1', []],
    ['Ｃｏｕｎｔｅｓｓ-1', ['password_holds_username']],
    ['countess-a.lovelace-king', ['username', 'email', 'name'].map((of) => `password_holds_${of}`)],
  ])('finds what %s holds of the names of its account', (password, held) => {
    expect(guesses(password)).toEqual(held);
  });

  it('counts what stands before the @ of a username, too', () => {
    const names = { username: 'augusta@example.com', email: null };

    expect(guesses('Augusta-1', names)).toEqual(['password_holds_username']);
  });

  it.each([
    ['names of three characters', { username: 'ada', email: 'ada@example.com', name: 'Ada' }],
    ['no e-mail and no name', { username: 'bob', email: null, name: null }],
    ['characters of four units', { name: '\u{1f600}\u{1f600}' }],
  ])('asks nothing because of %s', (_what, names) => {
    expect(guesses('Ada-bob-1\u{1f600}\u{1f600}', names)).toEqual([]);
  });

  it('lists a common password with the rest', () => {
    expect(guesses(GOOD_PASSWORD, {}, true)).toEqual(['password_common']);
    expect(guesses('Countess-1', {}, true)).toEqual(['password_holds_username', 'password_common']);
  });

  it('never quotes the password or a name', () => {
    for (const { detail } of guessableBy('countess.a.lovelace.king', ada, true)) {
      expect(detail).not.toMatch(/countess|lovelace|king/i);
    }
  });
});

describe('commonPasswordCheck', () => {
  it.each([
    ['password1', true],
    ['PassWord1', true],
    ['Password1!', true],
    ['..Password1', true],
    ['ｐａｓｓｗｏｒｄ１', true],
    ['!!!', true],
    ['Hello!', true],
    ['hello', false],
    ['password', false],
    ['Password1x', false],
    ['Pass-word1', false],
    ['-', false],
  ])('%s: %s', async (password, expected) => {
    const check = commonPasswordCheck(async () => ['123456', 'password1', '!!!', 'hello!']);

    expect(await check(password)).toBe(expected);
  });
});
