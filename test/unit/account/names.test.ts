import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  EmailSchema,
  foldName,
  isChosenUsername,
  isSameName,
  isUsername,
} from '../../../lib/account/names.ts';

const isEmail = (text: string) => v.is(EmailSchema, text);

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

describe('isChosenUsername', () => {
  const id = '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11';

  it.each([
    ['an id', id],
    ['an id in another letter case', id.toUpperCase()],
    ['an id with dots that fold away', `${id}..`],
  ])('refuses %s, which a directory may still have given', (_what, name) => {
    expect(isChosenUsername(name)).toBe(false);
    expect(isUsername(name)).toBe(true);
  });

  it.each([
    ['more than an id', `${id}-x`],
    ['the form of an app client id', '7c5m3dh6n0b9qv2k8ejr1t4xya'],
    ['an id before an at sign', `${id}@example.com`],
  ])('takes %s', (_what, name) => {
    expect(isChosenUsername(name)).toBe(true);
  });
});

describe('EmailSchema', () => {
  it.each([
    ['ada@example.com', true],
    ["conan.o'brien@example.com", true],
    ['r&d@example.com', true],
    ["!#$%&'*+/=?^_`{|}~-@example.com", true],
    ['ada+tag@sub.example.co.uk', true],
    ['ada@xn--mnchen-3ya.de', true],
    ['ada@example.xn--p1ai', true],
    [`${'x'.repeat(64)}@example.com`, true],
    [`${'x'.repeat(65)}@example.com`, false],
    [`a@${'y'.repeat(63)}.com`, true],
    [`a@${'y'.repeat(64)}.com`, false],
    [`${'x'.repeat(64)}@${'y'.repeat(63)}.${'y'.repeat(63)}.${'y'.repeat(58)}.de`, true],
    [`${'x'.repeat(64)}@${'y'.repeat(63)}.${'y'.repeat(63)}.${'y'.repeat(59)}.de`, false],
    ['a..b@example.com', false],
    ['.a@example.com', false],
    ['a.@example.com', false],
    ['a@localhost', false],
    ['a@-example.com', false],
    ['a@example-.com', false],
    ['a@example..com', false],
    ['a@example.com.', false],
    ['a@exa_mple.com', false],
    ['"a b"@example.com', false],
    ['a@[127.0.0.1]', false],
    ['a@b@example.com', false],
    ['@example.com', false],
    ['ada@münchen.de', false],
    ['ädä@example.com', false],
    ['ada@example.com\n', false],
    [' ada@example.com', false],
  ])('%s: %s', (email, expected) => {
    expect(isEmail(email)).toBe(expected);
  });

  it('is the grammar of RFC 5321 for a mailbox without quotes and literals', () => {
    const isAtom = (text: string) => text !== '' && !/[^\x21-\x7e]|[()<>[\]:;@\\,."]/.test(text);
    const isLabel = (text: string) =>
      text.length <= 63 && /^[a-z0-9-]+$/i.test(text) && !/^-|-$/.test(text);
    const isMailbox = (text: string) => {
      const [local = '', domain = '', ...rest] = text.split('@');
      const labels = domain.split('.');
      return (
        rest.length === 0 &&
        local.length <= 64 &&
        local.split('.').every(isAtom) &&
        labels.length > 1 &&
        labels.every(isLabel)
      );
    };
    const dotted = (characters: string, minLength: number) => {
      const unit = fc.constantFrom(...characters);
      const part = fc.string({ unit, minLength, maxLength: 3 });
      return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    };
    const address = (local: fc.Arbitrary<string>, domain: fc.Arbitrary<string>) =>
      fc.tuple(local, domain).map((both) => both.join('@'));
    const text = fc.oneof(
      address(dotted("aZ0-_+'&", 1), dotted('aZ0-', 1)),
      address(dotted('a0._"( ä\n', 0), dotted('aZ0-', 0)),
      fc.string({ unit: fc.constantFrom(...'a0.@-_ä'), maxLength: 9 }),
    );

    const judged = { true: 0, false: 0 };
    fc.assert(
      fc.property(text, (email) => {
        judged[`${isMailbox(email)}`] += 1;
        expect(isEmail(email)).toBe(isMailbox(email));
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(judged.true, judged.false)).toBeGreaterThan(100);
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
