/** Checks everything stored against the invariants, page by page, in constant memory. */
import { isActiveSuperuser } from '../account/account-record.ts';
import { UnavailableError } from '../account/errors.ts';
import { SUPERUSERS_KEY } from '../contract.ts';
import { type Inconsistency, isSameInconsistency } from './invariants.ts';
import { checkPage, type PageCheck } from './page-check.ts';
import type { IndexPage, OperatorPorts } from './ports.ts';
import { createRateLimits, type Rates } from './rate-limit.ts';
import { activeSuperusers, superuserListDiffers } from './superusers.ts';

/** Counts so far. */
export interface VerificationProgress {
  accounts: number;
  names: number;
  /** Active ones. */
  superusers: number;
  inconsistencies: number;
}

/** Options of a check. */
export interface VerificationOptions extends Rates, Omit<PageCheck, 'limits'> {
  /** Where to begin, as `onPage` said; null for all. @default null */
  from?: string | null;
  /** Told of people without an e-mail: no fault, but other systems may need one. */
  onWithoutEmail?: (subject: string, username: string) => void;
  onProgress: (progress: VerificationProgress) => void;
  /** Told where the page begins whose inconsistencies come next. A later run can begin there. */
  onPage?: (from: string | null) => void;
  /** Told that AWS did not respond, and after how many milliseconds the page is read again. */
  onWait?: (milliseconds: number) => void;
}

/** Pauses before a page is read again for which AWS did not respond. */
const PAUSES_MS = [1000, 5000, 15_000, 30_000];

/**
 * Yields every inconsistency, page by page.
 * @throws UnavailableError when AWS did not respond for about a minute
 */
export async function* verifyAccounts(
  ports: OperatorPorts,
  options: VerificationOptions,
): AsyncGenerator<Inconsistency> {
  const progress = { accounts: 0, names: 0, superusers: 0, inconsistencies: 0 };
  const superusers = new Set<string>();
  const check = pageCheckOf(ports, options);
  let from: string | null = options.from ?? null;
  let isListed = true;
  const listDiffers = async (isAll: boolean) => {
    const differs = () => superuserListDiffers(ports, superusers, isAll);
    if (!isListed || !(await patiently(ports, options, differs))) return false;
    isListed = false;
    progress.inconsistencies += 1;
    options.onProgress({ ...progress });
    return true;
  };
  do {
    options.onPage?.(from);
    const begin = from;
    const { page, found } = await patiently(ports, options, () => checkedPage(ports, begin, check));
    progress.accounts += page.records.length;
    progress.names += page.names.length;
    const active = page.records.filter(isActiveSuperuser).map(({ subject }) => subject);
    for (const subject of active) superusers.add(subject);
    tellWithoutEmail(page, options);
    progress.superusers = superusers.size;
    progress.inconsistencies += found.length;
    options.onProgress({ ...progress });
    yield* found;
    // With each page, so that a run that begins later misses none.
    if (active.length > 0 && (await listDiffers(false))) yield LIST_DIFFERS;
    from = page.next;
  } while (from !== null);
  if (await listDiffers(true)) yield LIST_DIFFERS;
}

const LIST_DIFFERS: Inconsistency = { kind: 'superusers_differ', subject: SUPERUSERS_KEY };

/** What is wrong now with the accounts and names of which something was found before. */
export async function verifyAgain(
  ports: OperatorPorts,
  seen: readonly Inconsistency[],
  options: VerificationOptions,
): Promise<Inconsistency[]> {
  const left: Inconsistency[] = [];
  const check = pageCheckOf(ports, options);
  for (let start = 0; start < seen.length; start += CHUNK) {
    const some = seen.slice(start, start + CHUNK);
    left.push(...(await patiently(ports, options, () => lookAgain(ports, some, check))));
  }
  const isOfList = seen.some(({ kind }) => kind === LIST_DIFFERS.kind);
  const differs = async () => superuserListDiffers(ports, await activeSuperusers(ports), true);
  if (isOfList && (await patiently(ports, options, differs))) left.push(LIST_DIFFERS);
  return left;
}

/** As many as a page has. */
const CHUNK = 100;

function pageCheckOf({ runtime }: OperatorPorts, options: VerificationOptions): PageCheck {
  return {
    intentAgeSeconds: options.intentAgeSeconds,
    limits: createRateLimits(runtime, options),
  };
}

/** Work that only reads, done again after a pause where AWS did not respond. */
async function patiently<Result>(
  { runtime }: OperatorPorts,
  { onWait }: VerificationOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  for (const pause of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      onWait?.(pause);
      await runtime.sleep(pause);
    }
  }
  return work();
}

/** The page that begins there, and what is wrong with it, by two looks. */
async function checkedPage(ports: OperatorPorts, from: string | null, check: PageCheck) {
  for await (const page of ports.index.pages(from)) {
    const seen = await checkPage(ports, page, check);
    return { page, found: seen.length === 0 ? seen : await recheck(ports, seen, check) };
  }
  const page: IndexPage = { records: [], names: [], resting: [], unreadable: [], next: null };
  return { page, found: [] };
}

/**
 * Those that a second look finds too: a page takes several reads, and what is written between them
 * looks like an inconsistency.
 */
async function recheck(
  ports: OperatorPorts,
  seen: readonly Inconsistency[],
  check: PageCheck,
): Promise<Inconsistency[]> {
  const again = await lookAgain(ports, seen, check);
  return seen.filter((one) => again.some((other) => isSameInconsistency(one, other)));
}

/** What is wrong now with accounts and names of which something was found. */
async function lookAgain(
  ports: OperatorPorts,
  seen: readonly Inconsistency[],
  check: PageCheck,
): Promise<Inconsistency[]> {
  const { index } = ports;
  const names = seen.map(({ name }) => name).filter((name) => name !== undefined);
  const held = [...(await index.holdersOf(names))];
  const records = await index.recordsOf(seen.map(({ subject }) => subject));
  const keys = seen.filter(({ kind }) => kind === 'unreadable_item').map(({ subject }) => subject);
  const unreadable = [];
  for (const key of keys) {
    const stored = await index.itemAt(key);
    if (stored?.isReadable === false) unreadable.push(key);
  }
  const page = {
    records: [...records.values()],
    names: held.map(([name, holder]) => ({ name, holder })),
    resting: [],
    unreadable,
  };
  return checkPage(ports, page, check);
}

function tellWithoutEmail({ records }: IndexPage, { onWithoutEmail }: VerificationOptions): void {
  for (const { account, subject } of records) {
    const isWithout = !account.is_service_account && account.email === null;
    if (isWithout) onWithoutEmail?.(subject, account.username);
  }
}
