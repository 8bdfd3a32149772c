/** Checks everything stored against the invariants, page by page, in constant memory. */
import * as v from 'valibot';
import { type AccountRecord, namesHeldBy } from '../account/account-record.ts';
import { foldName } from '../account/names.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';
import { namesOfOthers, unverifiedEmail } from '../self-service/sign-in-names.ts';
import {
  checkClient,
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  type Inconsistency,
} from './invariants.ts';
import type { IndexPage, OperatorPorts } from './ports.ts';

/** Counts so far. */
export interface VerificationProgress {
  accounts: number;
  names: number;
  inconsistencies: number;
}

/** Options of a check. */
export interface VerificationOptions {
  /** Most directory look-ups per second: sign-ins share that quota. */
  lookupsPerSecond: number;
  /** Most look-ups of app clients per second: a fixed quota of the pool. */
  clientLookupsPerSecond: number;
  /** Open intents younger than this, in seconds, are still in progress and not reported. */
  intentAgeSeconds: number;
  onProgress: (progress: VerificationProgress) => void;
}

/** Each waits for its turn to look something up. */
interface RateLimits {
  person: () => Promise<void>;
  client: () => Promise<void>;
}

/** Yields every inconsistency, page by page. */
export async function* verifyAccounts(
  ports: OperatorPorts,
  options: VerificationOptions,
): AsyncGenerator<Inconsistency> {
  const progress: VerificationProgress = { accounts: 0, names: 0, inconsistencies: 0 };
  const limits: RateLimits = {
    person: createRateLimit(ports.runtime, options.lookupsPerSecond),
    client: createRateLimit(ports.runtime, options.clientLookupsPerSecond),
  };
  for await (const page of ports.index.pages()) {
    const seen = await verifyPage(ports, page, options, limits);
    const found = seen.length === 0 ? seen : await recheck(ports, seen, options, limits);
    progress.accounts += page.records.length;
    progress.names += page.names.length;
    progress.inconsistencies += found.length;
    options.onProgress({ ...progress });
    yield* found;
  }
}

/**
 * Those that a second look finds too: a page takes several reads, and what is written between them
 * looks like a inconsistency.
 */
async function recheck(
  ports: OperatorPorts,
  seen: readonly Inconsistency[],
  options: VerificationOptions,
  limits: RateLimits,
): Promise<Inconsistency[]> {
  const { index } = ports;
  const names = seen.map(({ name }) => name).filter((name) => name !== undefined);
  const held = [...(await index.holdersOf(names))];
  const records = await index.recordsOf(seen.map(({ subject }) => subject));
  const page: IndexPage = {
    records: [...records.values()],
    names: held.map(([name, holder]) => ({ name, holder })),
    unreadable: [],
  };
  const again = await verifyPage(ports, page, options, limits);
  const isSame = (one: Inconsistency) => (other: Inconsistency) =>
    one.kind === other.kind && one.subject === other.subject && one.name === other.name;
  return seen.filter((one) => one.kind === 'unreadable_item' || again.some(isSame(one)));
}

async function verifyPage(
  ports: OperatorPorts,
  page: IndexPage,
  options: VerificationOptions,
  limits: RateLimits,
): Promise<Inconsistency[]> {
  const { index, runtime } = ports;
  const found: Inconsistency[] = [];
  for (const key of page.unreadable) found.push({ kind: 'unreadable_item', subject: key });

  const owners = await index.recordsOf(page.names.map(({ holder }) => holder));
  for (const held of page.names) {
    const owner = owners.get(held.holder) ?? null;
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
  const holders = await index.holdersOf(namesToLookUp(page.records, persons));
  for (const record of page.records) {
    found.push(...checkReservedNames(record, holders));
    const person = persons.get(record.subject);
    if (person !== undefined) {
      const proven = await provenByOthers(ports, record, person, limits);
      found.push(...checkDirectoryUser(record, person, holders, proven));
    } else {
      await limits.client();
      found.push(...checkClient(record, await ports.admin.findClient(record.subject)));
    }
  }
  return excludeInProgress(found, page.records, runtime.nowSeconds() - options.intentAgeSeconds);
}

/** The e-mail that an account was rightly not given, folded: another person has verified it. */
async function provenByOthers(
  { directory }: OperatorPorts,
  { subject, account }: AccountRecord,
  person: DirectoryPerson | null,
  limits: RateLimits,
): Promise<Set<string>> {
  const emails = person === null || account.email !== null ? [] : unverifiedEmail(person);
  if (emails.length > 0) await limits.person();
  return namesOfOthers(directory, subject, emails);
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

function createRateLimit(
  runtime: OperatorPorts['runtime'],
  perSecond: number,
): () => Promise<void> {
  const pauseMilliseconds = 1000 / perSecond;
  return async () => {
    if (pauseMilliseconds >= 1) await runtime.sleep(pauseMilliseconds);
  };
}
