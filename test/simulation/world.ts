/** What a history begins with: people, a service, and their sessions. */
import type { SignInNames } from '../../lib/contract.ts';
import type { DirectoryPerson } from '../../lib/self-service/ports.ts';
import {
  aPerson,
  aRecord,
  makeKind,
  NOW,
  personOf,
  RULES,
  SERVICE,
  SSO,
} from '../support/builders.ts';
import { createInMemoryAccountIndex } from '../support/in-memory-account-index.ts';
import { createInMemoryAdmin } from '../support/in-memory-admin.ts';
import { createInMemoryDirectory, type InMemoryDirectory } from '../support/in-memory-directory.ts';
import { createInMemoryNotices } from '../support/in-memory-notices.ts';
import { createInMemoryUserStore } from '../support/in-memory-user-store.ts';
import type { Chance } from './scheduler.ts';

/** A sign-in: what all its tokens say. */
export interface Session {
  subject: string;
  /** Null for a service. */
  directoryName: string | null;
  originJti: string;
  authTime: number;
}

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

/** Local people; root and chief are superusers. */
export const LOCAL = ['ada', 'bob', 'root', 'chief'] as const;
/** Besides them: somebody who signs in by SSO, somebody who has never called, a service. */
export const ACTORS = [...LOCAL, 'eve', 'late', 'reports'] as const;
export type Actor = (typeof ACTORS)[number];

/** Subject of the account of each. */
export const SUBJECTS: Record<Actor, string> = {
  ada: id(1),
  bob: id(2),
  root: id(3),
  eve: id(4),
  late: id(5),
  reports: id(6),
  chief: id(7),
};

/** A username in the directory whose person never calls. */
export const STRANGER = 'stranger';
/** Their e-mail, which they have verified. */
const STRANGER_EMAIL = 'stranger@example.com';

/** The name that the directory has of whom nobody here has seen. */
export const GIVEN_NAME = 'Given before';

/** An address whose mail nobody reads. */
export const UNREAD_EMAIL = 'unread@example.com';

/** A password that the directory refuses, whatever its policy says. */
export const REFUSED_PASSWORD = 'Refused-before-1';

export type World = ReturnType<typeof createWorld>;

/** A new world; the same every time. */
export function createWorld(chance: Chance, signInNames: SignInNames) {
  const isNamed = signInNames === 'username';
  /** Readable where people sign in by it. */
  const inDirectory = (name: string, subject: string) => ({
    directoryName: isNamed ? name : `dir-${subject}`,
  });
  const local = (name: string, digit: number, rights = {}) =>
    aRecord(
      { id: id(digit), username: name, email: `${name}@example.com`, ...rights },
      inDirectory(name, id(digit)),
    );
  const eve = { username: 'eve@corp.example', email: 'eve@corp.example' };
  const records = [
    local('ada', 1),
    local('bob', 2),
    local('root', 3, { is_superuser: true }),
    local('chief', 7, { is_superuser: true }),
    aRecord({ ...SSO, id: id(4), ...eve }, { refreshedAt: NOW - 600, editedFields: [] }),
    aRecord({ ...SERVICE, id: id(6), username: 'reports' }),
  ];
  const late = aPerson({
    subject: id(5),
    ...inDirectory('late', id(5)),
    // Known by the e-mail alone, as people of a pool that was there before.
    preferredUsername: null,
    email: 'late@example.com',
    profile: { ...aPerson().profile, name: GIVEN_NAME },
  });
  const stranger = aPerson({
    subject: id(9),
    ...inDirectory(STRANGER, id(9)),
    preferredUsername: isNamed ? null : STRANGER,
    email: STRANGER_EMAIL,
  });
  const people = records.filter(({ directoryName }) => directoryName !== null).map(personOf);
  const store = createInMemoryUserStore(...records);
  const directory = createInMemoryDirectory(...people, late, stranger);
  directory.refusedPasswords.add(REFUSED_PASSWORD);
  for (const name of directory.people.keys()) directory.passwords.set(name, 'Before-all-1');
  const sessionsOf = (subject: string) => {
    const directoryName = personBehind(directory, subject)?.directoryName ?? null;
    return [
      { subject, directoryName, originJti: 'session-1', authTime: NOW - 60 },
      { subject, directoryName, originJti: 'session-2', authTime: NOW - 600 },
    ];
  };
  const world = {
    store,
    directory,
    signInNames,
    notices: createInMemoryNotices(),
    /** False where nobody is told of changes. */
    tellsOwners: true,
    index: createInMemoryAccountIndex(store, 7),
    admin: createInMemoryAdmin(directory, [id(6)], chance.uuid),
    adminUsername: RULES.adminUsername,
    reservedNames: RULES.reservedNames,
    /** Everybody's sign-ins. */
    sessions: Object.values(SUBJECTS).flatMap(sessionsOf),
    /** Names that only the directory knows, and nobody else is given. */
    namesOfStranger: {
      aliases: [STRANGER, STRANGER_EMAIL],
      email: [STRANGER_EMAIL],
      username: [STRANGER],
    }[signInNames],
    /** User names that people sign in by for ever, by their subject. */
    userNames: new Map(
      [...directory.people.values()]
        .filter(({ identity }) => isNamed && identity === null)
        .map(({ subject, directoryName }) => [subject, directoryName]),
    ),
  };
  makeKind(world, signInNames);
  return world;
}

/** Who is of that subject in the directory now. */
export function personBehind(
  { people }: Pick<InMemoryDirectory, 'people'>,
  subject: string,
): DirectoryPerson | null {
  return [...people.values()].find((person) => person.subject === subject) ?? null;
}
