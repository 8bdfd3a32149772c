/** `users verify`: checks all stored data, reports progress, and repairs what is safe to repair. */

import { repair } from '../../lib/operations/account-repair.ts';
import { INCONSISTENCIES, type Inconsistency } from '../../lib/operations/invariants.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { type VerificationProgress, verifyAccounts } from '../../lib/operations/verification.ts';

/** Options of a check. */
export interface VerifyOptions {
  /** Maximum directory look-ups per second. */
  rate: number;
  repair: boolean;
  /** Age in seconds from which a pending change counts as abandoned. */
  intentAge: number;
  /** Receives each inconsistency as it is found, and whether it was repaired. */
  onInconsistency: (found: ReportedInconsistency) => void;
  /** Receives the id of each person without an e-mail. @default nobody does */
  onWithoutEmail?: (subject: string) => void;
  /** Receives lines of progress. */
  onProgress: (line: string) => void;
}

/** An inconsistency, its meaning, and whether it was repaired. */
export interface ReportedInconsistency extends Inconsistency {
  meaning: string;
  mended: boolean;
}

const PROGRESS_SECONDS = 2;
/** Below Cognito's 5 per second and pool for reading an app client, which nobody can have raised. */
const CLIENT_LOOKUPS_PER_SECOND = 4;

/** What a check found in numbers. */
export type VerifyTotals = Awaited<ReturnType<typeof verify>>;

/** @returns numbers of accounts, names and superusers, and of inconsistencies found, repaired and left */
export async function verify(ports: OperatorPorts, options: VerifyOptions) {
  const totals: VerificationProgress = { accounts: 0, names: 0, superusers: 0, inconsistencies: 0 };
  let mended = 0;
  let nextLine = ports.runtime.nowSeconds() + PROGRESS_SECONDS;
  const onProgress = (progress: VerificationProgress) => {
    Object.assign(totals, progress);
    if (ports.runtime.nowSeconds() < nextLine) return;
    nextLine = ports.runtime.nowSeconds() + PROGRESS_SECONDS;
    options.onProgress(
      `${totals.accounts} accounts, ${totals.inconsistencies} inconsistencies so far`,
    );
  };
  const settings = {
    lookupsPerSecond: options.rate,
    clientLookupsPerSecond: Math.min(options.rate, CLIENT_LOOKUPS_PER_SECOND),
    intentAgeSeconds: options.intentAge,
    onWithoutEmail: (subject: string) => options.onWithoutEmail?.(subject),
    onProgress,
  };
  for await (const inconsistency of verifyAccounts(ports, settings)) {
    const isMended = options.repair && (await repair(ports, inconsistency));
    if (isMended) mended += 1;
    const meaning = INCONSISTENCIES[inconsistency.kind];
    options.onInconsistency({ ...inconsistency, meaning, mended: isMended });
  }
  return { ...totals, mended, left: totals.inconsistencies - mended };
}

/** The totals of a check in a line. */
export function describeTotals({ accounts, names, superusers, left }: VerifyTotals): string {
  return `${accounts} accounts, ${names} names, ${superusers} active superusers, ${left} inconsistencies left`;
}
