/** `users verify`: checks everything that is stored, tells how far it is, and mends what it may. */

import { repair } from '../../lib/operations/account-repair.ts';
import { INCONSISTENCIES, type Inconsistency } from '../../lib/operations/invariants.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { type VerificationProgress, verifyAccounts } from '../../lib/operations/verification.ts';

/** How a check is made. */
export interface VerifyOptions {
  /** Most directory look-ups per second. */
  rate: number;
  repair: boolean;
  /** Age in seconds from which an open change counts as left behind. */
  intentAge: number;
  /** Takes each inconsistency as it is found, with what became of it. */
  onInconsistency: (found: ReportedInconsistency) => void;
  /** Takes a line now and then. */
  onProgress: (line: string) => void;
}

/** An inconsistency, what it means, and whether it was mended. */
export interface ReportedInconsistency extends Inconsistency {
  meaning: string;
  mended: boolean;
}

const PROGRESS_SECONDS = 2;

/** @returns how many accounts and names were read, and how many inconsistencies are left */
export async function verify(ports: OperatorPorts, options: VerifyOptions) {
  const totals: VerificationProgress = { accounts: 0, names: 0, inconsistencies: 0 };
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
    intentAgeSeconds: options.intentAge,
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
