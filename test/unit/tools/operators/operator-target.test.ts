import { expect, it } from 'vitest';
import { brokenRules } from '../../../../lib/account/password-policy.ts';
import { newPassword } from '../../../../tools/operators/operator-target.ts';

it('newPassword satisfies the strictest policy, is random and needs no shell quoting', () => {
  const policy = {
    minLength: 20,
    requireLowercase: true,
    requireUppercase: true,
    requireDigits: true,
    requireSymbols: true,
  };
  const passwords = Array.from({ length: 1000 }, newPassword);

  for (const password of passwords) {
    expect(brokenRules(password, policy)).toEqual([]);
    expect(password).toMatch(/^[\w-]+$/);
  }
  expect(new Set(passwords).size).toBe(1000);
});
