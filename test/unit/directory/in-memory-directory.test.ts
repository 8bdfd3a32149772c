import { randomUUID } from 'node:crypto';
import { SIGN_IN_NAMES, type SignInNames } from '../../../lib/contract.ts';
import { aPerson } from '../../support/builders.ts';
import { type DirectoryUnderTest, describeDirectory } from '../../support/directory-contract.ts';
import { createInMemoryAdmin } from '../../support/in-memory-admin.ts';
import { createInMemoryDirectory } from '../../support/in-memory-directory.ts';

function opened(signInNames: SignInNames): DirectoryUnderTest {
  const directory = createInMemoryDirectory();
  const { people, passwords, signedOut } = directory;
  directory.signInNames = signInNames;
  return {
    directory,
    admin: createInMemoryAdmin(directory),
    newPassword: () => `Aa1-${randomUUID()}`,
    async signInThroughProvider(id, email) {
      const identity = { provider: 'Corporate', id };
      const person = aPerson({ preferredUsername: null, email, emailVerified: false, identity });
      people.set(person.directoryName, person);
      return person.directoryName;
    },
    async signIn(username, password) {
      const person = directory.named(username);
      if (!person?.enabled || person.passwordExpired) return null;
      const { directoryName } = person;
      if (passwords.get(directoryName) !== password) return null;
      const end = signedOut.length;
      return {
        goesOn: async () =>
          people.get(directoryName)?.enabled === true && !signedOut.includes(directoryName, end),
      };
    },
  };
}

for (const signInNames of SIGN_IN_NAMES) {
  const directory = opened(signInNames);
  describeDirectory('in memory', () => directory, signInNames);
}
