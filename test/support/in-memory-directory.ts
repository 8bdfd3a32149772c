/** The user directory in memory, with aliases that are unique, as Cognito keeps them. */
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import type { DirectoryPerson, UserDirectory } from '../../lib/self-service/ports.ts';

export interface InMemoryDirectory extends UserDirectory {
  people: Map<string, DirectoryPerson>;
  /** Directory name to the password in force. */
  passwords: Map<string, string>;
  /** Passwords the directory refuses whatever the policy says, as a password history does. */
  refusedPasswords: Set<string>;
  /** Directory names in the order in which their sessions were ended. */
  signedOut: string[];
  /** Number of calls of every kind. */
  calls: number;
}

export function createInMemoryDirectory(...given: DirectoryPerson[]): InMemoryDirectory {
  const people = new Map(given.map((person) => [person.directoryName, person]));
  const known = (name: string): DirectoryPerson => {
    directory.calls += 1;
    const person = people.get(name);
    if (!person) throw new DirectoryRefusalError('not_found');
    return person;
  };
  const aliases = ({ preferredUsername, email, emailVerified }: DirectoryPerson) =>
    [preferredUsername, emailVerified ? email : null]
      .filter((alias) => alias !== null)
      .map((alias) => alias.toLowerCase());

  const directory: InMemoryDirectory = {
    people,
    passwords: new Map(),
    refusedPasswords: new Set(),
    signedOut: [],
    calls: 0,
    async find(name) {
      directory.calls += 1;
      const person = people.get(name);
      return person ? { ...person } : null;
    },
    async setNames(name, { username, email }) {
      const person = { ...known(name) };
      if (username !== undefined) person.preferredUsername = username;
      if (email !== undefined) {
        person.email = email.address;
        person.emailVerified = email.address !== null && email.verified;
      }
      const others = [...people.values()].filter((other) => other.directoryName !== name);
      const held = new Set(others.flatMap(aliases));
      if (aliases(person).some((alias) => held.has(alias))) {
        throw new DirectoryRefusalError('alias_exists');
      }
      people.set(name, person);
    },
    async setEnabled(name, enabled) {
      people.set(name, { ...known(name), enabled });
    },
    async setPassword(name, password) {
      const person = known(name);
      if (directory.refusedPasswords.has(password)) {
        throw new DirectoryRefusalError('password_refused');
      }
      directory.passwords.set(name, password);
      people.set(name, { ...person, passwordExpired: false });
    },
    async signOutEverywhere(name) {
      known(name);
      directory.signedOut.push(name);
    },
  };
  return directory;
}
