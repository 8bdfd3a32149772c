/** The invariant checker on the in-memory ports: every disagreement between all of their parts. */
import {
  compareHolder,
  compareNames,
  comparePerson,
  type Disagreement,
} from '../../lib/domain/invariants.ts';
import type { InMemoryDirectory } from './in-memory-directory.ts';
import type { InMemoryUserStore } from './in-memory-user-store.ts';

export function disagreements(world: {
  store: InMemoryUserStore;
  directory: InMemoryDirectory;
}): Disagreement[] {
  const { records, names } = world.store;
  const accounts = [...records.values()].flatMap((record) => [
    ...compareNames(record, names),
    ...(record.directoryName === null
      ? []
      : comparePerson(record, world.directory.people.get(record.directoryName) ?? null, names)),
  ]);
  const held = [...names].flatMap(([name, holder]) =>
    compareHolder({ name, holder }, records.get(holder) ?? null),
  );
  return [...accounts, ...held];
}
