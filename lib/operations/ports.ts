/**
 * What operations need from outside, besides the ports of self-service. The adapters stand beside
 * those of the functions, and no function loads them. Any call may throw `UnavailableError`.
 */
import type { AccountRecord } from '../account/account-record.ts';
import type { ReservedUsernames } from '../account/names.ts';
import type { DirectoryPerson, Ports } from '../self-service/ports.ts';

/** What operations work with. */
export interface OperatorPorts extends Ports, ReservedUsernames {
  index: AccountIndex;
  admin: DirectoryAdmin;
  /** Makes a password that keeps the pool's policy. */
  newPassword: () => string;
}

/** What operators need of the store besides: looking accounts up, reading all of them, mending. */
export interface AccountIndex {
  /** NameOwners by folded name, of those names that are held. */
  holdersOf(names: Iterable<string>): Promise<Map<string, string>>;

  /** Names at rest by folded name, those whose time is over included. */
  restingOf(names: Iterable<string>): Promise<Map<string, RestingName>>;

  /** Records by subject, of those subjects that have one. */
  recordsOf(subjects: Iterable<string>): Promise<Map<string, AccountRecord>>;

  /**
   * Everything that is stored, a page at a time, in an order that stays the same.
   * @param from `next` of a page: begins with the one after it; null for all
   */
  pages(from?: string | null): AsyncIterable<IndexPage>;

  /** What is stored under a key, as it is; null for nothing. */
  itemAt(key: string): Promise<StoredItem | null>;

  /** Removes an item that nobody can read, if it is still that one; true where it was removed. */
  removeUnreadable(key: string, item: StoredItem['item']): Promise<boolean>;

  /** Moves a record, and the names it holds, to another subject, all or nothing. */
  move(record: AccountRecord, subject: string): Promise<AccountRecord>;

  /**
   * Reserves a name for a subject unless another holds it or it rests for another; true when the
   * subject holds it then.
   */
  reserveName(name: string, holder: string): Promise<boolean>;

  /** Frees a name if that subject still holds it and its account does not have it. */
  freeName(name: string, holder: string): Promise<void>;

  /** Frees a name at rest for everybody; false where it no longer rests for that subject. */
  endRest(name: string, restingFor: string): Promise<boolean>;

  /** The list of active superusers, as stored. */
  superusers(): Promise<SuperuserList>;

  /**
   * Puts a subject on that list or takes it off, as its record says.
   * @throws RecordConflictError when the record changes meanwhile: try again
   */
  listSuperuser(subject: string): Promise<void>;

  /** Says that no active superuser is missing from the list. */
  completeSuperusers(): Promise<void>;
}

/** A name that a subject gave up: until then (epoch seconds) it is free for that subject only. */
export interface RestingName {
  /** Folded. */
  name: string;
  restingFor: string;
  until: number;
}

/** An item of the table, and whether this release can read it. */
export interface StoredItem {
  item: Readonly<Record<string, unknown>>;
  isReadable: boolean;
}

/** The active superusers, by subject. */
export interface SuperuserList {
  subjects: ReadonlySet<string>;
  /** False where some may be missing: they were made before there was a list. */
  isComplete: boolean;
}

/** A page of what is stored. */
export interface IndexPage {
  records: AccountRecord[];
  /** Folded names and the subjects that hold them. */
  names: { name: string; holder: string }[];
  resting: RestingName[];
  /** Keys of items that are not ones of this service. */
  unreadable: string[];
  /** Where the next page begins; null after the last one. */
  next: string | null;
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

  /** After how many days a temporary password no longer works. */
  temporaryPasswordDays(): Promise<number>;

  /** Turns off every second factor of a person: they sign in with their password alone. */
  turnOffSecondFactors(person: Pick<DirectoryPerson, 'subject' | 'directoryName'>): Promise<void>;

  /** Removes a person; does nothing where there is none. */
  removePerson(directoryName: string): Promise<void>;

  /** Makes a client that may get tokens for itself, with both scopes. */
  createClient(name: string): Promise<ClientCredentials>;

  /** Whether a client can do nothing but get tokens for itself; null where there is none. */
  findClient(clientId: string): Promise<{ isRestricted: boolean } | null>;

  /** Restricts a client to that, and keeps everything else of it; does nothing where there is none. */
  restrictClient(clientId: string): Promise<void>;

  /** Removes a client; does nothing where there is none. */
  removeClient(clientId: string): Promise<void>;
}

/** A person to make in the directory. The e-mail counts as verified: the operator vouches for it. */
export interface NewPerson {
  username: string;
  email: string | null;
  temporaryPassword: string;
}
