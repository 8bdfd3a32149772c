import { describe, expect, it } from 'vitest';
import { COMMON_PASSWORDS } from '../../../functions/common-passwords.ts';
import { commonPasswordCheck } from '../../../lib/account/password-policy.ts';
import { newPassword } from '../../../tools/operators/operator-target.ts';
import { GOOD_PASSWORD } from '../../support/builders.ts';

const isCommon = commonPasswordCheck(async () => COMMON_PASSWORDS);

describe('the most common passwords', () => {
  it('are 10,000 or more, in the form they are compared in', () => {
    expect(new Set(COMMON_PASSWORDS).size).toBeGreaterThanOrEqual(10_000);
    expect(COMMON_PASSWORDS.filter((one) => one !== one.normalize('NFKC').toLowerCase())).toEqual(
      [],
    );
  });

  it.each([
    '123456',
    'password',
    'Qwerty123456',
    'P@ssw0rd',
    '1qaz2wsx3edc4rfv!',
    'Administrator!',
  ])('have %s among them', async (password) => {
    expect(await isCommon(password)).toBe(true);
  });

  it('have no good or generated one among them', async () => {
    for (const password of [GOOD_PASSWORD, newPassword()]) {
      expect(await isCommon(password)).toBe(false);
    }
  });
});
