/**
 * Invariants between accounts, name reservations and the directory, as pure comparisons. The account
 * is the truth.
 */

import * as v from 'valibot';
import type { AccountRecord } from '../account/account-record.ts';
import { namesHeldBy } from '../account/account-record.ts';
import { EmailSchema, foldName, isUsername } from '../account/names.ts';
import type { SignInNames } from '../contract.ts';
import { waitsUnproven } from '../self-service/email-proof.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';

/** A reserved name and the subject it is reserved for. */
export interface ReservedName {
  /** Folded. */
  name: string;
  holder: string;
}

/** Kinds of inconsistency and their meaning. */
export const INCONSISTENCIES = {
  name_not_reserved: 'The account has a name that nothing reserves for it.',
  name_held_by_other: 'The account has a name that is reserved for another.',
  name_without_account: 'A name is reserved for an account that does not exist.',
  name_not_used: 'A name is reserved for an account that does not have it.',
  person_missing: 'The account has no user in the directory.',
  person_differs: 'The user of that directory name belongs to another account.',
  username_differs: 'The directory signs in another username.',
  email_differs: 'The directory has another e-mail address.',
  email_change_open: 'A new e-mail was proven after its change, or is not the account’s yet.',
  activation_differs: 'The account is active and the user disabled, or the other way round.',
  identity_differs: 'The directory has another identity provider or id.',
  client_missing: 'The service account has no app client.',
  client_too_permissive: 'The app client of the service account can also sign people in.',
  intent_open: 'A change was begun and not finished.',
  superusers_differ: 'The list of active superusers is incomplete or differs from the accounts.',
  unreadable_item: 'The item is not one of this service.',
} as const satisfies Record<string, string>;
export type InconsistencyKind = keyof typeof INCONSISTENCIES;

/** One inconsistency, of one account or one reserved name. */
export interface Inconsistency {
  kind: InconsistencyKind;
  /** Subject of the account, or of the holder of the name; the key of what is neither. */
  subject: string;
  /** The folded name concerned, where it is one. */
  name?: string;
}

/** True for the same one, as two looks found it. */
export function isSameInconsistency(one: Inconsistency, other: Inconsistency): boolean {
  return one.kind === other.kind && one.subject === other.subject && one.name === other.name;
}

/** NameOwners by folded name, of at least the names that are asked about. */
export type NameOwners = ReadonlyMap<string, string>;

/** Compares the names an account holds with what is reserved. */
export function checkReservedNames(record: AccountRecord, holders: NameOwners): Inconsistency[] {
  const { subject } = record;
  return [...namesHeldBy(record)].flatMap((name): Inconsistency[] => {
    const holder = holders.get(name);
    if (holder === subject) return [];
    const kind = holder === undefined ? 'name_not_reserved' : 'name_held_by_other';
    return [{ kind, subject, name }];
  });
}

/** Compares a reserved name with the record of its holder, null where there is none. */
export function checkReservation(
  held: ReservedName,
  record: AccountRecord | null,
): Inconsistency[] {
  const { name, holder: subject } = held;
  if (record === null) return [{ kind: 'name_without_account', subject, name }];
  if (namesHeldBy(record).has(name)) return [];
  return [{ kind: 'name_not_used', subject, name }];
}

/**
 * Compares a person's account with the directory. While an intent is open only the intent is
 * reported: the directory may be on either side of it.
 * @param owners of the directory's own names for the person: a name that another account holds, or
 * that rests for another, was not given to this one, rightly
 * @param namesOfOthers folded names by which the directory signs in other people: the same
 */
export function checkDirectoryUser(
  record: AccountRecord,
  person: DirectoryPerson | null,
  signInNames: SignInNames,
  owners: NameOwners,
  namesOfOthers: ReadonlySet<string> = new Set(),
): Inconsistency[] {
  const { subject, account, intent, pendingEmail } = record;
  const found = (kind: InconsistencyKind): Inconsistency[] => [{ kind, subject }];
  if (intent !== null) return found('intent_open');
  if (person === null) return found('person_missing');
  if (person.subject !== subject) return found('person_differs');
  const isOthers = (name: string) =>
    (owners.get(foldName(name)) ?? subject) !== subject || namesOfOthers.has(foldName(name));
  const { preferredUsername, email, identity } = person;
  const usable = preferredUsername !== null && isUsername(preferredUsername);
  const signsInOther =
    signInNames !== 'email' &&
    identity === null &&
    usable &&
    preferredUsername !== account.username &&
    !isOthers(preferredUsername);
  const given = email !== null && v.is(EmailSchema, email) && !isOthers(email) ? email : null;
  const waits = pendingEmail !== null && waitsUnproven(person, pendingEmail);
  const emailDiffers = identity === null && !waits ? given !== account.email : false;
  const { oauth_provider: provider = null, oauth_id: id = null } = account;
  const identityDiffers =
    (identity?.provider ?? null) !== provider || (identity?.id ?? null) !== id;
  return [
    ...(signsInOther ? found('username_differs') : []),
    ...(emailDiffers ? found(pendingEmail ? 'email_change_open' : 'email_differs') : []),
    ...(person.enabled === account.is_active ? [] : found('activation_differs')),
    ...(identityDiffers ? found('identity_differs') : []),
  ];
}

/** Compares a service account with its app client, null where there is none. */
export function checkClient(
  { subject }: AccountRecord,
  client: { isRestricted: boolean } | null,
): Inconsistency[] {
  if (client === null) return [{ kind: 'client_missing', subject }];
  return client.isRestricted ? [] : [{ kind: 'client_too_permissive', subject }];
}
