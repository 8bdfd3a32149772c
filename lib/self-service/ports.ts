/**
 * What the use cases need from outside, in the words of the domain. Adapters live in lib/store and
 * lib/directory; tests pass in-memory ones. Any call may throw `UnavailableError`: the outcome is
 * then unknown, and the caller may try again.
 */
import type { AccountRecord } from '../account/account-record.ts';

/** Where account records live. Names are unique over all records (see `namesHeldBy`). */
export interface UserStore {
  /** The record of a subject by a strongly consistent read, or null. */
  find(subject: string): Promise<AccountRecord | null>;

  /**
   * Stores a first record and reserves its names, all or nothing.
   * @throws RecordExistsError when the subject has a record already
   * @throws NamesTakenError naming those of the record's folded names that others hold
   * @throws RecordConflictError when a concurrent write got in the way: try again
   */
  create(record: AccountRecord): Promise<void>;

  /**
   * Stores `next` in place of `current`, reserves names that only `next` holds and frees names
   * that only `current` held, all or nothing. The stored revision is one above `current`'s.
   * @returns the record as stored
   * @throws RecordConflictError when the stored record is no longer at `current.revision`
   * @throws NamesTakenError naming those of the new folded names that others hold
   */
  replace(current: AccountRecord, next: AccountRecord): Promise<AccountRecord>;

  /**
   * Deletes a record and frees its names, all or nothing.
   * @throws RecordConflictError when the stored record is no longer at its revision
   */
  remove(record: AccountRecord): Promise<void>;
}

/** A person as the directory knows them. Empty attributes are null. */
export interface DirectoryPerson {
  subject: string;
  directoryName: string;
  preferredUsername: string | null;
  email: string | null;
  emailVerified: boolean;
  enabled: boolean;
  /** True while the directory asks for a new password at the next sign-in. */
  passwordExpired: boolean;
  /** Set for people who sign in through an outside identity provider. */
  identity: { provider: string; id: string } | null;
}

/** Names of a person in the directory; absent means unchanged, a null e-mail means none. */
export interface DirectoryNames {
  username?: string;
  email?: { address: string | null; verified: boolean };
}

/** Where people sign in. Every call that changes something is idempotent. */
export interface UserDirectory {
  /** The person of that directory name, or null. */
  find(directoryName: string): Promise<DirectoryPerson | null>;

  /** @throws DirectoryRefusalError `alias_exists` or `invalid_value`, with nothing changed */
  setNames(directoryName: string, names: DirectoryNames): Promise<void>;

  /** Allows or forbids signing in. */
  setEnabled(directoryName: string, enabled: boolean): Promise<void>;

  /** @throws DirectoryRefusalError `password_refused`, with nothing changed */
  setPassword(directoryName: string, password: string): Promise<void>;

  /** Ends every refresh token of the person. */
  signOutEverywhere(directoryName: string): Promise<void>;
}

/** The time and chance a use case depends on. */
export interface Clock {
  /** Epoch seconds, whole. */
  nowSeconds(): number;
  /** Resolves after that many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  /** A new random uuid. */
  uuid(): string;
}

/** What operators need of the store besides: looking accounts up, reading all of them, mending. */
export interface AccountIndex {
  /** NameOwners by folded name, of those names that are held. */
  holdersOf(names: Iterable<string>): Promise<Map<string, string>>;

  /** Records by subject, of those subjects that have one. */
  recordsOf(subjects: Iterable<string>): Promise<Map<string, AccountRecord>>;

  /** Everything that is stored, a page at a time, in no order. */
  pages(): AsyncIterable<IndexPage>;

  /** Moves a record, and the names it holds, to another subject, all or nothing. */
  move(record: AccountRecord, subject: string): Promise<AccountRecord>;

  /** Reserves a name for a subject unless another holds it; true when the subject holds it then. */
  reserveName(name: string, holder: string): Promise<boolean>;

  /** Frees a name if that subject still holds it. */
  freeName(name: string, holder: string): Promise<void>;
}

/** A page of what is stored. */
export interface IndexPage {
  records: AccountRecord[];
  /** Folded names and the subjects that hold them. */
  names: { name: string; holder: string }[];
  /** Keys of items that are not ones of this service. */
  unreadable: string[];
}

/** Credentials of a client, given out once. */
export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** What operators need of the directory besides: making and removing people and clients. */
export interface DirectoryAdmin {
  /**
   * Makes a person who must choose a password at their first sign-in.
   * @throws DirectoryRefusalError `alias_exists`, `password_refused`, `invalid_value`
   */
  createPerson(person: NewPerson): Promise<DirectoryPerson>;

  /** Sets a password that must be changed at the next sign-in. */
  setTemporaryPassword(directoryName: string, password: string): Promise<void>;

  /** Removes a person; does nothing where there is none. */
  removePerson(directoryName: string): Promise<void>;

  /** Makes a client that may get tokens for itself, with both scopes. */
  createClient(name: string): Promise<ClientCredentials>;

  /** True for a client that exists. */
  hasClient(clientId: string): Promise<boolean>;

  /** Removes a client; does nothing where there is none. */
  removeClient(clientId: string): Promise<void>;
}

/** A person to make in the directory. The e-mail counts as verified: the operator vouches for it. */
export interface NewPerson {
  username: string;
  email: string | null;
  temporaryPassword: string;
}
