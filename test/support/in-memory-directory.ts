/** The user directory in memory, as Cognito documents one whose aliases are username and e-mail. */
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import { brokenRules, type PasswordPolicy } from '../../lib/account/password-policy.ts';
import type { DirectoryPerson, UserDirectory } from '../../lib/self-service/ports.ts';

/** The password policy of the pool. */
export const PASSWORD_POLICY: PasswordPolicy = {
  minLength: 8,
  requireLowercase: true,
  requireUppercase: true,
  requireDigits: true,
  requireSymbols: true,
};

export interface InMemoryDirectory extends UserDirectory {
  people: Map<string, DirectoryPerson>;
  /** Directory name to the password in force. */
  passwords: Map<string, string>;
  /** Passwords the directory refuses whatever the policy says, as a password history does. */
  refusedPasswords: Set<string>;
  /** Directory names in the order in which their sessions were ended. */
  signedOut: string[];
  /** True for a pool that keeps an e-mail until the new one is proven. */
  keepsUnproven: boolean;
  /** Directory name to the new e-mail that waits to be proven. */
  unproven: Map<string, string>;
  /** The person enters the code that was mailed to that address. */
  prove(directoryName: string, address: string): Promise<void>;
  /** Number of calls of every kind. */
  calls: number;
  /** Sets a password, temporary or for good. */
  storePassword(person: DirectoryPerson, password: string, isTemporary: boolean): void;
}

/** True where both are one name in a pool that ignores letter case; null is no name. */
export function isSameAlias(one: string | null, other: string | null): boolean {
  return one !== null && one.toLowerCase() === other?.toLowerCase();
}

/**
 * The person whom a name means: their directory name or subject, their preferred username, or their
 * e-mail where they have verified it.
 */
export function personNamed(
  people: ReadonlyMap<string, DirectoryPerson>,
  name: string,
): DirectoryPerson | null {
  const byName = people.get(name);
  if (byName) return byName;
  const isNamed = ({ directoryName, subject, ...person }: DirectoryPerson) =>
    [directoryName, subject, person.preferredUsername, verifiedEmail(person)].some((one) =>
      isSameAlias(one, name),
    );
  return [...people.values()].find(isNamed) ?? null;
}

/** The e-mail that a person can sign in with. */
export function verifiedEmail({
  email,
  emailVerified,
}: Pick<DirectoryPerson, 'email' | 'emailVerified'>): string | null {
  return emailVerified ? email : null;
}

export function createInMemoryDirectory(...given: DirectoryPerson[]): InMemoryDirectory {
  const people = new Map(given.map((person) => [person.directoryName, person]));
  const known = (name: string): DirectoryPerson => {
    directory.calls += 1;
    const person = personNamed(people, name);
    if (!person) throw new DirectoryRefusalError('not_found');
    return person;
  };
  const change = (person: DirectoryPerson, changes: Partial<DirectoryPerson>) => {
    people.set(person.directoryName, { ...person, ...changes });
  };

  const directory: InMemoryDirectory = {
    people,
    passwords: new Map(),
    refusedPasswords: new Set(),
    signedOut: [],
    keepsUnproven: false,
    unproven: new Map(),
    calls: 0,
    async prove(name, address) {
      const person = known(name);
      const isCode = directory.unproven.get(name) === address;
      if (!isCode) throw new DirectoryRefusalError('invalid_value', 'email');
      const owner = [...people.values()].find((one) => isSameAlias(verifiedEmail(one), address));
      if (owner && owner !== person) throw new DirectoryRefusalError('alias_exists', 'email');
      directory.unproven.delete(name);
      change(person, { email: address, emailVerified: true });
    },
    storePassword(person, password, isTemporary) {
      const isRefused = directory.refusedPasswords.has(password);
      if (isRefused || brokenRules(password, PASSWORD_POLICY).length > 0) {
        throw new DirectoryRefusalError('password_refused');
      }
      directory.passwords.set(person.directoryName, password);
      change(person, { passwordExpired: isTemporary });
    },
    async find(name) {
      directory.calls += 1;
      const person = personNamed(people, name);
      return person && { ...person };
    },
    async setNames(name, { username, email: given }) {
      const person = known(name);
      const isUnproven = given != null && given.address !== null && !given.verified;
      const isKept = directory.keepsUnproven && isUnproven && given.address !== person.email;
      // A code that was mailed before goes on to work unless another replaces it.
      if (isKept && given.address !== null) directory.unproven.set(name, given.address);
      const email = isKept ? undefined : given;
      const others = [...people.values()].filter((other) => other !== person);
      if (
        others.some(({ preferredUsername }) => isSameAlias(preferredUsername, username ?? null))
      ) {
        throw new DirectoryRefusalError('alias_exists', 'username');
      }
      const isVerified = email !== undefined && email.address !== null && email.verified;
      change(person, {
        ...(username === undefined ? {} : { preferredUsername: username }),
        ...(email === undefined ? {} : { email: email.address, emailVerified: isVerified }),
      });
      // A verified e-mail is an alias of one person: it leaves whoever had it, without a word.
      for (const other of others) {
        const isMoved = isVerified && isSameAlias(verifiedEmail(other), email.address);
        if (isMoved) change(other, { emailVerified: false });
      }
    },
    async setEnabled(name, enabled) {
      change(known(name), { enabled });
    },
    async setPassword(name, password) {
      directory.storePassword(known(name), password, false);
    },
    async signOutEverywhere(name) {
      const { enabled, directoryName } = known(name);
      if (enabled) directory.signedOut.push(directoryName);
    },
  };
  return directory;
}
