/**
 * What operations need from outside, besides the ports of self-service. The adapters stand beside
 * those of the functions, and no function loads them. Any call may throw `UnavailableError`.
 */
import type { AccountRecord } from '../account/account-record.ts';
import type { DirectoryPerson, Ports } from '../self-service/ports.ts';

/** What operations work with. */
export interface OperatorPorts extends Ports {
  index: AccountIndex;
  admin: DirectoryAdmin;
  /** Makes a password that keeps the pool's policy. */
  newPassword: () => string;
  /** The reserved username: no identity provider may hand it out. */
  adminUsername: string;
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

  /** After how many days a temporary password no longer works. */
  temporaryPasswordDays(): Promise<number>;

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
