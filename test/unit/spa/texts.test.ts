import { describe, expect, it } from 'vitest';
import { signInEnd } from '../../../examples/spa/src/sign-in-end.ts';
import { messageOf, textOf } from '../../../examples/spa/src/texts.ts';
import { GATEWAY_PROBLEMS } from '../../../infra/api/gateway-problems.ts';
import { PROBLEM_DETAILS } from '../../../lib/account/errors.ts';
import { DENIAL_REASONS } from '../../../lib/account/fields.ts';
import { brokenRules, guessableBy } from '../../../lib/account/password-policy.ts';
import { FIELD_ERRORS } from '../../../lib/account/update-schema.ts';

const POLICY = {
  minLength: 99,
  requireLowercase: true,
  requireUppercase: true,
  requireDigits: true,
  requireSymbols: true,
};
const NAMES = { username: 'adaada', email: 'adaada@example.com', name: 'adaada' };
const PASSWORD_CODES = [
  ...brokenRules(' \u0000', POLICY),
  ...brokenRules('x'.repeat(257), POLICY),
  ...guessableBy('adaada', NAMES, true),
].map(({ code }) => code);

/** Every code that the API may send. */
const CODES = [
  ...Object.keys(PROBLEM_DETAILS),
  ...Object.values(GATEWAY_PROBLEMS).map(({ code }) => code),
  ...Object.keys(FIELD_ERRORS),
  ...DENIAL_REASONS,
  ...PASSWORD_CODES,
];

describe('textOf', () => {
  it.each([...new Set(CODES)])('has a text for people for %s', (code) => {
    expect(textOf(code)).toMatch(/^[A-Z].*\.$/);
  });

  it('names the limits that the API sends', () => {
    expect(textOf('text_too_long', { max: 80 })).toBe('Use at most 80 characters.');
    expect(textOf('password_too_short', { min: 14 })).toBe('Use at least 14 characters.');
  });
});

it('shows the API’s sentence only for a code that the page does not know', () => {
  const detail = 'A sentence of the server.';

  expect(messageOf({ code: 'username_taken', detail })).toBe('Another account holds this name.');
  expect(messageOf({ code: 'of_a_later_version', detail })).toBe(detail);
});

it.each([
  ['signed_out', true],
  ['session_revoked', true],
  ['account_not_found', true],
  ['invalid_token', false],
  ['insufficient_user_authentication', false],
  ['unavailable', false],
  ['too_many_requests', false],
  ['no_response', false],
] as const)('tells whether %s ends the sign-in: %s', (code, ends) => {
  expect(signInEnd({ code } as never) !== null).toBe(ends);
});
