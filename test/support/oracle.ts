/** The invariant checker on the in-memory ports: every inconsistency between all of their parts. */
import { isActiveSuperuser } from '../../lib/account/account-record.ts';
import { foldName } from '../../lib/account/names.ts';
import {
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  type Inconsistency,
} from '../../lib/operations/invariants.ts';
import type { DirectoryPerson } from '../../lib/self-service/ports.ts';
import type { InMemoryDirectory } from './in-memory-directory.ts';
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
  const accounts = [...records.values()].flatMap((record) => {
    const person = people.get(record.directoryName ?? '') ?? null;
    const others = namesOfOthers(world.directory, person);
    return [
      ...checkReservedNames(record, names),
      ...(record.directoryName === null
        ? []
        : checkDirectoryUser(record, person, world.directory.signInNames, owners, others)),
    ];
  });
  const held = [...names].flatMap(([name, holder]) =>
    checkReservation({ name, holder }, records.get(holder) ?? null),
  );
  const active = [...records.values()].filter(isActiveSuperuser).map(({ subject }) => subject);
  const unlisted = superusers.subjects.symmetricDifference(new Set(active));
  const ofList = [...unlisted].map((subject) => ({ kind: 'superusers_differ' as const, subject }));
  return [...accounts, ...held, ...ofList];
}

/** Names of a person by which the directory signs in somebody else, folded. */
function namesOfOthers(directory: InMemoryDirectory, person: DirectoryPerson | null): Set<string> {
  const names = [person?.preferredUsername, person?.email].filter((name) => name != null);
  const isOthers = (name: string) =>
    (directory.named(name)?.subject ?? person?.subject) !== person?.subject;
  return new Set(names.filter(isOthers).map(foldName));
}
