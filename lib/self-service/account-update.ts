/**
 * What an accepted update does to an account: pure. The limits of a value are in update-schema.ts,
 * who may change what is in edit-permissions.ts; here they are put in the order of their responses.
 */
import * as v from 'valibot';
import { type StoredAccount, toAccountView } from '../account/account.ts';
import type { AccountChanges } from '../account/account-record.ts';
import { type FieldError, fieldError, PROBLEM_DETAILS, ProblemError } from '../account/errors.ts';
import {
  type DenialReason,
  EDITABLE_FIELDS,
  type EditableField,
  fieldRow,
  NULL_IGNORED_FIELDS,
  READ_ONLY_FIELDS,
} from '../account/fields.ts';
import {
  depthErrors,
  isJsonObject,
  isSameJson,
  type JsonValue,
  mergePatch,
} from '../account/metadata.ts';
import { type ReservedUsernames, takesReserved } from '../account/names.ts';
import type { CommonPasswordCheck, PasswordPolicy } from '../account/password-policy.ts';
import { fieldRuleError, isFieldErrorCode, updateSchema } from '../account/update-schema.ts';
import type { SignInNames } from '../contract.ts';
import { type EditContext, fieldDenial } from './edit-permissions.ts';
import { passwordErrors, sentPassword } from './sent-password.ts';
import { isStrangersAddress } from './sign-in-names.ts';

/**
 * A JSON body as sent, not yet looked at, and how it is to be read: `replace` sets metadata whole,
 * `merge` patches it (RFC 7396).
 */
export interface SentUpdate {
  body: JsonValue;
  mode: 'replace' | 'merge';
}

/** The rules of one deployment. */
export interface AccountPolicy extends ReservedUsernames {
  allowHttpAvatars: boolean;
  /** When the profile is taken from the directory: at each SSO sign-in until its owner edits it, once, or never. */
  profileSource: 'until-edited' | 'first-call' | 'never';
  passwordPolicy: PasswordPolicy;
  /** Greatest age in seconds of a sign-in for sensitive fields; 0 is off. */
  recentSignInSeconds: number;
}

/** What an update needs of a deployment besides. */
export interface UpdatePolicy extends AccountPolicy {
  /** When a new e-mail becomes the account's: at once, or once its owner has proven it. */
  emailChange: 'immediate' | 'verified';
  isCommonPassword: CommonPasswordCheck;
}

/** An accepted update: the fields that really change, and the new password if one was sent. */
export interface PlannedUpdate {
  changes: AccountChanges;
  password: string | null;
}

/** Why a change is refused, in the order of the responses. */
const PLAN_DENIALS = [
  'managed_by_identity_provider',
  'username_reserved',
  'privileged_field',
  'insufficient_user_authentication',
] as const satisfies (DenialReason | 'username_reserved')[];
type PlanDenial = DenialReason | 'username_reserved';

/**
 * Decides what a body changes about an account.
 * @throws ProblemError `invalid_fields` with every error at once, else the first that
 * applies of `managed_by_identity_provider`, `username_reserved`, `privileged_field`,
 * `insufficient_user_authentication`, with every field concerned
 * @param isCommonPassword whether the password in the body is one of the most common ones
 */
export function planUpdate(
  account: StoredAccount,
  sent: SentUpdate,
  rules: AccountPolicy,
  session: Pick<EditContext, 'authTime' | 'nowSeconds'> & { signInNames: SignInNames },
  isCommonPassword: boolean,
): PlannedUpdate {
  const planned = parseUpdate(account, sent, rules, session.signInNames, isCommonPassword);
  const fields = changedFields(planned);
  const context = { ...session, ...rules };
  const denialOf = (field: EditableField): PlanDenial | null => {
    const denial = fieldDenial(field, account, context);
    const isForbidden = field === 'username' && takesReserved(planned.changes, account, rules);
    return isForbidden && denial !== 'managed_by_identity_provider' ? 'username_reserved' : denial;
  };
  const denials = new Map(fields.map((field) => [field, denialOf(field)]));
  for (const reason of PLAN_DENIALS) {
    const denied = fields.filter((field) => denials.get(field) === reason);
    if (denied.length > 0) throw denialProblem(reason, denied, rules);
  }
  const clearsExpiry = planned.password !== null && account.password_expired === true;
  return clearsExpiry
    ? { ...planned, changes: { ...planned.changes, password_expired: false } }
    : planned;
}

/** The fields a plan changes, in the order of the account. */
export function changedFields(planned: PlannedUpdate): EditableField[] {
  return EDITABLE_FIELDS.filter((field) =>
    field === 'password' ? planned.password !== null : Object.hasOwn(planned.changes, field),
  );
}

function parseUpdate(
  account: StoredAccount,
  sent: SentUpdate,
  rules: AccountPolicy,
  signInNames: SignInNames,
  isCommonPassword: boolean,
): PlannedUpdate {
  const { body } = sent;
  if (!isJsonObject(body)) {
    const detail = 'The body must be a JSON object.';
    throw new ProblemError('invalid_fields', [{ pointer: '', code: 'not_an_object', detail }]);
  }
  const { differing, errors } = differingFields(account, body, sent.mode);
  const parsed = v.safeParse(updateSchema(rules), differing);
  for (const { path = [], message } of parsed.issues ?? []) {
    const keys = path.map(({ key }) => String(key));
    if (isFieldErrorCode(message)) errors.push(fieldRuleError(keys, message));
  }
  const own = [account.username, account.email];
  const { username } = differing;
  const isNamed =
    typeof username === 'string' && !errors.some((one) => one.pointer === '/username');
  if (isNamed && isStrangersAddress(username, own, signInNames)) {
    errors.push(fieldRuleError('username', 'invalid_username'));
  }
  const password = sentPassword(body);
  if (password !== null) {
    const { passwordPolicy } = rules;
    errors.push(...passwordErrors(password, account, differing, passwordPolicy, isCommonPassword));
  }
  if (!parsed.success || errors.length > 0) throw new ProblemError('invalid_fields', errors);
  const { password: _sent, ...changes } = parsed.output;
  return { password, changes };
}

/** The editable fields whose sent value is not the account's, and the errors of all other fields. */
function differingFields(
  account: StoredAccount,
  body: { [key: string]: JsonValue },
  mode: SentUpdate['mode'],
) {
  const current: Record<string, JsonValue> = { ...toAccountView(account) };
  const differing: Record<string, JsonValue> = {};
  const errors: FieldError[] = [];
  for (const [field, sentValue] of Object.entries(body)) {
    const tooDeep = depthErrors(sentValue);
    if (tooDeep.length > 0) {
      errors.push(...tooDeep.map(({ code, path }) => fieldRuleError([field, ...path], code)));
      continue;
    }
    const value = updatedValue(field, sentValue, current[field], mode);
    if (isOneOf(EDITABLE_FIELDS, field)) {
      const keeps = value === null && isOneOf(NULL_IGNORED_FIELDS, field);
      if (!keeps && !isSameJson(value, current[field])) differing[field] = value;
    } else if (field === 'old_password') {
      // What other APIs ask for with a new password; their clients send null with all else.
      if (value !== null) errors.push(fieldRuleError(field, 'proven_by_sign_in'));
    } else if (!isOneOf(READ_ONLY_FIELDS, field)) {
      errors.push(fieldRuleError(field, 'unknown_field'));
    } else if (!isSameJson(value, current[field])) {
      errors.push(fieldRuleError(field, 'read_only'));
    }
  }
  return { differing, errors };
}

/** The value that a field would have: a merge patch changes JSON inside. */
function updatedValue(
  field: string,
  sent: JsonValue,
  current: JsonValue = null,
  mode: SentUpdate['mode'],
): JsonValue {
  if (!isOneOf(EDITABLE_FIELDS, field)) return sent;
  const { isJsonText, emptyIsNull } = fieldRow(field);
  if (sent === '' && emptyIsNull) return null;
  return mode === 'merge' && isJsonText ? mergePatch(current, sent) : sent;
}

function denialProblem(
  code: PlanDenial,
  fields: EditableField[],
  rules: AccountPolicy,
): ProblemError {
  const errors = fields.map((field) => fieldError(field, code, PROBLEM_DETAILS[code]));
  const challenge =
    code === 'insufficient_user_authentication' ? { maxAge: rules.recentSignInSeconds } : {};
  return new ProblemError(code, errors, challenge);
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((one) => one === name);
}
