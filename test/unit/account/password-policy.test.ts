import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenRules } from '../../../lib/account/password-policy.ts';
import { GOOD_PASSWORD, RULES } from '../../support/builders.ts';

const codes = (password: string, policy = RULES.passwordPolicy) =>
  brokenRules(password, policy).map(({ code }) => code);

describe('brokenRules', () => {
  it.each([
    [GOOD_PASSWORD, []],
    ['Sh0rt!', ['password_too_short']],
    [`Aa1!${'x'.repeat(253)}`, ['password_too_long']],
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
    const typed = fc.string({ unit: 'grapheme-composite', maxLength: 20 });
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
