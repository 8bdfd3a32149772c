/** Creates and refreshes accounts from what the directory knows of a person. */
import * as v from 'valibot';
import type { StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import {
  NamesTakenError,
  ProblemError,
  RecordConflictError,
  RecordExistsError,
} from '../account/errors.ts';
import { NEW_PERSON, STORED_FIELDS } from '../account/fields.ts';
import {
  EmailSchema,
  foldName,
  isChosenUsername,
  isReservedUsername,
  isSameName,
  isUsername,
  type ReservedUsernames,
} from '../account/names.ts';
import { newRecord, withChanges } from '../account/record-change.ts';
import type { AccountPolicy } from './account-update.ts';
import type { Caller } from './caller.ts';
import { fieldsToTake, fitProfile } from './directory-profile.ts';
import { accountChange, type EventSink } from './events.ts';
import type { DirectoryPerson, Ports, UserDirectory } from './ports.ts';
import {
  emailVerification,
  isStrangersAddress,
  namesOfOthers,
  sharedNames,
} from './sign-in-names.ts';

type Person = Extract<Caller, { kind: 'person' }>;
type NameChange = Partial<Pick<StoredAccount, 'email' | 'username'>>;

/**
 * Makes the record of a person who calls for the first time. Two racing first calls make one.
 * @throws ProblemError `service_account_not_registered` for a client without an account;
 * ProblemError `account_not_found` when the directory no longer knows the person
 * @throws RecordConflictError when a racing call got in the way: read again
 */
export async function provision(
  { store, directory, runtime, signInNames }: Ports,
  caller: Caller,
  policy: AccountPolicy,
  report: EventSink,
): Promise<AccountRecord> {
  // Operators register service accounts.
  if (caller.kind === 'service') throw new ProblemError('service_account_not_registered');
  const person = await knownPerson(directory, caller);
  const { values, misfits } = fitProfile(person, policy, fieldsToTake(policy, null));
  const taken = await namesOfOthers(directory, caller.subject, sharedNames(person, signInNames));
  const rules = { ...policy, signInNames };
  for (;;) {
    const account = { ...firstAccount(person, taken, rules), ...values };
    const record = newRecord(caller.subject, account, runtime.nowSeconds(), {
      directoryName: caller.directoryName,
      refreshedAt: caller.authTime,
      emailVerified: emailVerification(person, account.email),
      editedFields: [],
    });
    try {
      await store.create(record);
      report({ event: 'ACCOUNT_PROVISIONED', subject: caller.subject, ...misfits });
      return record;
    } catch (error) {
      if (error instanceof RecordExistsError) throw new RecordConflictError();
      if (!(error instanceof NamesTakenError)) throw error;
      // Each round learns at least one new name, so the candidates run out and the loop ends.
      if (error.names.isSubsetOf(taken)) throw error;
      for (const name of error.names) taken.add(name);
    }
  }
}

/**
 * The account of a person never seen before, with the first names that fit and are not taken.
 */
export function firstAccount(
  person: DirectoryPerson,
  taken: ReadonlySet<string>,
  { signInNames, ...reserved }: ReservedUsernames & Pick<Ports, 'signInNames'>,
): StoredAccount {
  const { identity, preferredUsername, directoryName, subject } = person;
  const isFree = (name: string) => !taken.has(foldName(name));
  const email = acceptableEmail(person.email);
  const freeEmail = email !== null && isFree(email) ? email : null;
  const signInName = signInNames === 'username' ? directoryName : null;
  const preferred = identity
    ? [freeEmail, preferredUsername]
    : [preferredUsername, signInName, freeEmail];
  // Operators make the admin account in the directory; an outside provider must not hand it out, nor an
  // attribute that signs nobody in, and nobody another's id.
  const isKept = (name: string) =>
    signInNames === 'aliases' || isSameName(name, signInName ?? person.email);
  const isAdmin = (name: string) =>
    !identity && isKept(name) && isSameName(name, reserved.adminUsername);
  const isAllowed = (name: string) =>
    (isAdmin(name) || !isReservedUsername(name, reserved)) &&
    !isStrangersAddress(name, [person.email], signInNames) &&
    (isChosenUsername(name) || name === directoryName);
  const username = [...preferred, directoryName]
    .filter((name) => name !== null)
    .find((name) => isUsername(name) && isFree(name) && isAllowed(name));
  return {
    ...NEW_PERSON,
    id: subject,
    username: username ?? subject,
    email: freeEmail,
    password_expired: identity ? null : person.passwordExpired,
    oauth_provider: identity?.provider ?? null,
    oauth_id: identity?.id ?? null,
    is_active: person.enabled,
  };
}

/**
 * Takes over the e-mail that an identity provider now gives for a person, and the profile where its
 * owner has not edited it. A value that the provider no longer gives stays.
 * @throws ProblemError `account_not_found` when the directory no longer knows the person
 * @throws RecordConflictError when a concurrent write got in the way: read again
 */
export async function refresh(
  { store, directory, runtime, signInNames }: Ports,
  record: AccountRecord,
  caller: Person,
  policy: AccountPolicy,
  report: EventSink,
): Promise<AccountRecord> {
  const { subject } = record;
  const person = await knownPerson(directory, caller);
  const { values, misfits } = fitProfile(person, policy, fieldsToTake(policy, record));
  const apply = async (names: NameChange, outcome: 'changed' | 'kept' | 'taken') => {
    const changed = withChanges(record, { ...values, ...names }, runtime.nowSeconds());
    const { account } = changed;
    const fields = STORED_FIELDS.filter((field) => account[field] !== record.account[field]);
    const next = {
      ...changed,
      refreshedAt: caller.authTime,
      emailVerified: emailVerification(person, account.email),
      // The directory has edited them, not the owner.
      editedFields: record.editedFields,
    };
    const stored = await store.replace(record, next);
    report({ event: 'SSO_REFRESHED', subject, outcome, ...misfits });
    if (fields.length > 0) report(accountChange(record, stored, fields));
    return stored;
  };
  const email = acceptableEmail(person.email);
  if (email === null || email === record.account.email) return apply({}, 'kept');
  const follows = record.account.username === record.account.email;
  try {
    const emails = sharedNames({ ...person, preferredUsername: null }, signInNames);
    const taken = await namesOfOthers(directory, subject, emails);
    if (taken.size > 0) throw new NamesTakenError(taken);
    return await apply(follows ? { email, username: email } : { email }, 'changed');
  } catch (error) {
    if (!(error instanceof NamesTakenError)) throw error;
    return apply({}, 'taken');
  }
}

async function knownPerson(directory: UserDirectory, caller: Person): Promise<DirectoryPerson> {
  const person = await directory.find(caller.directoryName);
  // The directory name may belong to another person by now.
  if (person?.subject !== caller.subject) throw new ProblemError('account_not_found');
  return person;
}

function acceptableEmail(email: string | null): string | null {
  return email !== null && v.is(EmailSchema, email) ? email : null;
}
