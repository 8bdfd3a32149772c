/**
 * What an accepted update does to an account: pure. The limits of one field are field-rules.ts's,
 * who may change what is edit-rights.ts's; here they are put in their order of answers.
 */
import * as v from 'valibot';
import type { AccountChanges } from './account-record.ts';
import { type Circumstances, FIELD_OBSTACLES, fieldObstacle } from './edit-rights.ts';
import { type Fault, faultAt, REFUSALS, RequestRefusedError } from './errors.ts';
import {
  differingFieldsSchema,
  EDITABLE_FIELDS,
  type EditableField,
  FIELD_FAULTS,
  fieldFault,
  NULL_KEEPS_FIELDS,
  READ_ONLY_FIELDS,
} from './field-rules.ts';
import { isTooDeep, mergePatch } from './metadata.ts';
import { brokenRules, type PasswordPolicy } from './password-policy.ts';
import { type Account, foldName, type JsonValue, toUser } from './user.ts';

/**
 * A JSON body as sent, not yet looked at, and how it is to be read: `replace` sets metadata whole,
 * `merge` patches it (RFC 7396).
 */
export interface SentUpdate {
  body: JsonValue;
  mode: 'replace' | 'merge';
}

/** The rules of one deployment. */
export interface UpdateRules {
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
 * @throws RequestRefusedError `invalid_fields` with every fault at once, else the first that
 * applies of `managed_by_identity_provider`, `username_reserved`, `privileged_field`,
 * `insufficient_user_authentication`, with every field concerned
 */
export function planUpdate(
  account: Account,
  sent: SentUpdate,
  rules: UpdateRules,
  session: Pick<Circumstances, 'authTime' | 'nowSeconds'>,
): PlannedUpdate {
  const planned = parseUpdate(account, sent, rules);
  const fields = changedFields(planned);
  const obstacles = new Map(
    fields.map((field) => [field, fieldObstacle(field, account, { ...session, ...rules })]),
  );
  for (const obstacle of FIELD_OBSTACLES) {
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

function parseUpdate(account: Account, sent: SentUpdate, rules: UpdateRules): PlannedUpdate {
  const { body } = sent;
  if (!isJsonObject(body)) {
    const detail = 'The body must be a JSON object.';
    throw new RequestRefusedError('invalid_fields', [
      { pointer: '', code: 'not_an_object', detail },
    ]);
  }
  const { differing, faults } = differingFields(account, body, sent.mode);
  const parsed = v.safeParse(differingFieldsSchema(rules), differing);
  for (const { path, message } of parsed.issues ?? []) {
    const detail = Object.entries(FIELD_FAULTS).find(([code]) => code === message)?.[1] ?? message;
    faults.push(faultAt(String(path?.[0].key), message, detail));
  }
  if (typeof differing['password'] === 'string' && differing['password'] !== '') {
    for (const { code, detail } of brokenRules(differing['password'], rules.passwordPolicy)) {
      faults.push(faultAt('password', code, detail));
    }
  }
  if (!parsed.success || faults.length > 0) throw new RequestRefusedError('invalid_fields', faults);
  const { password = null, ...changes } = parsed.output;
  return { password, changes };
}

/** The editable fields whose sent value is not the account's, and faults of all other fields. */
function differingFields(
  account: Account,
  body: { [key: string]: JsonValue },
  mode: SentUpdate['mode'],
) {
  const current: Record<string, JsonValue> = { ...toUser(account) };
  const differing: Record<string, JsonValue> = {};
  const faults: Fault[] = [];
  for (const [field, sentValue] of Object.entries(body)) {
    if (isTooDeep(sentValue)) {
      faults.push(fieldFault(field, 'too_deep'));
      continue;
    }
    const value =
      field === 'metadata' && mode === 'merge'
        ? mergePatch(current['metadata'] ?? null, sentValue)
        : sentValue;
    if (isOneOf(EDITABLE_FIELDS, field)) {
      const keeps = value === null && isOneOf(NULL_KEEPS_FIELDS, field);
      if (!keeps && !isSame(value, current[field])) differing[field] = value;
    } else if (!isOneOf(READ_ONLY_FIELDS, field)) {
      faults.push(fieldFault(field, 'unknown_field'));
    } else if (!isSame(value, current[field])) {
      faults.push(fieldFault(field, 'read_only'));
    }
  }
  return { differing, faults };
}

/** Metadata is kept exactly as sent, so its members' order counts. */
function isSame(sent: JsonValue, current: JsonValue | undefined): boolean {
  return sent === current || JSON.stringify(sent) === JSON.stringify(current);
}

function refuseReservedName({ changes }: PlannedUpdate, rules: UpdateRules): void {
  if (changes.username === undefined) return;
  if (foldName(changes.username) !== foldName(rules.adminUsername)) return;
  throw refusal('username_reserved', ['username'], rules);
}

function refusal(
  code: (typeof FIELD_OBSTACLES)[number] | 'username_reserved',
  fields: EditableField[],
  rules: UpdateRules,
): RequestRefusedError {
  const faults = fields.map((field) => faultAt(field, code, REFUSALS[code]));
  const hints =
    code === 'insufficient_user_authentication' ? { maxAge: rules.recentSignInSeconds } : {};
  return new RequestRefusedError(code, faults, hints);
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((one) => one === name);
}

function isJsonObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
