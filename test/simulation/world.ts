/** What a history begins with: people, a service, and their sessions. */
import { aPerson, aRecord, NOW, personOf, RULES, SERVICE, SSO } from '../support/builders.ts';
import { createInMemoryAccountIndex } from '../support/in-memory-account-index.ts';
import { createInMemoryAdmin } from '../support/in-memory-admin.ts';
import { createInMemoryDirectory } from '../support/in-memory-directory.ts';
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
export const STRANGER_EMAIL = 'stranger@example.com';

/** An address whose mail nobody reads. */
export const UNREAD_EMAIL = 'unread@example.com';

/** A password that the directory refuses, whatever its policy says. */
export const REFUSED_PASSWORD = 'Refused-before-1';

export type World = ReturnType<typeof createWorld>;

/** A new world; the same every time. */
export function createWorld(chance: Chance) {
  const local = (name: string, digit: number) => ({
    id: id(digit),
    username: name,
    email: `${name}@example.com`,
  });
  const eve = { username: 'eve@corp.example', email: 'eve@corp.example' };
  const records = [
    aRecord(local('ada', 1)),
    aRecord(local('bob', 2)),
    aRecord({ ...local('root', 3), is_superuser: true }),
    aRecord({ ...local('chief', 7), is_superuser: true }),
    aRecord({ ...SSO, id: id(4), ...eve }, { refreshedAt: NOW - 600 }),
    aRecord({ ...SERVICE, id: id(6), username: 'reports' }),
  ];
  const late = aPerson({
    subject: id(5),
    // Known by the e-mail alone, as people of a pool that was there before.
    preferredUsername: null,
    email: 'late@example.com',
  });
  const stranger = aPerson({ subject: id(9), preferredUsername: STRANGER, email: STRANGER_EMAIL });
  const people = records.filter(({ directoryName }) => directoryName !== null).map(personOf);
  const store = createInMemoryUserStore(...records);
  const directory = createInMemoryDirectory(...people, late, stranger);
  directory.refusedPasswords.add(REFUSED_PASSWORD);
  for (const name of directory.people.keys()) directory.passwords.set(name, 'Before-all-1');
  return {
    store,
    directory,
    signInNames: directory.signInNames,
    notices: createInMemoryNotices(),
    index: createInMemoryAccountIndex(store, 7),
    admin: createInMemoryAdmin(directory, [id(6)], chance.uuid),
    adminUsername: RULES.adminUsername,
    reservedNames: RULES.reservedNames,
    /** Everybody's sign-ins. */
    sessions: Object.values(SUBJECTS).flatMap((subject) => [
      aSession(subject, 'session-1', NOW - 60),
      aSession(subject, 'session-2', NOW - 600),
    ]),
  };
}

function aSession(subject: string, originJti: string, authTime: number): Session {
  const directoryName = subject === SUBJECTS.reports ? null : `dir-${subject}`;
  return { subject, directoryName, originJti, authTime };
}
