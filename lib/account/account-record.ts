/**
 * What the service keeps of one account: the account itself and what makes changes to it safe.
 * Pure; knows nothing of how a record is stored.
 */
import * as v from 'valibot';
import { StoredAccountSchema } from './account.ts';
import { FieldVersionsSchema, newestVersion, VersionSchema } from './field-versions.ts';
import {
  EDITABLE_FIELDS,
  type EditableField,
  fieldRecord,
  PROFILE_FIELDS,
  type ProfileField,
  type StoredField,
} from './fields.ts';
import { foldName } from './names.ts';

/** How long a new e-mail address waits to be proven: as long as Cognito's codes are valid. */
export const EMAIL_CHANGE_SECONDS = 24 * 60 * 60;

const { entries } = StoredAccountSchema;

type ChangeableField = Extract<EditableField, StoredField>;
type ChangeEntries = {
  [Name in ChangeableField]: v.ExactOptionalSchema<(typeof entries)[Name], undefined>;
};
const isChangeable = (field: EditableField): field is ChangeableField =>
  Object.hasOwn(entries, field);
const changeEntries = fieldRecord(EDITABLE_FIELDS.filter(isChangeable), (field) =>
  v.exactOptional<v.GenericSchema, undefined>(entries[field], undefined),
);

/** Fields of an account that a change may set; `metadata` as JSON text. */
export const AccountChangesSchema = v.strictObject(
  changeEntries as ChangeEntries, // A record knows its values as a union only.
);
export type AccountChanges = v.InferOutput<typeof AccountChangesSchema>;

const EpochSecondsSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * Which sign-ins still count: those after `validFrom` (epoch seconds), and the session that made
 * the change (`exemptOriginJti`, the token's `origin_jti`), which goes on.
 */
const SessionRevocationSchema = v.strictObject({
  validFrom: EpochSecondsSchema,
  exemptOriginJti: v.nullable(v.string()),
});

type SessionRevocation = v.InferOutput<typeof SessionRevocationSchema>;

/**
 * A change that also touches the directory, recorded before the directory is called, so that a
 * crash at any step can be finished by the next request. Holds no password, ever.
 */
const IntentSchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  openedAt: EpochSecondsSchema,
  /** Until then only the request that opened or resumed it works on it; 0 when given back. */
  leaseUntil: EpochSecondsSchema,
  changes: AccountChangesSchema,
  /** Set where an operator vouches for the e-mail: the directory takes it as verified. */
  isVouched: v.exactOptional(v.literal(true)),
  /** Set where the change ends all sessions but the one it was made in. */
  revokesSessions: v.nullable(v.strictObject({ exemptOriginJti: v.nullable(v.string()) })),
  /** Addresses that are told of the change before it is committed; absent: none. */
  notify: v.exactOptional(v.array(v.string())),
});
export type Intent = v.InferOutput<typeof IntentSchema>;

/** How often something happened since then (epoch seconds). */
const AttemptsSchema = v.strictObject({
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  since: EpochSecondsSchema,
});
export type Attempts = v.InferOutput<typeof AttemptsSchema>;

/** A new e-mail address whose owner has yet to prove that it is theirs. It reserves nothing. */
const PendingEmailSchema = v.strictObject({
  address: v.string(),
  /** When its last code was asked for. */
  since: EpochSecondsSchema,
  /** What the directory had before: what it goes back to where the change comes to nothing. */
  former: v.strictObject({ address: v.nullable(v.string()), verified: v.boolean() }),
  /** True once taken back. Kept nonetheless: its code may still be used. */
  isWithdrawn: v.boolean(),
});
export type PendingEmail = v.InferOutput<typeof PendingEmailSchema>;

/** A record of one account, keyed by `subject`: the `sub` of the tokens it is called with. */
export const AccountRecordSchema = v.pipe(
  v.strictObject({
    subject: v.pipe(v.string(), v.minLength(1)),
    account: StoredAccountSchema,
    /** Grows by one with every change of the account a caller can see: the ETag is made of it. */
    version: VersionSchema,
    fieldVersions: FieldVersionsSchema,
    /** When the account was made; null where that was before this was noted. */
    createdAt: v.nullable(EpochSecondsSchema),
    /**
     * When the account came to its version; null as above. Each version has a later one than that before,
     * so it may be some seconds ahead of the clock.
     */
    updatedAt: v.nullable(EpochSecondsSchema),
    /** The last change of the password that this service knows of, if any. */
    passwordChangedAt: v.nullable(EpochSecondsSchema),
    /**
     * True where the e-mail was proven or vouched for; false where the identity provider, asked at each
     * sign-in, does not say so; null where it is not known.
     */
    emailVerified: v.nullable(v.boolean()),
    /** Grows by one with every write of the record: what a conditional write compares. */
    revision: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    /** The name of the person in the directory, which never changes; null for service accounts. */
    directoryName: v.nullable(v.string()),
    /** True for an account of the operator's own machinery: it is read, never edited, here. */
    internal: v.boolean(),
    /** `auth_time` of the sign-in at which an SSO account was last compared with the directory. */
    refreshedAt: v.nullable(EpochSecondsSchema),
    /**
     * When an operator last gave out a temporary password (epoch seconds). The directory signs nobody
     * in with one before they have chosen their own, so a later sign-in proves that they have.
     */
    temporaryPasswordSince: v.nullable(EpochSecondsSchema),
    sessions: v.nullable(SessionRevocationSchema),
    intent: v.nullable(IntentSchema),
    /** Names that others hold and that the account tried to take. */
    nameRefusals: v.nullable(AttemptsSchema),
    pendingEmail: v.nullable(PendingEmailSchema),
    /** Codes that were mailed to new addresses of the account. */
    emailCodes: v.nullable(AttemptsSchema),
    /**
     * Profile fields that the owner has changed, in the order of the wire: the directory no longer
     * gives their values. That of any other profile field, where there is one, came from there.
     */
    editedFields: v.array(v.picklist(PROFILE_FIELDS)),
  }),
  // Whoever moves a version by hand would make a 412 that hides a change (record-change.ts).
  v.check(({ version, fieldVersions }) => version === newestVersion(fieldVersions)),
);
export type AccountRecord = v.InferOutput<typeof AccountRecordSchema>;

/**
 * The sessions of a record after all but one were ended. Clocks differ between machines: the limit
 * never moves back, or an ended session would come back.
 */
export function endedSessions(
  { sessions }: Pick<AccountRecord, 'sessions'>,
  validFrom: number,
  exemptOriginJti: string | null,
): SessionRevocation {
  return { validFrom: Math.max(validFrom, sessions?.validFrom ?? 0), exemptOriginJti };
}

/** When the account came to its version, and never later than now (RFC 9110 section 8.8.2.1). */
export function updatedAtOf({ updatedAt }: AccountRecord, nowSeconds: number): number | null {
  return updatedAt === null ? null : Math.min(updatedAt, nowSeconds);
}

/** The e-mail address that waits to be proven; null where none does, or not any more. */
export function pendingEmailOf(
  { pendingEmail }: AccountRecord,
  nowSeconds: number,
): PendingEmail | null {
  if (pendingEmail === null || pendingEmail.isWithdrawn) return null;
  return nowSeconds - pendingEmail.since < EMAIL_CHANGE_SECONDS ? pendingEmail : null;
}

/** The profile fields that have a value. */
export function filledProfileFields(account: Readonly<Record<string, unknown>>): ProfileField[] {
  return PROFILE_FIELDS.filter((field) => account[field] != null);
}

/** The profile fields whose values came from the directory, unchanged by the owner since. */
export function directoryFields({ account, editedFields }: AccountRecord): ProfileField[] {
  return filledProfileFields(account).filter((field) => !editedFields.includes(field));
}

/** Folded names that this record holds: of the account, and of a change that is under way. */
export function namesHeldBy({ account, intent }: AccountRecord): Set<string> {
  return accountNames(account).union(accountNames(intent?.changes ?? {}));
}

function accountNames({ username, email }: AccountChanges): Set<string> {
  const names = [username, email].filter((name) => typeof name === 'string');
  return new Set(names.map(foldName));
}

/**
 * Names that `current` holds and `next` does not (null: there is no next record). Those of the
 * account were given up; the others were only reserved, for a change that was undone.
 */
export function namesFreedBy(current: AccountRecord, next: AccountRecord | null) {
  const freed = namesHeldBy(current).difference(next ? namesHeldBy(next) : new Set());
  const own = accountNames(current.account);
  return { givenUp: [...freed.intersection(own)], unused: [...freed.difference(own)] };
}

/**
 * True for a person who can sign in as a superuser; false as soon as a change that takes this away
 * is under way. Services do not count: they sign nobody in.
 */
export function isActiveSuperuser({ account, intent, directoryName }: AccountRecord): boolean {
  const isOne = ({ is_superuser = true, is_active = true }: AccountChanges) =>
    is_superuser && is_active;
  return directoryName !== null && isOne(account) && isOne(intent?.changes ?? {});
}
