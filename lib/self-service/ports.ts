/**
 * What the use cases need from outside, in the words of the domain. Adapters live in lib/store,
 * lib/directory and lib/notices; tests pass in-memory ones. Any call may throw `UnavailableError`: the
 * outcome is then unknown, and the caller may try again.
 */
import type { AccountRecord } from '../account/account-record.ts';
import type { SignInNames } from '../contract.ts';

/**
 * Where account records live. Names are unique over all records (see `namesHeldBy`). A name that an
 * account gave up rests: for a while only the same subject can have it again.
 */
export interface UserStore {
  /** The record of a subject by a strongly consistent read, or null. */
  find(subject: string): Promise<AccountRecord | null>;

  /** Those of the folded names that another subject holds, or that rest for another. */
  takenNames(subject: string, names: readonly string[]): Promise<Set<string>>;

  /**
   * Stores a first record and reserves its names, all or nothing.
   * @throws RecordExistsError when the subject has a record already
   * @throws NamesTakenError naming those of its folded names that others hold or that rest for others
   * @throws RecordConflictError when a concurrent write got in the way: try again
   */
  create(record: AccountRecord): Promise<void>;

  /**
   * Stores `next` in place of `current`, reserves names that only `next` holds, lays to rest names
   * that the account gave up and frees those that were only reserved, all or nothing. The stored
   * revision is one above `current`'s.
   * @returns the record as stored
   * @throws RecordConflictError when the stored record is no longer at `current.revision`
   * @throws NamesTakenError naming the new folded names that others hold or that rest for others
   * @throws LastSuperuserError when no active superuser would be left; not in operators' hands,
   * who can make one
   * @throws UnavailableError instead, while the active superusers are not known
   */
  replace(current: AccountRecord, next: AccountRecord): Promise<AccountRecord>;

  /**
   * Deletes the record of a subject and lays its names to rest, all or nothing. The subject gets no new
   * record until `createdFrom` (epoch seconds): a late first call must not bring it back.
   * @param record as read; null where the subject had none
   * @throws RecordConflictError when the stored record is no longer the one that was read
   */
  remove(subject: string, record: AccountRecord | null, createdFrom: number): Promise<void>;
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

  /**
   * Ends every refresh token of the person, and their sessions at the hosted sign-in where the
   * directory keeps track of them. One who is disabled may have none that can be ended: no error.
   */
  signOutEverywhere(directoryName: string): Promise<void>;
}

/** Tells people by mail that what signs them in was changed. */
export interface Notices {
  /**
   * Mails to each address that the open intent of the record names what the intent changes.
   * @throws where a mail may not have been sent
   */
  tell(record: AccountRecord): Promise<void>;
}

/** Clock, randomness and ids. */
export interface Runtime {
  /** Epoch seconds, whole. */
  nowSeconds(): number;
  /** Resolves after that many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  /** A new random uuid. */
  uuid(): string;
}

/** What the use cases work with. */
export interface Ports {
  store: UserStore;
  directory: UserDirectory;
  /** What people sign in with at the directory. */
  signInNames: SignInNames;
  runtime: Runtime;
  /** Absent where nobody is told. */
  notices?: Notices;
}
