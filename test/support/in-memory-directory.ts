/** The user directory in memory, as Cognito documents each kind of pool. */
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import { brokenRules, type PasswordPolicy } from '../../lib/account/password-policy.ts';
import type { SignInNames } from '../../lib/contract.ts';
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
  /** The kind of pool. */
  signInNames: SignInNames;
  /** False for a pool of user names in which `preferred_username` signs nobody in. */
  hasAlias: boolean;
  /** The person whom a name means: their directory name or subject, or what they sign in with. */
  named(name: string): DirectoryPerson | null;
  /** Why nobody but those who have them may have these names; null where somebody may. */
  refusalOf(
    names: { username?: string | null; email?: string | null },
    by?: DirectoryPerson,
  ): DirectoryRefusalError | null;
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
function isSameAlias(one: string | null, other: string | null): boolean {
  return one !== null && one.toLowerCase() === other?.toLowerCase();
}

/** The e-mail that a person has proven. */
function verifiedEmail({
  email,
  emailVerified,
}: Pick<DirectoryPerson, 'email' | 'emailVerified'>): string | null {
  return emailVerified ? email : null;
}

export function createInMemoryDirectory(...given: DirectoryPerson[]): InMemoryDirectory {
  const people = new Map(given.map((person) => [person.directoryName, person]));
  const known = (name: string): DirectoryPerson => {
    directory.calls += 1;
    const person = directory.named(name);
    if (!person) throw new DirectoryRefusalError('not_found');
    return person;
  };
  const change = (person: DirectoryPerson, changes: Partial<DirectoryPerson>) => {
    people.set(person.directoryName, { ...person, ...changes });
  };

  /** The e-mail that signs somebody in. */
  const signInEmail = (person: DirectoryPerson): string | null => {
    // A pool of e-mails has them as user names: proven or not, and not those of a provider.
    if (directory.signInNames === 'email') return person.identity ? null : person.email;
    return directory.signInNames === 'aliases' ? verifiedEmail(person) : null;
  };
  /** The username that signs somebody in besides their user name. */
  const signInUsername = (person: DirectoryPerson): string | null =>
    directory.signInNames !== 'email' && directory.hasAlias ? person.preferredUsername : null;

  const directory: InMemoryDirectory = {
    people,
    signInNames: 'aliases',
    hasAlias: true,
    named(name) {
      const has = (...namesOf: ((person: DirectoryPerson) => string | null)[]) =>
        [...people.values()].find((person) =>
          namesOf.some((nameOf) => isSameAlias(nameOf(person), name)),
        );
      // A user name comes before an alias.
      const known = has(({ directoryName }) => directoryName);
      return known ?? has(({ subject }) => subject, signInUsername, signInEmail) ?? null;
    },
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
      const owner = [...people.values()].find((one) => isSameAlias(signInEmail(one), address));
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
    refusalOf({ username = null, email = null }, by) {
      const others = [...people.values()].filter((other) => other !== by);
      if (others.some((other) => isSameAlias(signInUsername(other), username))) {
        return new DirectoryRefusalError('alias_exists', 'username');
      }
      // In other pools an e-mail that somebody has proven moves to whoever gets it as proven.
      const isName = directory.signInNames === 'email' && !by?.identity;
      return isName && others.some((other) => isSameAlias(signInEmail(other), email))
        ? new DirectoryRefusalError('alias_exists', 'email')
        : null;
    },
    async find(name) {
      directory.calls += 1;
      const person = directory.named(name);
      return person && { ...person };
    },
    async setNames(name, { username, email: given }) {
      const person = known(name);
      const refusal = directory.refusalOf(
        { ...(username !== undefined && { username }), email: given?.address ?? null },
        person,
      );
      if (refusal) throw refusal;
      const isUnproven = given != null && given.address !== null && !given.verified;
      const isKept = directory.keepsUnproven && isUnproven && given.address !== person.email;
      // A code that was mailed before goes on to work unless another replaces it.
      if (isKept && given.address !== null) directory.unproven.set(name, given.address);
      const email = isKept ? undefined : given;
      const isVerified = email !== undefined && email.address !== null && email.verified;
      // A user name needs no alias that is the same.
      const isOwn = username !== undefined && isSameAlias(person.directoryName, username);
      change(person, {
        ...(username === undefined ? {} : { preferredUsername: isOwn ? null : username }),
        ...(email === undefined ? {} : { email: email.address, emailVerified: isVerified }),
      });
      if (directory.signInNames !== 'aliases') return;
      // A verified e-mail is an alias of one person: it leaves whoever had it, without a word.
      const others = [...people.values()].filter(({ subject }) => subject !== person.subject);
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
