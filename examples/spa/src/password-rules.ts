/** The rules of a new password, as a list to be shown while somebody types one. */
import type { PasswordRules, User } from './account-client.ts';
import { textOf } from './texts.ts';

/** One rule. */
export interface PasswordRule {
  code: string;
  text: string;
  isKept: boolean;
}

const MAX_LENGTH = 256;
/** Shorter names are in many words. */
const NAME_MIN_LENGTH = 4;
/** The symbols Cognito counts, its own list; an inner space counts as well. */
const SYMBOLS = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/;
const UNTYPABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

const KINDS = {
  lowercase: /[a-z]/,
  uppercase: /[A-Z]/,
  digit: /[0-9]/,
  symbol: SYMBOLS,
} as const;

/**
 * The rules in the order in which they are shown: those of the service, and of the rest those that the
 * password breaks. Whether it is a common one, only the service knows.
 */
export function passwordRules(
  password: string,
  rules: PasswordRules,
  user: Pick<User, 'username' | 'email' | 'name'>,
): PasswordRule[] {
  const { min_length: min, requires } = rules;
  const rule = (code: string, isKept: boolean, params = {}): PasswordRule => {
    return { code, text: textOf(code, params) ?? code, isKept };
  };
  const shown = [
    rule('password_too_short', [...password].length >= min, { min }),
    ...requires.map((kind) => rule(`password_needs_${kind}`, KINDS[kind].test(password))),
  ];
  const holds = holdsIn(password);
  const { username, email, name } = user;
  const others = [
    rule('password_too_long', [...password].length <= MAX_LENGTH),
    rule('password_untypable', !UNTYPABLE.test(password)),
    rule('password_outer_space', !/^\s|\s$/.test(password)),
    rule('password_holds_username', !holds(username) && !holds(localPart(username))),
    rule('password_holds_email', !holds(localPart(email ?? ''))),
    rule('password_holds_name', ![name ?? '', ...(name ?? '').split(/\s+/u)].some(holds)),
  ];
  return [...shown, ...others.filter(({ isKept }) => !isKept)];
}

function holdsIn(password: string): (word: string) => boolean {
  const folded = fold(password);
  return (word) => [...fold(word)].length >= NAME_MIN_LENGTH && folded.includes(fold(word));
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

const localPart = (address: string) => address.slice(0, Math.max(address.lastIndexOf('@'), 0));
