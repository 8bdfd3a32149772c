/**
 * What an accepted update does to an account: pure. The limits of one field are field-rules.ts's,
 * who may change what is edit-rights.ts's; here they are put in their order of answers.
 */
import * as v from 'valibot';
import { foldName, type JsonValue, type StoredAccount, toAccountView } from '../account/account.ts';
import type { AccountChanges } from '../account/account-record.ts';
import { type FieldError, fieldError, PROBLEM_DETAILS, ProblemError } from '../account/errors.ts';
import {
  EDITABLE_FIELDS,
  type EditableField,
  FIELD_ERRORS,
  fieldRuleError,
  NULL_IGNORED_FIELDS,
  READ_ONLY_FIELDS,
  updateSchema,
} from '../account/field-rules.ts';
import { isTooDeep, mergePatch } from '../account/metadata.ts';
import { brokenRules, type PasswordPolicy } from '../account/password-policy.ts';
import { DENIAL_REASONS, type EditContext, fieldDenial } from './edit-permissions.ts';

/**
 * A JSON body as sent, not yet looked at, and how it is to be read: `replace` sets metadata whole,
 * `merge` patches it (RFC 7396).
 */
export interface SentUpdate {
  body: JsonValue;
  mode: 'replace' | 'merge';
}

/** The rules of one deployment. */
export interface AccountPolicy {
  /** The username whose account nobody edits here and nobody can take. */
  adminUsername: string;
  allowHttpAvatars: boolean;
  passwordPolicy: PasswordPolicy;
  /** Greatest age in seconds of a sign-in for sensitive fields; 0 is off. */
  recentSignInSeconds: number;
}

/** An accepted update: the fields that really change, and the new password if one was sent. */
export interface PlannedUpdate {
  changes: AccountChanges;
  password: string | null;
}

/**
 * Decides what a body changes about an account.
 * @throws ProblemError `invalid_fields` with every fault at once, else the first that
 * applies of `managed_by_identity_provider`, `username_reserved`, `privileged_field`,
 * `insufficient_user_authentication`, with every field concerned
 */
export function planUpdate(
  account: StoredAccount,
  sent: SentUpdate,
  rules: AccountPolicy,
  session: Pick<EditContext, 'authTime' | 'nowSeconds'>,
): PlannedUpdate {
  const planned = parseUpdate(account, sent, rules);
  const fields = changedFields(planned);
  const obstacles = new Map(
    fields.map((field) => [field, fieldDenial(field, account, { ...session, ...rules })]),
  );
  for (const obstacle of DENIAL_REASONS) {
    const hindered = fields.filter((field) => obstacles.get(field) === obstacle);
    if (hindered.length > 0) throw refusal(obstacle, hindered, rules);
    if (obstacle === 'managed_by_identity_provider') refuseReservedName(planned, rules);
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
): PlannedUpdate {
  const { body } = sent;
  if (!isJsonObject(body)) {
    const detail = 'The body must be a JSON object.';
    throw new ProblemError('invalid_fields', [{ pointer: '', code: 'not_an_object', detail }]);
  }
  const { differing, faults } = differingFields(account, body, sent.mode);
  const parsed = v.safeParse(updateSchema(rules), differing);
  for (const { path, message } of parsed.issues ?? []) {
    const detail = Object.entries(FIELD_ERRORS).find(([code]) => code === message)?.[1] ?? message;
    faults.push(fieldError(String(path?.[0].key), message, detail));
  }
  if (typeof differing['password'] === 'string' && differing['password'] !== '') {
    for (const { code, detail } of brokenRules(differing['password'], rules.passwordPolicy)) {
      faults.push(fieldError('password', code, detail));
    }
  }
  if (!parsed.success || faults.length > 0) throw new ProblemError('invalid_fields', faults);
  const { password = null, ...changes } = parsed.output;
  return { password, changes };
}

/** The editable fields whose sent value is not the account's, and faults of all other fields. */
function differingFields(
  account: StoredAccount,
  body: { [key: string]: JsonValue },
  mode: SentUpdate['mode'],
) {
  const current: Record<string, JsonValue> = { ...toAccountView(account) };
  const differing: Record<string, JsonValue> = {};
  const faults: FieldError[] = [];
  for (const [field, sentValue] of Object.entries(body)) {
    if (isTooDeep(sentValue)) {
      faults.push(fieldRuleError(field, 'too_deep'));
      continue;
    }
    const value =
      field === 'metadata' && mode === 'merge'
        ? mergePatch(current['metadata'] ?? null, sentValue)
        : sentValue;
    if (isOneOf(EDITABLE_FIELDS, field)) {
      const keeps = value === null && isOneOf(NULL_IGNORED_FIELDS, field);
      if (!keeps && !isSame(value, current[field])) differing[field] = value;
    } else if (!isOneOf(READ_ONLY_FIELDS, field)) {
      faults.push(fieldRuleError(field, 'unknown_field'));
    } else if (!isSame(value, current[field])) {
      faults.push(fieldRuleError(field, 'read_only'));
    }
  }
  return { differing, faults };
}

/** Metadata is kept exactly as sent, so its members' order counts. */
function isSame(sent: JsonValue, current: JsonValue | undefined): boolean {
  return sent === current || JSON.stringify(sent) === JSON.stringify(current);
}

function refuseReservedName({ changes }: PlannedUpdate, rules: AccountPolicy): void {
  if (changes.username === undefined) return;
  if (foldName(changes.username) !== foldName(rules.adminUsername)) return;
  throw refusal('username_reserved', ['username'], rules);
}

function refusal(
  code: (typeof DENIAL_REASONS)[number] | 'username_reserved',
  fields: EditableField[],
  rules: AccountPolicy,
): ProblemError {
  const faults = fields.map((field) => fieldError(field, code, PROBLEM_DETAILS[code]));
  const hints =
    code === 'insufficient_user_authentication' ? { maxAge: rules.recentSignInSeconds } : {};
  return new ProblemError(code, faults, hints);
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((one) => one === name);
}

function isJsonObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
