import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName, isUsername, toAccountView } from '../../../lib/account/account.ts';
import { anAccount } from '../../support/builders.ts';

describe('toAccountView', () => {
  it('has exactly the 17 fields, password always null', () => {
    const user = toAccountView(anAccount({ metadata: '{"a":[1]}' }));

    expect(Object.keys(user).sort()).toEqual(
      [
        ...['password', 'password_expired', 'name', 'avatar_url', 'company', 'job_title'],
        ...['metadata', 'id', 'username', 'email', 'oauth_provider', 'oauth_id', 'is_active'],
        ...['is_superuser', 'is_service_account', 'is_onboarded', 'organization_id'],
      ].sort(),
    );
    expect(user.password).toBeNull();
    expect(user.metadata).toEqual({ a: [1] });
  });
});

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
