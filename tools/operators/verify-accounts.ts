/** `users verify`: checks all stored data, reports progress, and repairs what is safe to repair. */
import { UnavailableError } from '../../lib/account/errors.ts';
import { isRepairable, repair } from '../../lib/operations/account-repair.ts';
import {
  INCONSISTENCIES,
  type Inconsistency,
  isSameInconsistency,
} from '../../lib/operations/invariants.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import {
  type VerificationProgress,
  verifyAccounts,
  verifyAgain,
} from '../../lib/operations/verification.ts';

/** Options of a check. */
export interface VerifyOptions {
  /** Maximum directory look-ups per second. */
  rate: number;
  repair: boolean;
  /** Age in seconds from which a pending change counts as abandoned. */
  intentAge: number;
  /** Where to begin, as `onPage` said. @default at the beginning */
  from?: string | null;
  /** Receives each inconsistency as it is found; with `isLeft` those that a repair has left. */
  onInconsistency: (found: ReportedInconsistency) => void;
  /** Receives id and username of each person without an e-mail. @default nobody does */
  onWithoutEmail?: (subject: string, username: string) => void;
  /** Receives lines of progress. */
  onProgress: (line: string) => void;
  /** Receives where a later run can go on. */
  onPage?: (from: string | null) => void;
  /** Told before and after each repair. */
  onRepairing?: (isRepairing: boolean) => void;
}

/** An inconsistency, its meaning, and what became of it. */
export interface ReportedInconsistency extends Inconsistency {
  /** Null where the account cannot be read or is none. */
  username: string | null;
  meaning: string;
  mended: boolean;
  /** True for one that is still there after the repair of a whole run. */
  isLeft: boolean;
  /** What was done, or what to do: a sentence. */
  advice: string;
}

const PROGRESS_SECONDS = 2;
/** Below Cognito's 5 per second and pool for reading an app client, which nobody can have raised. */
const CLIENT_LOOKUPS_PER_SECOND = 4;
/** A repair can make another possible, such as that of a name which somebody else had reserved. */
const REPAIR_ROUNDS = 3;

/** What a check found in numbers. */
export type VerifyTotals = Awaited<ReturnType<typeof verify>>;

/** @returns numbers of accounts, names and superusers, and of inconsistencies found, repaired and left */
export async function verify(ports: OperatorPorts, options: VerifyOptions) {
  const totals: VerificationProgress = { accounts: 0, names: 0, superusers: 0, inconsistencies: 0 };
  const settings = settingsOf(ports, options, totals);
  const found: Inconsistency[] = [];
  const tryRepair = async (one: Inconsistency) => {
    options.onRepairing?.(true);
    const isMended = await repair(ports, one).catch((error) => {
      // It is tried again when everything was looked at.
      if (error instanceof UnavailableError) return false;
      throw error;
    });
    options.onRepairing?.(false);
    return isMended;
  };
  for await (const inconsistency of verifyAccounts(ports, settings)) {
    if (options.repair) found.push(inconsistency);
    const mended = options.repair && (await tryRepair(inconsistency));
    options.onInconsistency(await reported(ports, inconsistency, mended, false, options.repair));
  }
  if (!options.repair) return { ...totals, mended: 0, left: totals.inconsistencies };
  let left = await verifyAgain(ports, found, settings);
  for (let round = 1; round < REPAIR_ROUNDS; round += 1) {
    let mended = 0;
    for (const one of left) if (await tryRepair(one)) mended += 1;
    if (mended === 0) break;
    left = await verifyAgain(ports, found, settings);
  }
  for (const one of left) options.onInconsistency(await reported(ports, one, false, true, true));
  const isLeft = (one: Inconsistency) => left.some((other) => isSameInconsistency(one, other));
  return { ...totals, mended: found.filter((one) => !isLeft(one)).length, left: left.length };
}

function settingsOf(
  { runtime }: OperatorPorts,
  options: VerifyOptions,
  totals: VerificationProgress,
) {
  let nextLine = runtime.nowSeconds() + PROGRESS_SECONDS;
  return {
    lookupsPerSecond: options.rate,
    clientLookupsPerSecond: Math.min(options.rate, CLIENT_LOOKUPS_PER_SECOND),
    intentAgeSeconds: options.intentAge,
    from: options.from ?? null,
    onWithoutEmail: (subject: string, username: string) =>
      options.onWithoutEmail?.(subject, username),
    onProgress(progress: VerificationProgress) {
      Object.assign(totals, progress);
      if (runtime.nowSeconds() < nextLine) return;
      nextLine = runtime.nowSeconds() + PROGRESS_SECONDS;
      options.onProgress(
        `${totals.accounts} accounts, ${totals.inconsistencies} inconsistencies so far`,
      );
    },
    onPage: (from: string | null) => options.onPage?.(from),
    onWait: (milliseconds: number) =>
      options.onProgress(`AWS did not respond: trying again in ${milliseconds / 1000} seconds.`),
  };
}

async function reported(
  ports: OperatorPorts,
  one: Inconsistency,
  mended: boolean,
  isLeft: boolean,
  isRepairing: boolean,
): Promise<ReportedInconsistency> {
  // Only words beside the id: a call that fails here is no reason to end.
  const records = await ports.index.recordsOf([one.subject]).catch(() => null);
  const record = records?.get(one.subject);
  const isUnproven = one.kind === 'email_differs' && record?.emailVerified !== true;
  return {
    ...one,
    username: record?.account.username ?? null,
    meaning: INCONSISTENCIES[one.kind],
    mended,
    isLeft,
    advice: adviceOn(one, {
      mended,
      isRepairing,
      isUnproven,
      email: record?.account.email ?? null,
    }),
  };
}

function adviceOn(
  { kind, subject }: Inconsistency,
  given: { mended: boolean; isRepairing: boolean; isUnproven: boolean; email: string | null },
): string {
  const article = `docs/runbook.md#${kind}`;
  if (!given.mended) {
    const canRepair = !given.isRepairing && isRepairable(kind);
    return canRepair
      ? `"verify --repair" can repair it, see ${article}.`
      : `Not repaired: ${article} says what to do.`;
  }
  if (!given.isUnproven) return 'Repaired.';
  return `Repaired, but the address counts as unverified, because nothing says that it was proven: if you know it, run "set-email ${subject} ${given.email}".`;
}

/** One inconsistency as a line. */
export function describeInconsistency(one: ReportedInconsistency): string {
  const { kind, subject, name, username, meaning, advice, isLeft } = one;
  const who = username === null ? subject : `${username} (${subject})`;
  const about = name === undefined || name === username ? who : `${who}, name ${name}`;
  return `${isLeft ? 'left: ' : ''}${kind}: ${about}. ${meaning} ${advice}`;
}

/** The totals of a check in a line. */
export function describeTotals({
  accounts,
  names,
  superusers,
  mended,
  left,
}: VerifyTotals): string {
  const repaired = mended === 0 ? '' : `${mended} inconsistencies repaired, `;
  return `${accounts} accounts, ${names} names, ${superusers} active superusers, ${repaired}${left} inconsistencies left`;
}
