/** The invariant checker on the in-memory ports: every inconsistency between all of their parts. */
import { foldName } from '../../lib/account/names.ts';
import {
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  type Inconsistency,
} from '../../lib/operations/invariants.ts';
import { type InMemoryDirectory, verifiedEmail } from './in-memory-directory.ts';
import type { InMemoryUserStore } from './in-memory-user-store.ts';

export function inconsistencies(world: {
  store: InMemoryUserStore;
  directory: InMemoryDirectory;
}): Inconsistency[] {
  const { records, names } = world.store;
  const { people } = world.directory;
  const accounts = [...records.values()].flatMap((record) => [
    ...checkReservedNames(record, names),
    ...(record.directoryName === null
      ? []
      : checkDirectoryUser(
          record,
          people.get(record.directoryName) ?? null,
          names,
          provenByOthers(people, record.subject),
        )),
  ]);
  const held = [...names].flatMap(([name, holder]) =>
    checkReservation({ name, holder }, records.get(holder) ?? null),
  );
  return [...accounts, ...held];
}

function provenByOthers(people: InMemoryDirectory['people'], subject: string): Set<string> {
  const others = [...people.values()].filter((person) => person.subject !== subject);
  const emails = others.map(verifiedEmail).filter((email) => email !== null);
  return new Set(emails.map(foldName));
}
