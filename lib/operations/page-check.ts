/** Checks one page of what is stored against the invariants. */
import * as v from 'valibot';
import { type AccountRecord, namesHeldBy } from '../account/account-record.ts';
import { foldName } from '../account/names.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';
import { namesOfOthers, sharedNames } from '../self-service/sign-in-names.ts';
import {
  checkClient,
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  type Inconsistency,
  type NameOwners,
} from './invariants.ts';
import type { IndexPage, OperatorPorts } from './ports.ts';
import type { RateLimits } from './rate-limit.ts';

/** What a check of a page keeps to. */
export interface PageCheck {
  /** Open intents younger than this, in seconds, are still in progress and not reported. */
  intentAgeSeconds: number;
  limits: RateLimits;
}

/** The inconsistencies of a page. What is written meanwhile can look like one: look twice. */
export async function checkPage(
  ports: OperatorPorts,
  page: Omit<IndexPage, 'next'>,
  { intentAgeSeconds, limits }: PageCheck,
): Promise<Inconsistency[]> {
  const { index, runtime } = ports;
  const found: Inconsistency[] = [];
  for (const key of page.unreadable) found.push({ kind: 'unreadable_item', subject: key });

  const holding = await index.recordsOf(page.names.map(({ holder }) => holder));
  for (const held of page.names) {
    const owner = holding.get(held.holder) ?? null;
    // An unreadable account is reported by itself; its reservations may be right.
    if (owner === null && (await isUnreadable(ports, held.holder))) continue;
    found.push(...checkReservation(held, owner));
  }

  const persons = new Map<string, DirectoryPerson | null>();
  for (const { subject, directoryName } of page.records) {
    if (directoryName === null) continue;
    await limits.person();
    persons.set(subject, await ports.directory.find(directoryName));
  }
  const names = namesToLookUp(page.records, persons);
  const holders = await index.holdersOf(names);
  const owners = await ownersOf(ports, names, holders);
  for (const record of page.records) {
    found.push(...checkReservedNames(record, holders));
    const person = persons.get(record.subject);
    if (person !== undefined) {
      const others = await notGiven(ports, record, person, limits);
      found.push(...checkDirectoryUser(record, person, ports.signInNames, owners, others));
    } else {
      await limits.client();
      found.push(...checkClient(record, await ports.admin.findClient(record.subject)));
    }
  }
  return excludeInProgress(found, page.records, runtime.nowSeconds() - intentAgeSeconds);
}

/** Names of a person that the account was rightly not given, folded: another signs in by them. */
async function notGiven(
  { directory, signInNames }: OperatorPorts,
  record: AccountRecord,
  person: DirectoryPerson | null,
  limits: RateLimits,
): Promise<Set<string>> {
  const shared = person === null ? [] : sharedNames(person, signInNames);
  const held = namesHeldBy(record);
  const names = shared.filter((name) => !held.has(foldName(name)));
  for (const _name of names) await limits.person();
  return namesOfOthers(directory, record.subject, names);
}

/** Who holds each name, or is the only one who could: a name at rest was not given to others. */
async function ownersOf(
  { index, runtime }: OperatorPorts,
  names: ReadonlySet<string>,
  holders: NameOwners,
): Promise<NameOwners> {
  const now = runtime.nowSeconds();
  const unheld = [...names].filter((name) => !holders.has(name));
  const resting = (await index.restingOf(unheld)).values().filter(({ until }) => until > now);
  return new Map([...resting.map((one) => [one.name, one.restingFor] as const), ...holders]);
}

async function isUnreadable({ store }: OperatorPorts, subject: string): Promise<boolean> {
  try {
    await store.find(subject);
    return false;
  } catch (error) {
    if (v.isValiError(error)) return true;
    throw error;
  }
}

function namesToLookUp(
  records: readonly AccountRecord[],
  persons: ReadonlyMap<string, DirectoryPerson | null>,
): Set<string> {
  const inDirectory = [...persons.values()].flatMap((person) => [
    person?.preferredUsername,
    person?.email,
  ]);
  return new Set([
    ...records.flatMap((record) => [...namesHeldBy(record)]),
    ...inDirectory.filter((name) => typeof name === 'string').map(foldName),
  ]);
}

/** Leaves out accounts whose intent is still in progress. */
function excludeInProgress(
  found: Inconsistency[],
  records: readonly AccountRecord[],
  openedBefore: number,
) {
  const inProgress = records.filter(
    ({ intent }) => intent !== null && intent.openedAt > openedBefore,
  );
  const excluded = new Set(inProgress.map(({ subject }) => subject));
  return found.filter(({ subject }) => !excluded.has(subject));
}
