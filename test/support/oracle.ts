/** The invariant checker on the in-memory ports: every inconsistency between all of their parts. */
import {
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  type Inconsistency,
} from '../../lib/operations/invariants.ts';
import type { InMemoryDirectory } from './in-memory-directory.ts';
import type { InMemoryUserStore } from './in-memory-user-store.ts';

export function inconsistencies(world: {
  store: InMemoryUserStore;
  directory: InMemoryDirectory;
}): Inconsistency[] {
  const { records, names } = world.store;
  const accounts = [...records.values()].flatMap((record) => [
    ...checkReservedNames(record, names),
    ...(record.directoryName === null
      ? []
      : checkDirectoryUser(
          record,
          world.directory.people.get(record.directoryName) ?? null,
          names,
        )),
  ]);
  const held = [...names].flatMap(([name, holder]) =>
    checkReservation({ name, holder }, records.get(holder) ?? null),
  );
  return [...accounts, ...held];
}
