/** Creates and refreshes accounts from what the directory knows of a person. */
import * as v from 'valibot';
import { isFederated, type StoredAccount } from '../account/account.ts';
import type { AccountRecord } from '../account/account-record.ts';
import {
  NamesTakenError,
  ProblemError,
  RecordConflictError,
  RecordExistsError,
} from '../account/errors.ts';
import { NEW_PERSON } from '../account/fields.ts';
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
import type { Caller } from './caller.ts';
import { accountChange, type EventSink } from './events.ts';
import type { DirectoryPerson, Ports, UserDirectory } from './ports.ts';
import { emailVerification, namesOfOthers, unverifiedEmail } from './sign-in-names.ts';

type Person = Extract<Caller, { kind: 'person' }>;

/**
 * Makes the record of a person who calls for the first time. Two racing first calls make one.
 * @throws ProblemError `service_account_not_registered` for a client without an account;
 * ProblemError `account_not_found` when the directory no longer knows the person
 * @throws RecordConflictError when a racing call got in the way: read again
 */
export async function provision(
  { store, directory, runtime }: Ports,
  caller: Caller,
  reserved: ReservedUsernames,
  report: EventSink,
): Promise<AccountRecord> {
  // Operators register service accounts.
  if (caller.kind === 'service') throw new ProblemError('service_account_not_registered');
  const person = await knownPerson(directory, caller);
  const taken = await namesOfOthers(directory, caller.subject, unverifiedEmail(person));
  for (;;) {
    const account = firstAccount(person, taken, reserved);
    const record = newRecord(caller.subject, account, runtime.nowSeconds(), {
      directoryName: caller.directoryName,
      refreshedAt: caller.authTime,
      emailVerified: emailVerification(person, account.email),
    });
    try {
      await store.create(record);
      report({ event: 'ACCOUNT_PROVISIONED', subject: caller.subject });
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
  reserved: ReservedUsernames,
): StoredAccount {
  const { identity, preferredUsername, directoryName, subject } = person;
  const isFree = (name: string) => !taken.has(foldName(name));
  const email = acceptableEmail(person.email);
  const freeEmail = email !== null && isFree(email) ? email : null;
  const preferred = identity ? [freeEmail, preferredUsername] : [preferredUsername, freeEmail];
  // Operators make the admin account in the directory; an outside provider must not hand it out,
  // and nobody another's id.
  const isAdmin = (name: string) => !identity && isSameName(name, reserved.adminUsername);
  const isAllowed = (name: string) =>
    (isAdmin(name) || !isReservedUsername(name, reserved)) &&
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

/** True where the caller signed in anew since an SSO account was last compared. */
export function needsRefresh(record: AccountRecord, caller: Caller): boolean {
  if (!isFederated(record.account) || caller.authTime === null) return false;
  return record.refreshedAt === null || caller.authTime > record.refreshedAt;
}

/**
 * Takes over the e-mail an identity provider now gives for a person.
 * @throws ProblemError `account_not_found` when the directory no longer knows the person
 * @throws RecordConflictError when a concurrent write got in the way: read again
 */
export async function refresh(
  { store, directory, runtime }: Ports,
  record: AccountRecord,
  caller: Person,
  report: EventSink,
): Promise<AccountRecord> {
  const { subject } = record;
  const person = await knownPerson(directory, caller);
  const email = acceptableEmail(person.email);
  const emailVerified = emailVerification(person, record.account.email);
  const compared = { ...record, refreshedAt: caller.authTime, emailVerified };
  if (email === null || email === record.account.email) {
    report({ event: 'SSO_EMAIL_REFRESHED', subject, outcome: 'kept' });
    return store.replace(record, compared);
  }
  const follows = record.account.username === record.account.email;
  const changes = { email, ...(follows ? { username: email } : {}) };
  try {
    const taken = await namesOfOthers(directory, subject, unverifiedEmail(person));
    if (taken.size > 0) throw new NamesTakenError(taken);
    const next = withChanges(compared, changes, runtime.nowSeconds());
    const stored = await store.replace(record, {
      ...next,
      emailVerified: emailVerification(person, email),
    });
    report({ event: 'SSO_EMAIL_REFRESHED', subject, outcome: 'changed' });
    report(accountChange(record, stored, follows ? ['username', 'email'] : ['email']));
    return stored;
  } catch (error) {
    if (!(error instanceof NamesTakenError)) throw error;
    report({ event: 'SSO_EMAIL_REFRESHED', subject, outcome: 'taken' });
    return store.replace(record, compared);
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
