/** The rules a new password must keep: those of the user pool, checked before anything is written. */
import * as v from 'valibot';

/** The user pool's password policy; the stack hands over what it configures. */
export const PasswordPolicySchema = v.strictObject({
  minLength: v.pipe(v.number(), v.integer(), v.minValue(6), v.maxValue(99)),
  requireLowercase: v.boolean(),
  requireUppercase: v.boolean(),
  requireDigits: v.boolean(),
  requireSymbols: v.boolean(),
});
export type PasswordPolicy = v.InferOutput<typeof PasswordPolicySchema>;

/** Most characters Cognito takes in a password. */
export const PASSWORD_MAX_LENGTH = 256;

/** The symbols Cognito counts, its own list; an inner space counts as well. */
const SYMBOLS = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/;

/** What no keyboard types: control characters, line breaks, and surrogates without their pair. */
const UNTYPABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One rule a password breaks: a permanent code and a sentence that never holds the password. */
export interface BrokenRule {
  code: string;
  detail: string;
}

/** Every rule of the policy that the password breaks; none when it may be set. */
export function brokenRules(password: string, policy: PasswordPolicy): BrokenRule[] {
  const { minLength } = policy;
  const rules: [boolean, string, string][] = [
    [password.length < minLength, 'password_too_short', `Use at least ${minLength} characters.`],
    [
      password.length > PASSWORD_MAX_LENGTH,
      'password_too_long',
      `Use at most ${PASSWORD_MAX_LENGTH} characters.`,
    ],
    [
      UNTYPABLE.test(password),
      'password_untypable',
      'Leave out control characters, line breaks and unpaired surrogates.',
    ],
    [/^\s|\s$/.test(password), 'password_outer_space', 'Do not begin or end with a space.'],
    [
      policy.requireLowercase && !/[a-z]/.test(password),
      'password_needs_lowercase',
      'Use a lower-case letter.',
    ],
    [
      policy.requireUppercase && !/[A-Z]/.test(password),
      'password_needs_uppercase',
      'Use an upper-case letter.',
    ],
    [policy.requireDigits && !/[0-9]/.test(password), 'password_needs_digit', 'Use a digit.'],
    [policy.requireSymbols && !SYMBOLS.test(password), 'password_needs_symbol', 'Use a symbol.'],
  ];
  return rules.filter(([broken]) => broken).map(([, code, detail]) => ({ code, detail }));
}
