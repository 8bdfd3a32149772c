import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passwordRules } from '../../../examples/spa/src/password-rules.ts';
import { brokenRules, guessableBy } from '../../../lib/account/password-policy.ts';
import { capabilitiesOf } from '../../../lib/self-service/capabilities.ts';
import { aCaller, aRecord, NOW, RULES } from '../../support/builders.ts';

const policies = fc.record({
  minLength: fc.integer({ min: 6, max: 99 }),
  requireLowercase: fc.boolean(),
  requireUppercase: fc.boolean(),
  requireDigits: fc.boolean(),
  requireSymbols: fc.boolean(),
});
const passwords = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    'Ada Lovelace 1!',
    ' spaced ',
    'ADA.LOVELACE1!',
    'xX1! xX1! xX1!',
    'a'.repeat(257),
    'new\nline',
    'half \ud800',
  ),
);
const names = fc.constantFrom(
  { username: 'ada.lovelace', email: null, name: null },
  { username: 'ada', email: 'lovelace@example.com', name: 'Ada Lovelace' },
  { username: 'spaced@example.com', email: 'ada@example.com', name: 'xX1!' },
);

it('finds what the API finds, by the rules that the API states', () => {
  fc.assert(
    fc.property(passwords, policies, names, (password, passwordPolicy, given) => {
      const record = aRecord(given);
      const rules = { ...RULES, passwordPolicy };
      const { password_rules } = capabilitiesOf(record, aCaller(record), rules, NOW);
      const { username, email, name } = given;
      const user = { username, email, name };

      const shown = passwordRules(password, password_rules, user);

      const expected = [
        ...brokenRules(password, passwordPolicy),
        ...guessableBy(password, user, false),
      ].map(({ code }) => code);
      const broken = shown.filter(({ isKept }) => !isKept).map(({ code }) => code);
      expect(new Set(broken)).toEqual(new Set(expected));
    }),
  );
});

it('shows the pool’s rules before anything is typed, and which are kept', () => {
  const rules = { min_length: 14, requires: ['lowercase', 'digit'] as const };
  const user = { username: 'ada', email: null, name: null };

  const shown = passwordRules('abc', { ...rules, requires: [...rules.requires] }, user);

  expect(shown).toEqual([
    { code: 'password_too_short', text: 'Use at least 14 characters.', isKept: false },
    { code: 'password_needs_lowercase', text: 'Use a lower-case letter.', isKept: true },
    { code: 'password_needs_digit', text: 'Use a digit.', isKept: false },
  ]);
});
