/** The invariant checker on the in-memory ports: every inconsistency between all of their parts. */
import { isActiveSuperuser } from '../../lib/account/account-record.ts';
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
  const { people } = world.directory;
  const { records, names, resting, rest, superusers } = world.store;
  const isOver = (until: number) => until <= rest.nowSeconds();
  const reserved = [...resting].filter(([, { until }]) => !isOver(until));
  const owners = new Map([
    ...reserved.map(([name, { restingFor }]) => [name, restingFor] as const),
    ...names,
  ]);
  const accounts = [...records.values()].flatMap((record) => [
    ...checkReservedNames(record, names),
    ...(record.directoryName === null
      ? []
      : checkDirectoryUser(
          record,
          people.get(record.directoryName) ?? null,
          world.directory.signInNames,
          owners,
          provenByOthers(people, record.subject),
        )),
  ]);
  const held = [...names].flatMap(([name, holder]) =>
    checkReservation({ name, holder }, records.get(holder) ?? null),
  );
  const active = [...records.values()].filter(isActiveSuperuser).map(({ subject }) => subject);
  const unlisted = superusers.subjects.symmetricDifference(new Set(active));
  const ofList = [...unlisted].map((subject) => ({ kind: 'superusers_differ' as const, subject }));
  return [...accounts, ...held, ...ofList];
}

function provenByOthers(people: InMemoryDirectory['people'], subject: string): Set<string> {
  const others = [...people.values()].filter((person) => person.subject !== subject);
  const emails = others.map(verifiedEmail).filter((email) => email !== null);
  return new Set(emails.map(foldName));
}
