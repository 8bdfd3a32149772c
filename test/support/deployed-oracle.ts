/** Invariant checker for the accounts of one test on the deployed service. */

import { type AccountRecord, namesHeldBy } from '../../lib/account/account-record.ts';
import { foldName } from '../../lib/account/names.ts';
import {
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  type Inconsistency,
  type ReservedName,
} from '../../lib/operations/invariants.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { ports as deployed } from './deployed-service.ts';

/**
 * All inconsistencies between records, reserved names and directory for those subjects, including
 * pending changes. Scans the whole table, because any account could still hold a name.
 */
export async function disagreementsOf(
  subjects: Iterable<string>,
  ports: OperatorPorts = deployed,
): Promise<Inconsistency[]> {
  const wanted = new Set(subjects);
  const records: AccountRecord[] = [];
  const held: ReservedName[] = [];
  for await (const page of ports.index.pages()) {
    records.push(...page.records.filter(({ subject }) => wanted.has(subject)));
    held.push(...page.names.filter(({ holder }) => wanted.has(holder)));
  }
  const bySubject = new Map(records.map((record) => [record.subject, record]));
  const ofNames = held.flatMap((name) =>
    checkReservation(name, bySubject.get(name.holder) ?? null),
  );
  const ofRecords: Inconsistency[] = [];
  for (const record of records) ofRecords.push(...(await disagreementsOfRecord(record, ports)));
  return [...ofNames, ...ofRecords];
}

async function disagreementsOfRecord(
  record: AccountRecord,
  ports: OperatorPorts,
): Promise<Inconsistency[]> {
  const { directoryName } = record;
  const person = directoryName === null ? null : await ports.directory.find(directoryName);
  const inDirectory = [person?.preferredUsername, person?.email]
    .filter((name) => typeof name === 'string')
    .map(foldName);
  const holders = await ports.index.holdersOf(new Set([...namesHeldBy(record), ...inDirectory]));
  const ofPerson =
    directoryName === null ? [] : checkDirectoryUser(record, person, ports.signInNames, holders);
  return [...checkReservedNames(record, holders), ...ofPerson];
}
