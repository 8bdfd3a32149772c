/** Facts that the functions share with the stack, the tools and the tests. Imports nothing. */

/** The functions' timeout: no request lives longer. */
export const FUNCTION_TIMEOUT_SECONDS = 10;

/**
 * How long the request that opened an intent is alone in working on it. Three times a request's
 * life: a call that it sent last may still be carried out, and the clocks of machines differ.
 */
export const LEASE_SECONDS = 3 * FUNCTION_TIMEOUT_SECONDS;

/** How long a deleted account cannot be created again: longer than any access token is valid. */
export const TOMBSTONE_SECONDS = 2 * 24 * 60 * 60;

/** Attribute of an item that DynamoDB deletes at that time (epoch seconds). */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

/** What people sign in with at the user pool: docs/settings-explained.md describes the kinds. */
export const SIGN_IN_NAMES = ['aliases', 'email', 'username'] as const;
export type SignInNames = (typeof SIGN_IN_NAMES)[number];

/** Identifier of the OAuth resource server; its scopes are `users/<name>`. */
export const RESOURCE_SERVER = 'users';
/** Name of the reading scope at the resource server. */
export const READ_SCOPE_NAME = 'me.read';
/** Name of the writing scope at the resource server. */
export const WRITE_SCOPE_NAME = 'me.write';
/** Scope that lets a token read the caller's account. */
export const READ_SCOPE = `${RESOURCE_SERVER}/${READ_SCOPE_NAME}`;
/** Scope that lets a token change the caller's account, and read it. */
export const WRITE_SCOPE = `${RESOURCE_SERVER}/${WRITE_SCOPE_NAME}`;
/** Scope of tokens from sign-ins through Cognito's own API; it counts as both others. */
export const SELF_SERVICE_SCOPE = 'aws.cognito.signin.user.admin';
/** Every scope the API knows: the gateway lets a token pass that has one of them. */
export const API_SCOPES = [READ_SCOPE, WRITE_SCOPE, SELF_SERVICE_SCOPE] as const;

/** Media type of an account, and of a PATCH that replaces metadata. */
export const JSON_TYPE = 'application/json';
/** Media type of a PATCH that merges metadata (RFC 7396). */
export const MERGE_PATCH_TYPE = 'application/merge-patch+json';
/** Value of `Accept-Patch`: the media types a PATCH takes (RFC 5789 section 3.1). */
export const ACCEPT_PATCH = `${JSON_TYPE}, ${MERGE_PATCH_TYPE}`;
/** Media type of the response that says which fields the caller may edit now. */
export const CAPABILITIES_TYPE = 'application/vnd.current-user.capabilities+json';
/** Media type of a problem document (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** Response header with the request id, which problem documents carry too. */
export const REQUEST_ID_HEADER = 'X-Request-Id';
/**
 * Response header that says since when a new e-mail waits to be proven, as a structured field
 * (RFC 9651): `pending;since=@1767225600`.
 */
export const EMAIL_CHANGE_HEADER = 'Email-Change';
/** Response headers a browser's script may read, besides the safelisted ones. */
export const EXPOSED_HEADERS = [
  'ETag',
  'WWW-Authenticate',
  // What a REST API renames the WWW-Authenticate header of its integrations to.
  'x-amzn-Remapped-WWW-Authenticate',
  REQUEST_ID_HEADER,
  'Retry-After',
  'Accept-Patch',
  EMAIL_CHANGE_HEADER,
] as const;

/** Prefix of the `type` of a problem; the code follows. */
export const PROBLEM_TYPE_PREFIX = 'urn:current-user-service:problem:';

/** Prefix of the key of an account's item; the subject follows. */
export const USER_KEY_PREFIX = 'USER#';
/** Prefix of the key of the item of a name, held or at rest; the folded name follows. */
export const NAME_KEY_PREFIX = 'NAME#';
/** Key of the item that lists the active superusers. */
export const SUPERUSERS_KEY = 'SUPERUSERS';
