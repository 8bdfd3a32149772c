/** What people read, by the API's permanent codes: problems, faults of fields, and reasons of denials. */

/** Limits that a text names where the API does not say them (`params` of a fault). */
type Params = Readonly<{ min?: number; max?: number }>;
type Text = string | ((params: Params) => string);

const MANAGED = 'Kept by your identity provider. Change it there.';
const OPERATORS_ONLY = 'are edited by operators only.';
const BROKEN = 'Something went wrong on our side. Nothing is lost: try again in a moment.';
const TOO_MANY = 'Too many attempts. Wait a while, then try again.';
const OUTDATED = 'This page and the service do not fit together. Reload the page.';
const BLOCKED = 'This request was refused. Ask the people who run this service.';

/** Texts of problems and of the reasons why something cannot be edited. */
const PROBLEM_TEXTS: Record<string, Text> = {
  no_response: 'The service could not be reached. Check your connection and try again.',
  unexpected_response: 'The service did not answer as it should. Try again in a moment.',
  signed_out: 'Your sign-in has run out.',
  changed_elsewhere: 'Changed elsewhere as well. Saving again puts your edit in its place.',
  invalid_token: 'The service does not accept this sign-in. Try again, or sign out and in again.',
  session_revoked:
    'You were signed out here, because the sessions of this account were ended. A new password does that.',
  account_not_found: 'This account no longer exists.',
  account_inactive: 'This account is not active. Ask the people who run this service.',
  access_denied: BLOCKED,
  request_blocked: BLOCKED,
  insufficient_scope: 'This sign-in may read the account, not change it.',
  client_not_allowed: 'This app may read the account, not change it.',
  service_account_not_registered: 'This program has no account here.',
  service_account_not_editable: `Service accounts ${OPERATORS_ONLY}`,
  internal_account_not_editable: `Internal accounts ${OPERATORS_ONLY}`,
  admin_account_not_editable: 'The reserved admin account is edited by operators only.',
  read_only: 'This cannot be changed.',
  managed_by_identity_provider: MANAGED,
  privileged_field: 'Only a superuser may change this.',
  insufficient_user_authentication: 'To change this, you will be asked to sign in again.',
  precondition_failed: 'This account is being changed elsewhere at the moment. Try again.',
  invalid_fields: 'Some fields cannot be saved like this. Each of them says why.',
  content_too_large: 'This is too much to save at once. Shorten it.',
  invalid_json: 'This holds a character or a key that cannot be saved.',
  username_reserved: 'This username is reserved. Choose another.',
  username_taken: 'Another account holds this name.',
  email_taken: 'Another account holds this e-mail address.',
  last_superuser: 'No other superuser is active, so you have to stay one.',
  too_many_attempts: TOO_MANY,
  too_many_requests: TOO_MANY,
  unavailable: 'The service is busy. Nothing is lost: try again in a moment.',
  internal_error: BROKEN,
  bad_gateway: BROKEN,
  gateway_timeout: 'The service did not answer in time. Reload to see what it has saved.',
  unsupported_media_type: OUTDATED,
  invalid_precondition: OUTDATED,
  bad_request: OUTDATED,
  not_found: OUTDATED,
  method_not_allowed: OUTDATED,
};

/** Texts of faults of a field. The page checks the same rules while somebody types. */
const FIELD_TEXTS: Record<string, Text> = {
  unknown_field: OUTDATED,
  proven_by_sign_in: OUTDATED,
  not_a_string: OUTDATED,
  not_a_boolean: OUTDATED,
  empty: 'Enter at least one character.',
  text_too_long: ({ max = 50 }) => `Use at most ${max} characters.`,
  invalid_text: 'Leave out characters that cannot be shown.',
  url_too_long: ({ max = 2048 }) => `Use an address of at most ${max} characters.`,
  invalid_url: 'Enter an address that starts with https:// and has no user name or password in it.',
  invalid_username:
    'Use 1 to 50 letters, digits and . _ - @, or an e-mail address; nothing that looks like an account id.',
  invalid_email: 'Enter an e-mail address such as name@example.com.',
  not_json: 'This is not valid JSON.',
  repeated_key: 'A key stands twice in one object. Leave one of them out.',
  forbidden_key: 'The key __proto__ cannot be kept. Choose another.',
  too_deep: ({ max = 32 }) => `Nest at most ${max} levels.`,
  too_large: 'Shorten it to 16 KiB of JSON.',
  number_out_of_range:
    'A whole number beyond ±9007199254740991, or one that is too large, would lose digits. Put it in quotes.',
};

/** Texts of the rules of passwords. */
const PASSWORD_TEXTS: Record<string, Text> = {
  password_too_short: ({ min }) =>
    min === undefined ? 'Use a longer password.' : `Use at least ${min} characters.`,
  password_too_long: ({ max = 256 }) => `Use at most ${max} characters.`,
  password_untypable: 'Leave out characters that no keyboard types.',
  password_outer_space: 'Do not begin or end with a space.',
  password_needs_lowercase: 'Use a lower-case letter.',
  password_needs_uppercase: 'Use an upper-case letter.',
  password_needs_digit: 'Use a digit.',
  password_needs_symbol: 'Use a symbol.',
  password_holds_username: 'Leave out your username.',
  password_holds_email: 'Leave out what stands before the @ of your e-mail address.',
  password_holds_name: 'Leave out your name, and the words in it.',
  password_common: 'Many people use this password. Choose another.',
};

const TEXTS = { ...PROBLEM_TEXTS, ...FIELD_TEXTS, ...PASSWORD_TEXTS };

/** The text for a code; null for a code that this page does not know. */
export function textOf(code: string, params: Params = {}): string | null {
  const text = TEXTS[code];
  return typeof text === 'function' ? text(params) : (text ?? null);
}

/** What to show of a problem or a fault: the text for its code, or the API's sentence for a newer code. */
export function messageOf(fault: { code: string; detail: string; params?: Params }): string {
  return textOf(fault.code, fault.params) ?? fault.detail;
}
