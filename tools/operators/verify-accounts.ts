/** `users verify`: checks everything that is stored, tells how far it is, and mends what it may. */
import type { OperatorPorts } from '../../lib/domain/account-lookup.ts';
import { mend } from '../../lib/domain/account-repair.ts';
import { DISAGREEMENTS, type Disagreement } from '../../lib/domain/invariants.ts';
import { type VerificationProgress, verifyAccounts } from '../../lib/domain/verification.ts';

/** How a check is made. */
export interface VerifyOptions {
  /** Most directory look-ups per second. */
  rate: number;
  repair: boolean;
  /** Age in seconds from which an open change counts as left behind. */
  intentAge: number;
  /** Takes each disagreement as it is found, with what became of it. */
  onDisagreement: (found: ReportedDisagreement) => void;
  /** Takes a line now and then. */
  onProgress: (line: string) => void;
}

/** A disagreement, what it means, and whether it was mended. */
export interface ReportedDisagreement extends Disagreement {
  meaning: string;
  mended: boolean;
}

const PROGRESS_SECONDS = 2;

/** @returns how many accounts and names were read, and how many disagreements are left */
export async function verify(ports: OperatorPorts, options: VerifyOptions) {
  const totals: VerificationProgress = { accounts: 0, names: 0, disagreements: 0 };
  let mended = 0;
  let nextLine = ports.clock.nowSeconds() + PROGRESS_SECONDS;
  const onProgress = (progress: VerificationProgress) => {
    Object.assign(totals, progress);
    if (ports.clock.nowSeconds() < nextLine) return;
    nextLine = ports.clock.nowSeconds() + PROGRESS_SECONDS;
    options.onProgress(`${totals.accounts} accounts, ${totals.disagreements} disagreements so far`);
  };
  const settings = {
    lookupsPerSecond: options.rate,
    intentAgeSeconds: options.intentAge,
    onProgress,
  };
  for await (const disagreement of verifyAccounts(ports, settings)) {
    const isMended = options.repair && (await mend(ports, disagreement));
    if (isMended) mended += 1;
    const meaning = DISAGREEMENTS[disagreement.kind];
    options.onDisagreement({ ...disagreement, meaning, mended: isMended });
  }
  return { ...totals, mended, left: totals.disagreements - mended };
}
