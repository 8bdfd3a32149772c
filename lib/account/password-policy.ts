/**
 * The rules a new password must keep, checked before anything is written: those of the user pool,
 * and that it is not the first that somebody would guess.
 */
import * as v from 'valibot';
import type { ErrorParams } from './errors.ts';

/** The user pool's password policy; the stack hands over what it configures. */
export const PasswordPolicySchema = v.strictObject({
  minLength: v.pipe(v.number(), v.integer(), v.minValue(6), v.maxValue(99)),
  requireLowercase: v.boolean(),
  requireUppercase: v.boolean(),
  requireDigits: v.boolean(),
  requireSymbols: v.boolean(),
});
export type PasswordPolicy = v.InferOutput<typeof PasswordPolicySchema>;

/** Most characters (code points) of a password; Cognito documents no larger number. */
export const PASSWORD_MAX_LENGTH = 256;

/** The symbols Cognito counts, its own list; an inner space counts as well. */
const SYMBOLS = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/;

/** What no keyboard types: control characters, line breaks, and surrogates without their pair. */
const UNTYPABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One rule a password breaks: a permanent code and a sentence that never holds the password. */
export interface BrokenRule {
  code: string;
  detail: string;
  params?: ErrorParams;
}

/** Every rule of the policy that the password breaks; none when it may be set. */
export function brokenRules(password: string, policy: PasswordPolicy): BrokenRule[] {
  const { minLength } = policy;
  const { length } = [...password];
  const rules: Rule[] = [
    [
      length < minLength,
      'password_too_short',
      `Use at least ${minLength} characters.`,
      { min: minLength },
    ],
    [
      length > PASSWORD_MAX_LENGTH,
      'password_too_long',
      `Use at most ${PASSWORD_MAX_LENGTH} characters.`,
      { max: PASSWORD_MAX_LENGTH },
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
  return broken(rules);
}

type Rule = [isBroken: boolean, code: string, detail: string, params?: ErrorParams];

function broken(rules: readonly Rule[]): BrokenRule[] {
  return rules
    .filter(([isBroken]) => isBroken)
    .map(([, code, detail, params]) => ({ code, detail, ...(params && { params }) }));
}

/** Fewest characters of a name that a password must not hold: shorter ones are in many words. */
const NAME_MIN_LENGTH = 4;

/** What others know of the owner of a password. */
export interface OwnerNames {
  username: string;
  email: string | null;
  name: string | null;
}

/**
 * Every reason why others would guess the password early; none when it may be set.
 * @param isCommon whether it is one of the most common passwords
 */
export function guessableBy(password: string, names: OwnerNames, isCommon: boolean): BrokenRule[] {
  const folded = foldPassword(password);
  const holds = (words: readonly string[]) =>
    words
      .map(foldPassword)
      .some((word) => [...word].length >= NAME_MIN_LENGTH && folded.includes(word));
  const { username, email, name } = names;
  const rules: Rule[] = [
    [
      holds([username, localPart(username)]),
      'password_holds_username',
      'Leave out the username of the account.',
    ],
    [
      holds([localPart(email ?? '')]),
      'password_holds_email',
      'Leave out what stands before the @ of the e-mail address.',
    ],
    [
      holds([name ?? '', ...(name ?? '').split(/\s+/u)]),
      'password_holds_name',
      'Leave out the name of the account, and the words in it.',
    ],
    [isCommon, 'password_common', 'Choose a password that is not among the most common ones.'],
  ];
  return broken(rules);
}

function localPart(address: string): string {
  return address.slice(0, Math.max(address.lastIndexOf('@'), 0));
}

/** Tells whether a password is one of the most common ones. */
export type CommonPasswordCheck = (password: string) => Promise<boolean>;

/** A check against a list in lower case, which is loaded with the first password. */
export function commonPasswordCheck(
  loadList: () => Promise<readonly string[]>,
): CommonPasswordCheck {
  return async (password) => {
    const folded = foldPassword(password);
    // `Password1!` is no better than `password1`.
    const bare = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su.exec(folded)?.[0] ?? folded;
    const list = await loadList();
    return list.includes(folded) || list.includes(bare);
  };
}

/** The form in which a password is compared with what others know. */
function foldPassword(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
